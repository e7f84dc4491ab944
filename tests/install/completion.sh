#!/usr/bin/env bash
# completion.sh HADRILL: asks bash, and zsh where there is one, what they would complete.
set -euo pipefail
hadrill=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/support/expect.sh
. "$HADRILL_SOURCE/tests/support/expect.sh"

"$hadrill" completion bash >"$work/hadrill.bash"
"$hadrill" completion zsh >"$work/_hadrill"
bash -n "$work/hadrill.bash" || fail 'bash cannot read it'
if command -v shellcheck >/dev/null; then
  shellcheck "$work/hadrill.bash" >"$work/out" || fail 'shellcheck complains'
fi
mkdir -p "$work/here/runs"
touch "$work/here/mine.yaml"

# in_bash WORD...: what bash offers in the place of the last word, in one line.
in_bash() {
  (
    cd "$work/here"
    # shellcheck source=/dev/null
    . "$work/hadrill.bash"
    COMP_WORDS=("$hadrill" "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _hadrill
    printf '%s ' "${COMPREPLY[@]}"
  )
}

# in_zsh WORD...: the same of zsh; which of them fit is its own business.
in_zsh() {
  cd "$work/here" && zsh -f -c '
    compdef() { :; }
    compadd() { shift; print -rn -- "$* "; }
    _files() { print -rn -- "FILES $1"; }
    . "$1"; shift
    words=("$@"); CURRENT=$#words
    _hadrill' zsh "$work/_hadrill" "$hadrill" "$@"
}

# offers SHELL WORD... : YES... [/ NO...]: the shell offers the ones and not the others.
offers() {
  local shell=$1 typed=() offered one unwanted=
  shift
  while [ "$1" != : ]; do typed+=("$1") && shift; done
  shift
  offered=$("in_$shell" "${typed[@]}") || fail "$shell: \"${typed[*]}\" ends with an error"
  for one in "$@"; do
    if [ "$one" = / ]; then
      unwanted=yes
    elif [ -z "$unwanted" ]; then
      [[ " $offered " == *" $one "* ]] || fail "$shell: \"${typed[*]}\" does not offer $one but: $offered"
    else
      [[ " $offered " != *" $one "* ]] || fail "$shell: \"${typed[*]}\" offers $one"
    fi
  done
  echo "fine: $shell completes \"${typed[*]}\""
}

shells=(bash)
! command -v zsh >/dev/null || shells+=(zsh)
for shell in "${shells[@]}"; do
  offers "$shell" '' : drill run suite cluster list completion / guard apiserver-kill
  offers "$shell" drill '' : apiserver-kill etcd-leader-kill / smoke
  offers "$shell" drill apiserver-kill -- : --topology --seed --keep / --trials
  offers "$shell" drill apiserver-kill --topology '' : stacked nginx / apiserver-kill
  offers "$shell" drill --keep --seed 7 '' : apiserver-kill / stacked
  offers "$shell" run x --expect '' : pass fail / apiserver-kill
  offers "$shell" suite '' : smoke nightly / apiserver-kill
  offers "$shell" validate smoke '' : smoke apiserver-kill
  offers "$shell" cluster '' : up down status / drill
  offers "$shell" cluster up --topology '' : stacked external-etcd
  offers "$shell" list '' : scenarios suites topologies faults slis
  offers "$shell" list faults '' : process.kill network.loss / smoke
  offers "$shell" list faults process.kill '' : etcd.move-leader
  offers "$shell" completion '' : bash zsh
  offers "$shell" --home /nowhere '' : drill
done
offers bash drill apis : apiserver-kill / etcd-leader-kill
offers bash drill min : mine.yaml
offers bash judge '' : runs / mine.yaml
offers bash run x --expect = f : fail / pass
