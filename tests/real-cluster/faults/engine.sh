#!/usr/bin/env bash
# engine.sh HADRILL CLUSTER: the faults that are made through the container engine, on the last worker and on the load
# balancer of a cluster of ours, each seen from outside: in /proc, in the freezer and by `docker inspect`. Each is undone on
# request, when its time is over, and after a SIGKILL of whoever made it; then by `hadrill heal` when even the guard is dead.
# engine_driver beside HADRILL stands in for a run. Leaves the cluster whole.
set -euo pipefail
hadrill=$1 cluster=$2
state=${XDG_STATE_HOME:-$HOME/.local/state}/hadrill/clusters/$cluster
lock=${XDG_CACHE_HOME:-$HOME/.cache}/hadrill/run.lock
# The guard needs about a second after a death; it has this long on a starved machine.
HEAL_LIMIT_MS=${HEAL_LIMIT_MS:-10000}
# TTL of the faults that nobody heals, and what the contract gives on top.
SHORT_TTL=3s
TTL_LIMIT_MS=8000

work=$(mktemp -d)
# shellcheck source=tests/support/expect.sh
. "$(dirname "$0")/../../support/expect.sh"
# shellcheck source=tests/support/nodes.sh
. "$(dirname "$0")/../../support/nodes.sh"
# shellcheck source=tests/support/engine_run.sh
. "$(dirname "$0")/../../support/engine_run.sh"

worker=$(nodes_of worker --all | tail -n 1)
balancer=$(nodes_of external-load-balancer --all)
if [ -z "$worker" ] || [ -z "$balancer" ]; then fail "cluster $cluster needs a worker and a load balancer"; fi

field() { docker container inspect --format "$2" "$1"; } # CONTAINER TEMPLATE
address() { field "$1" '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'; }
now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }

declare -A own_address
for container in "$worker" "$balancer"; do own_address[$container]=$(address "$container"); done

whole() {
  [ "$(field "$1" '{{.State.Running}} {{.State.Paused}}')" = "true false" ] && [ "$(address "$1")" = "${own_address[$1]}" ]
}

finish() {
  docker unpause "$worker" "$balancer" >/dev/null 2>&1 || true
  docker start "$worker" "$balancer" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

# frozen CONTAINER_ID: what the kernel says of its freezer, cgroup v1 or v2.
frozen() {
  local file
  # Where both hierarchies are mounted, v1 has the freezer.
  file=$(find /sys/fs/cgroup -path "*$1/freezer.state" -print -quit 2>/dev/null)
  [ -n "$file" ] || file=$(find /sys/fs/cgroup -path "*$1*" -name cgroup.freeze -print -quit 2>/dev/null)
  [ -n "$file" ] || { echo unknown; return; }
  case $(cat "$file") in FROZEN | 1) echo yes ;; *) echo no ;; esac
}

# broken FAULT CONTAINER INIT_PID: fails unless the fault is seen from outside.
broken() {
  case $1 in
    *.kill)
      [ ! -e "/proc/$3" ] || fail "$1: process $3 of $2 still exists"
      [ "$(field "$2" '{{.State.Running}}')" = false ] || fail "$1: $2 runs"
      ;;
    *.pause)
      [ "$(field "$2" '{{.State.Paused}}')" = true ] || fail "$1: $2 is not paused"
      [ "$(frozen "$(field "$2" '{{.Id}}')")" != no ] || fail "$1: the freezer of $2 is not frozen"
      ;;
  esac
}

# inject FAULT CONTAINER ID TTL: a stand-in for a run makes the fault and holds it; its pid is in $run.
inject() {
  local before
  before=$(field "$2" '{{.State.Pid}}')
  begin "$@"
  proven "$1 on $2" 120
  [ "$1" = node.reboot ] || broken "$1" "$2" "$before"
}

# wait_whole WHAT CONTAINER LIMIT_MS: until it is whole and nothing is in the journal.
wait_whole() {
  local since took
  since=$(now_ms)
  until whole "$2"; do
    [ $(($(now_ms) - since)) -le "$3" ] || fail "$1: $2 is not whole after $3 ms: $(cat "$state/guard.log")"
    sleep 0.05
  done
  took=$(($(now_ms) - since))
  # The guard looks again for a moment before it forgets.
  for ((n = 0; n < 600; n++)); do
    [ -n "$(ls "$state/journal")" ] || break
    sleep 0.05
  done
  [ -z "$(ls "$state/journal")" ] || fail "$1: the journal still has $(ls "$state/journal")"
  whole "$2" || fail "$1: it did not last"
  echo "fine: $1 (whole after $took ms)"
}

try() { # FAULT CONTAINER
  local guard
  inject "$1" "$2" "engine-test" 60s
  echo "fine: $1 on $2 is proven and seen, T0 within $(((upper - lower) / 1000)) us"
  say prove "in force"
  say heal healed
  hear whole
  whole "$2" || fail "$1: healed, and $2 is not whole"
  guard=$(guard_of_run)
  leave
  [ ! -e "/proc/$guard" ] || fail "$1: the guard did not end with the run that healed"
  echo "fine: $1 on $2 is undone on request, and the guard ends"

  inject "$1" "$2" "engine-test" 60s
  kill -KILL -- "-$run"
  wait_whole "$1 on $2 is undone after a SIGKILL of the run's process group" "$2" "$HEAL_LIMIT_MS"
  leave

  inject "$1" "$2" "engine-test" "$SHORT_TTL"
  wait_whole "$1 on $2 is undone when its time is over" "$2" "$TTL_LIMIT_MS"
  leave

  inject "$1" "$2" "engine-test" 60s
  leave
  wait_whole "$1 on $2 is undone when the run ends without healing" "$2" "$HEAL_LIMIT_MS"
}

expect "nothing is broken at the start" 0 "nothing to heal" "$hadrill" heal --cluster "$cluster"
for fault in node.kill node.pause; do try "$fault" "$worker"; done
for fault in lb.kill lb.pause; do try "$fault" "$balancer"; done

started=$(field "$worker" '{{.State.StartedAt}}')
inject node.reboot "$worker" engine-test 60s
[ "$(field "$worker" '{{.State.StartedAt}}')" != "$started" ] || fail "node.reboot: $worker was not started again"
whole "$worker" || fail "node.reboot: $worker did not come back as it was"
say heal healed
hear whole
leave
echo "fine: node.reboot on $worker is proven and seen, T0 within $(((upper - lower) / 1000)) us"

for fault in node.kill node.pause; do
  inject "$fault" "$worker" engine-test 60s
  kill_run_and_guard
  whole "$worker" && fail "$fault: undone although nobody lives who could"
  expect "$fault is undone by hadrill heal, without run and guard" 0 "fault engine-test ($fault)" \
    "$hadrill" heal --cluster "$cluster"
  whole "$worker" || fail "$fault: hadrill heal says that it is whole, and it is not"
done

docker kill "$worker" "$balancer" >/dev/null
expect "what nobody wrote down is healed as well" 0 "$worker: it was down or paused" "$hadrill" heal --cluster "$cluster"
for container in "$worker" "$balancer"; do whole "$container" || fail "$container is not what it was"; done
expect "then there is nothing to heal" 0 "nothing to heal" "$hadrill" heal --cluster "$cluster"
expect "an unknown cluster is refused" 5 "unknown" "$hadrill" heal --cluster "no-such-cluster"
mkdir -p "$(dirname "$lock")"
expect "a run that is going on is not disturbed" 64 "in use by another hadrill" \
  flock "$lock" "$hadrill" heal --cluster "$cluster"
echo "engine faults: all fine"
