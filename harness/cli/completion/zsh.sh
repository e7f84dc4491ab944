_hadrill() {
  local program=${words[1]} line
  local -a found
  program=${program/#\~/$HOME}
  while IFS= read -r line; do
    case $line in
      @files) _files ;;
      @directories) _files -/ ;;
      *) found+=("$line") ;;
    esac
  done < <(_hadrill_candidates "${words[CURRENT]}" "${(@)words[2,CURRENT-1]}")
  compadd -- "${found[@]}"
}

# Loaded by name it is to complete at once, sourced it is to be remembered.
if [ "${funcstack[1]}" = _hadrill ]; then _hadrill "$@"; else compdef _hadrill hadrill; fi
