# _hadrill_value COMMAND KIND NAME: the value of an option or argument; nothing when there is no such one.
_hadrill_value() {
  local kind name value
  _hadrill_table "$1" | while read -r kind name value; do
    if [ "$kind $name" = "$2 $3" ]; then printf '%s\n' "$value"; fi
  done
}

# _hadrill_each COMMAND KIND: names of all its options, or of the commands below it.
_hadrill_each() {
  local kind name value
  _hadrill_table "$1" | while read -r kind name value; do
    if [ "$kind" = "$2" ]; then printf '%s\n' "$name"; fi
  done
}

# _hadrill_names KIND: names of scenarios, suites ... as the program that is being typed knows them.
_hadrill_names() {
  local name rest
  "$program" list "$1" 2>/dev/null | while read -r name rest; do printf '%s\n' "$name"; done
}

# _hadrill_values VALUE FIRST: what it may be, a line each; @files and @directories stand for those of the file system. FIRST is
# the command's first argument.
_hadrill_values() {
  local words
  case $1 in
    '{'*) words=${1#?} && printf '%s\n' "${words%?}" | tr ',' '\n' ;;
    SCENARIO) _hadrill_names scenarios && echo @files ;;
    SUITE) _hadrill_names suites && echo @files ;;
    'SCENARIO|SUITE') _hadrill_names scenarios && _hadrill_names suites && echo @files ;;
    TOPOLOGY) _hadrill_names topologies ;;
    THING) _hadrill_names "$2" ;;
    DIR) echo @directories ;;
    FILE) echo @files ;;
  esac
}

# _hadrill_candidates CURRENT WORD...: what may stand in the place of CURRENT behind the words.
_hadrill_candidates() {
  local current=$1 typed='' wanted='' first='' place=1 word value
  shift
  for word in "$@"; do
    # bash makes three words of --option=value.
    [ "$word" != '=' ] || continue
    if [ -n "$wanted" ]; then
      wanted=''
    elif [ "${word#-}" != "$word" ]; then
      wanted=$(_hadrill_value "$typed" option "$word")
      [ "$wanted" != '-' ] || wanted=''
    elif [ -n "$(_hadrill_value "$typed" command "$word")" ]; then
      typed="${typed:+$typed }$word"
    else
      [ -n "$first" ] || first=$word
      place=$((place + 1))
    fi
  done
  if [ -n "$wanted" ]; then
    _hadrill_values "$wanted" "$first"
  elif [ "${current#-}" != "$current" ]; then
    _hadrill_each "$typed" option
  else
    _hadrill_each "$typed" command
    value=$(_hadrill_value "$typed" argument "$place")
    [ -n "$value" ] || value=$(_hadrill_value "$typed" argument +)
    _hadrill_values "$value" "$first"
  fi
}
