#!/usr/bin/env bash
# dead_man.sh HADRILL CLUSTER RUNS ROUNDS SEED: the harness is killed (SIGKILL) at a random moment of a fault, ROUNDS times, each
# time with another kind of fault. Nothing of hadrill is asked afterwards: the cluster has to be as if nothing had been, within
# the time to live and 5 s.
set -euo pipefail
hadrill=$1 cluster=$2 runs=$3/dead-man rounds=$4
RANDOM=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$runs"
# shellcheck source=tests/support/expect.sh
. "$HADRILL_HOME/tests/support/expect.sh"
# shellcheck source=tests/support/untouched.sh
. "$HADRILL_HOME/tests/support/untouched.sh"

ttl=60
faults=(
  'process.pause, target: {role: controller-manager, select: one}'
  'lb.pause, target: {role: load-balancer, select: one}, expect: quorum-loss'
  'static-pod.remove, target: {role: scheduler, select: one}'
  'network.partition, target: {role: etcd, select: follower}, peers: etcd-members, ports: [2380]'
  'node.pause, target: {role: worker, select: one}'
  'container.freeze, target: {role: scheduler, select: one}'
  'kubelet.stop, target: {role: kubelet, select: one}'
  'cpu.stress, target: {role: worker, select: one}'
  'process.kill, target: {role: scheduler, select: one}, hold: true'
  'network.delay, target: {role: worker, select: one}, delay: 20ms'
  'lb.kill, target: {role: load-balancer, select: one}, expect: quorum-loss'
  'disk.slow, target: {role: etcd, select: follower}, delay: 200ms'
  'network.loss, target: {role: worker, select: one}'
  'node.kill, target: {role: worker, select: one}'
  'network.bandwidth, target: {role: worker, select: one}, kilobitsPerSecond: 10000'
)

scenario() {
  cat <<EOF
apiVersion: hadrill/v1
kind: Scenario
metadata: {name: dead-man}
topology: stacked
steadyState: {hold: 1s}
probers:
  - {name: api.read.new, through: load-balancer, connection: new, period: 200ms}
method:
  - id: break
    inject: {fault: $1, ttl: ${ttl}s}
  - observe: 50s
  - heal: break
  - observe: {until: recovered, timeout: 5m}
slo:
  - {sli: api.longest_outage, budget: 2m}
EOF
}

# until_event TYPE: the run's history has an event of that type.
until_event() {
  local deadline=$((SECONDS + 420))
  until grep -qsF "\"$1\"" "$runs/dead-man/latest/events.jsonl"; do
    kill -0 "$run" 2>/dev/null || fail "the run ended before it broke anything: $(tail -n 5 "$work/run")"
    [ "$SECONDS" -lt "$deadline" ] || fail "no $1: $(tail -n 5 "$work/run")"
    sleep 0.1
  done
}

for ((round = 0; round < rounds; round++)); do
  fault=${faults[$((round % ${#faults[@]}))]}
  scenario "$fault" >"$work/dead-man.yaml"
  rm -f "$runs/dead-man/latest"
  "$hadrill" run "$work/dead-man.yaml" --cluster "$cluster" --runs "$runs" --seed "$RANDOM" >"$work/run" 2>&1 &
  run=$!
  until_event fault.injecting
  sleep "$((RANDOM % 8)).$((RANDOM % 10))"
  kill -KILL "$run"
  wait "$run" 2>/dev/null || true
  killed=$SECONDS
  until untouched "$cluster"; do
    [ "$((SECONDS - killed))" -le "$((ttl + 5))" ] || fail "$fault: $((ttl + 5)) s after the kill: $(surprises "$cluster")"
    sleep 0.5
  done
  echo "fine: ${fault%%,*} is gone $((SECONDS - killed)) s after the harness was killed"
  expect 'the cluster is given back' 0 'its objects are removed' "$hadrill" heal --cluster "$cluster"
  if grep -qF 'fault break' "$work/out"; then fail "something of $fault was left to heal"; fi
  deadline=$((SECONDS + 300))
  until "$hadrill" cluster status --cluster "$cluster" >"$work/status" 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || fail "$fault: redundancy is not back: $(cat "$work/status")"
    sleep 1
  done
done
