#!/usr/bin/env bash
# manual.sh HADRILL: hadrill(1) is good roff and tells of every command and option that --help shows.
set -euo pipefail
hadrill=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/support/expect.sh
. "$HADRILL_SOURCE/tests/support/expect.sh"

expect 'there is a page' 0 '.TH HADRILL 1' "$hadrill" manual
mv "$work/out" "$work/hadrill.1"
! grep -n '@[A-Z]*@' "$work/hadrill.1" || fail 'the frame is not filled'
! grep -nF "$HADRILL_SOURCE" "$work/hadrill.1" || fail 'the page has paths of this machine'
checked=
if command -v mandoc >/dev/null; then
  # A date would make every build another page.
  mandoc -T lint -W warning "$work/hadrill.1" 2>&1 | grep -v 'missing date' >"$work/out" || true
  [ ! -s "$work/out" ] || fail 'mandoc complains'
  checked=yes
fi
if command -v man >/dev/null; then
  LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=100 man --warnings -E UTF-8 -l -Tutf8 -Z "$work/hadrill.1" 2>"$work/out" >/dev/null || fail 'man cannot read it'
  [ ! -s "$work/out" ] || fail 'man complains'
  checked=yes
fi
[ -n "$checked" ] || fail 'neither mandoc nor man is here to check it (make packages installs mandoc)'
echo 'fine: it is good roff'

sed 's/\\-/-/g; s/\\f[BIR]//g' "$work/hadrill.1" >"$work/plain"
tells() { grep -qF -- "$1" "$work/plain" || fail "the page does not tell of \"$1\""; }
for section in NAME SYNOPSIS OPTIONS COMMANDS 'EXIT STATUS' ENVIRONMENT FILES EXAMPLES; do tells ".SH $section"; done
# The commands, and below each the options, as --help has them.
"$hadrill" --help | sed -n '/^Subcommands:/,/^Examples:/s/^  \([a-z]\+\) .*/\1/p' >"$work/commands"
[ "$(wc -l <"$work/commands")" -ge 15 ] || fail '--help shows no commands'
while read -r command; do
  tells "hadrill $command"
  "$hadrill" "$command" --help >"$work/help"
  grep -q '^Examples:' "$work/help" || fail "hadrill $command --help has no examples"
  sed -n 's/^  \(-h,\)\?\(--[a-z-]\+\).*/\2/p' "$work/help" | while read -r option; do
    [ "$option" = --help ] || tells "$option"
  done
done <"$work/commands"
echo 'fine: it tells of every command and option'
