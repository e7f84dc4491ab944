# shellcheck shell=bash
# Owns what the benchmark scripts share: where things lie, the target's life. Sourced, never run.
# Callers have `set -euo pipefail` and are in the root of the checkout.
. kind-configs/host/progress.sh

BENCH_BIN=${BENCH_BIN:-build/release/bin}
BENCH_WORK=build/bench
TARGET_PID=

# start_target DIRECTORY [FLAG...]: returns when it listens.
start_target() {
  local directory=$1 waited=0
  shift
  "$BENCH_WORK/target" -directory "$directory" "$@" &
  TARGET_PID=$!
  while [ ! -f "$directory/address" ]; do
    kill -0 "$TARGET_PID" 2>/dev/null || die 'the benchmark target ended at once'
    [ "$((waited += 1))" -le 100 ] || die 'the benchmark target does not start'
    sleep 0.05
  done
}

# stop_target: returns when it has written its report.
stop_target() {
  [ -n "$TARGET_PID" ] || return 0
  kill -TERM "$TARGET_PID" 2>/dev/null || true
  wait "$TARGET_PID" || true
  TARGET_PID=
}

# raise_descriptors: thousands of requests on a connection each need as many descriptors.
raise_descriptors() { ulimit -n "$(ulimit -Hn)"; }
