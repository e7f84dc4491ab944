# shellcheck shell=bash
# Owns how set-up scripts speak: one line when a step starts, a heartbeat while it runs, one line when it ends,
# and one error that names the step. Sourced, never run.

HADRILL_CACHE=${HADRILL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hadrill}
HADRILL_LOGS=$HADRILL_CACHE/logs
# Seconds between two heartbeats of a running step.
HEARTBEAT_S=15
# Exit code for infrastructure errors, as everywhere in hadrill.
EXIT_INFRASTRUCTURE=5

note() { printf '   %s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit "$EXIT_INFRASTRUCTURE"
}

# as_root COMMAND...: as root, through sudo where we are not.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo --non-interactive "$@"; fi
}

# explain_failure LOG: the likely cause in words, from what failing tools are known to print.
explain_failure() {
  if grep -qiE 'no space left on device|disk quota exceeded' "$1"; then
    echo 'the disk is full'
  elif grep -qiE 'dial tcp|failed to connect|couldn.t connect|no such host|could not resolve|temporary failure|proxyconnect|i/o timeout|connection refused|TLS handshake|failed getting release file|unable to fetch|couldn.t download|403 forbidden|404 not found|410 gone' "$1"; then
    echo 'a download failed'
  elif grep -qiE 'signal: killed|out of memory|cannot allocate memory' "$1"; then
    echo 'memory ran out'
  else
    echo 'see the last lines above'
  fi
}

# step NAME EXPECTED_SECONDS FUNCTION [ARG...]: runs FUNCTION in a subshell with its output in a log file.
# Returns 0, or ends the script with one error that names the step, the likely cause and the log.
step() {
  local name=$1 expected=$2 started=$SECONDS status=0 log pid
  shift 2
  mkdir -p "$HADRILL_LOGS" || die "step '$name': cannot write to $HADRILL_LOGS"
  log=$HADRILL_LOGS/${name//[^a-zA-Z0-9.-]/-}.log
  printf '== %s (expected about %s s)\n' "$name" "$expected" >&2
  # A process group of its own, so that whatever signal stops us ends everything the step started.
  set -m
  (set -euo pipefail; "$@") >"$log" 2>&1 </dev/null &
  pid=$!
  set +m
  trap 'kill -TERM -- "-$pid" 2>/dev/null; printf "interrupted in step %s; run the same command again to resume\n" "$name" >&2; exit 130' INT TERM
  heartbeat "$pid" "$name" "$expected"
  wait "$pid" || status=$?
  trap - INT TERM
  if [ "$status" -ne 0 ]; then
    tail -n 15 "$log" >&2
    die "step '$name' failed after $((SECONDS - started)) s: $(explain_failure "$log"). Log: $log. Run the same command again to resume here."
  fi
  printf '   %s done in %s s\n' "$name" "$((SECONDS - started))" >&2
}

heartbeat() {
  local pid=$1 name=$2 expected=$3 started=$SECONDS next=$HEARTBEAT_S
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if [ $((SECONDS - started)) -ge "$next" ]; then
      printf '   %s: %s s of about %s s\n' "$name" "$((SECONDS - started))" "$expected" >&2
      next=$((next + HEARTBEAT_S))
    fi
  done
}

# need_disk_gib PATH GIB WHAT: ends the script when the file system of PATH has less than GIB free.
need_disk_gib() {
  local path=$1 free_kib
  while [ ! -e "$path" ]; do path=$(dirname "$path"); done
  free_kib=$(df --output=avail -k "$path" | tail -n 1)
  [ "$free_kib" -ge $(($2 * 1024 * 1024)) ] ||
    die "disk too small: $3 needs $2 GiB free at $path, there are $((free_kib / 1024 / 1024)) GiB"
}
