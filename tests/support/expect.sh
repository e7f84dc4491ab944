# shellcheck shell=bash
# Owns how shell tests expect something of a command. Sourced, never run; needs $work, a folder that the test removes.
: "${work:?}"

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  [ ! -s "$work/out" ] || cat "$work/out" >&2
  exit 1
}

# expect WHAT CODE WORDS COMMAND...: COMMAND ends with CODE and prints WORDS; what it printed stays in $work/out.
expect() {
  local what=$1 code=$2 words=$3 status=0
  shift 3
  "$@" >"$work/out" 2>&1 || status=$?
  [ "$status" -eq "$code" ] || fail "$what: exit code $status, expected $code"
  grep -qF -- "$words" "$work/out" || fail "$what: did not print \"$words\""
  echo "fine: $what"
}
