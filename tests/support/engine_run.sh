# shellcheck shell=bash
# Owns a stand-in for a run: engine_driver beside $hadrill makes one fault on the cluster $cluster and holds it. Sourced, never run;
# needs fail() of expect.sh and $work, a folder that the test removes.
: "${hadrill:?}" "${cluster:?}" "${work:?}"

# begin FAULT CONTAINER ID TTL [PARAMETERS]: starts it, without waiting for anything; its pid is in $run.
begin() {
  # A session of its own, so that it can be killed as a group, as a job of CI is.
  coproc RUN { exec setsid "$(dirname "$hadrill")/engine_driver" "$cluster" "$hadrill" "$@" 2>"$work/run.err"; }
  run=$RUN_PID
  # Of our own, because bash forgets RUN when the run dies.
  exec {hears}<&"${RUN[0]}" {says}>&"${RUN[1]}"
  eval "exec ${RUN[0]}<&- ${RUN[1]}>&-"
}

# proven FAULT SECONDS: waits until it says so; T0 is between $lower and $upper, then comes $evidence.
proven() {
  local said
  read -r -t "$2" said <&"$hears" || fail "$1: no answer: $(cat "$work/run.err")"
  [[ $said == "proven "* ]] || fail "$1: $said"
  # shellcheck disable=SC2034 # for whoever sources this
  read -r _ lower upper evidence <<<"$said"
}

say() { # WORD ANSWER: says it to the run, which has to answer a line that begins with ANSWER
  echo "$1" >&"$says"
  hear "$2"
}

hear() { # ANSWER
  local line
  read -r -t 120 line <&"$hears" || fail "expected $1, heard nothing"
  [[ $line == "$1 "* ]] || fail "expected $1, heard: $line"
}

leave() { # ends the run's input and waits for it
  exec {says}>&-
  wait "$run" 2>/dev/null || true
  exec {hears}<&-
}

guard_of_run() { pgrep -P "$run" -f "guard --cluster $cluster"; }

kill_run_and_guard() {
  kill -KILL "$(guard_of_run)" "$run"
  leave
}
