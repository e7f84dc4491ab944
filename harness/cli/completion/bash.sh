_hadrill() {
  local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} line
  local -a files
  program=${program/#\~/$HOME}
  [ "$current" != '=' ] || current=''
  COMPREPLY=()
  while IFS= read -r line; do
    files=()
    case $line in
      @files) mapfile -t files < <(compgen -f -- "$current") ;;
      @directories) mapfile -t files < <(compgen -d -- "$current") ;;
      "$current"*) COMPREPLY+=("$line") ;;
    esac
    if [ "${#files[@]}" -gt 0 ]; then
      COMPREPLY+=("${files[@]}")
      compopt -o filenames 2>/dev/null || true
    fi
  done < <(_hadrill_candidates "$current" "${COMP_WORDS[@]:1:COMP_CWORD-1}")
}

complete -F _hadrill hadrill
