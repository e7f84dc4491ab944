#!/usr/bin/env bash
# random_faults.sh HADRILL CLUSTER RUNS COUNT SEED: COUNT random sequences of two faults, each with the guard on. Whatever they
# are, etcd never loses its quorum for more than an election, nothing is left, and every spare comes back.
set -euo pipefail
hadrill=$1 cluster=$2 runs=$3/random count=$4
RANDOM=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$runs"
# shellcheck source=tests/support/expect.sh
. "$HADRILL_HOME/tests/support/expect.sh"
# shellcheck source=tests/support/untouched.sh
. "$HADRILL_HOME/tests/support/untouched.sh"

pick() { local all=("$@"); echo "${all[$((RANDOM % ${#all[@]}))]}"; }

component() { pick apiserver etcd controller-manager scheduler; }

# fault: one inject step's mapping, without braces. Never one that takes the front door or the quorum: that has to be declared.
fault() {
  local kind
  kind=$(pick kill kill pause freeze remove kubelet containerd partition loss delay bandwidth stress node-pause node-kill node-reboot hole \
    disk disk-full move-leader member certificate)
  case $kind in
    kill) echo "fault: process.kill, target: {role: $(component), select: one}, signal: $(pick KILL TERM)" ;;
    pause) echo "fault: process.pause, target: {role: $(component), select: one}" ;;
    freeze) echo "fault: container.freeze, target: {role: $(component), select: one}" ;;
    remove) echo "fault: static-pod.remove, target: {role: $(component), select: one}" ;;
    kubelet) echo 'fault: kubelet.stop, target: {role: kubelet, select: one}' ;;
    containerd) echo 'fault: containerd.stop, target: {role: containerd, select: one}' ;;
    partition) echo "fault: network.partition, target: {role: etcd, select: $(pick leader follower)}, peers: etcd-members, ports: [2380], direction: $(pick both in out)" ;;
    loss) echo "fault: network.loss, target: {role: $(pick control-plane worker), select: one}, percent: $((RANDOM % 50 + 1))" ;;
    delay) echo "fault: network.delay, target: {role: $(pick control-plane worker), select: one}, delay: $((RANDOM % 40 + 1))ms" ;;
    bandwidth) echo "fault: network.bandwidth, target: {role: worker, select: one}, kilobitsPerSecond: $((RANDOM + 1000))" ;;
    stress) echo "fault: cpu.stress, target: {role: worker, select: one}, cpus: 0.5" ;;
    node-pause) echo "fault: node.pause, target: {role: $(pick control-plane worker), select: one}" ;;
    node-kill) echo 'fault: node.kill, target: {role: worker, select: one}' ;;
    node-reboot) echo 'fault: node.reboot, target: {role: worker, select: one}' ;;
    hole) echo 'fault: lb.blackhole, target: {role: apiserver, select: one}' ;;
    disk) echo 'fault: disk.slow, target: {role: etcd, select: follower}, delay: 100ms' ;;
    disk-full) echo 'fault: disk.full, target: {role: etcd, select: follower}' ;;
    move-leader) echo 'fault: etcd.move-leader, target: {role: etcd, select: leader}' ;;
    member) echo "fault: $(pick etcd.member-remove etcd.member-replace), target: {role: etcd, select: follower}" ;;
    certificate) echo "fault: certificate.expire, target: {role: $(pick apiserver etcd), select: one}, certificate: serving" ;;
  esac
}

scenario() {
  cat <<EOF
apiVersion: hadrill/v1
kind: Scenario
metadata: {name: random}
topology: stacked
steadyState: {hold: 1s}
probers:
  - {name: api.read.new, through: load-balancer, connection: new, period: 100ms}
method:
  - id: first
    inject: {$(fault)}
  - observe: $((RANDOM % 8 + 2))s
  - heal: first
  - observe: {until: recovered, timeout: 6m}
  - id: second
    inject: {$(fault)}
  - observe: $((RANDOM % 8 + 2))s
  - heal: second
  - observe: {until: recovered, timeout: 6m}
stopConditions: [{when: etcd.quorum-lost, for: 5s}]
slo:
  - {sli: api.longest_outage, budget: 1m}
EOF
}

for ((i = 1; i <= count; i++)); do
  scenario >"$work/random.yaml"
  status=0
  "$hadrill" run "$work/random.yaml" --cluster "$cluster" --runs "$runs" --seed "$RANDOM" >"$work/out" 2>&1 || status=$?
  # 2: the machine was too busy to measure; that is not what is asked here.
  if [ "$status" -ne 0 ] && [ "$status" -ne 2 ]; then
    cat "$work/random.yaml"
    fail "sequence $i ended with $status"
  fi
  left=$(surprises "$cluster")
  [ -z "$left" ] || fail "sequence $i left: $left; $(grep 'fault:' "$work/random.yaml")"
  echo "fine: sequence $i: $(sed -nE 's/.*fault: ([a-z.-]+),.*/\1/p' "$work/random.yaml" | paste -sd ' ')"
done
