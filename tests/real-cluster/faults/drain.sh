#!/usr/bin/env bash
# drain.sh HADRILL CLUSTER: node.drain on the last worker of a cluster of ours, seen from outside with kubectl. It is undone on
# request, when its time is over, and after a SIGKILL of whoever made it, also in the middle of the drain; then by `hadrill heal`
# when even the guard is dead. A disruption budget that allows nothing makes it an error, and the node takes pods again.
# engine_driver beside HADRILL stands in for a run. Leaves the cluster whole.
set -euo pipefail
hadrill=$1 cluster=$2
state=${XDG_STATE_HOME:-$HOME/.local/state}/hadrill/clusters/$cluster
# Seconds that the guard gets after a death, and after the end of the time to live: each look at the API starts a kubectl.
HEAL_LIMIT=${HEAL_LIMIT:-30}
SHORT_TTL=3s
DRAIN_LIMIT=180

work=$(mktemp -d)
# shellcheck source=tests/support/expect.sh
. "$(dirname "$0")/../../support/expect.sh"
# shellcheck source=tests/support/nodes.sh
. "$(dirname "$0")/../../support/nodes.sh"
# shellcheck source=tests/support/engine_run.sh
. "$(dirname "$0")/../../support/engine_run.sh"

space=drain-test
plane=$(nodes_of control-plane | head -n 1)
worker=$(nodes_of worker | tail -n 1)
other=$(nodes_of worker | head -n 1)
if [ -z "$plane" ] || [ "$worker" = "$other" ]; then fail "cluster $cluster needs a control plane and two workers"; fi

kube() { docker exec -i "$plane" kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 10s "$@"; }
finish() {
  local code=$?
  kube uncordon "$worker" "$other" >/dev/null </dev/null || true
  kube delete namespace "$space" --ignore-not-found --wait --timeout=90s >/dev/null </dev/null || true
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT

cordoned() { [ "$(kube get node "$worker" -o 'jsonpath={.spec.unschedulable}' </dev/null)" = true ]; }
# movable: pods on the worker that are neither a DaemonSet's nor static, one NAMESPACE/NAME to a line.
movable() {
  kube get pods --all-namespaces --field-selector "spec.nodeName=$worker" -o json </dev/null |
    jq -r '.items[] | select(all(.metadata.ownerReferences[]?; .kind != "DaemonSet" and .kind != "Node")) | "\(.metadata.namespace)/\(.metadata.name)"'
}
of_test() { movable | grep "^$space/" || true; }
# drain_lives: a kubectl in one of the control planes drains the worker.
drain_lives() {
  local one
  for one in $(nodes_of control-plane); do
    if docker exec "$one" pgrep -f "drain $worker " >/dev/null; then return 0; fi
  done
  return 1
}
journal() { ls "$state/journal" 2>/dev/null || true; }
within() { # SECONDS WHAT COMMAND...: COMMAND succeeds within that time
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || fail "not within the time: $what; guard: $(tail -n 5 "$state/guard.log" 2>/dev/null)"
    sleep 0.2
  done
}
given_back() { ! cordoned && [ -z "$(journal)" ] && ! drain_lives; }
all_ready() { [ "$(kube -n "$space" get deployment store -o 'jsonpath={.status.readyReplicas}' </dev/null)" = 4 ]; }
# spread: pods of the test's on the worker, for the next drain to evict.
spread() {
  kube -n "$space" rollout restart deployment/store >/dev/null </dev/null
  kube -n "$space" rollout status deployment/store --timeout=120s >/dev/null </dev/null
  [ -n "$(of_test)" ] || fail "no pod of the test is on $worker"
}
drain() { # TTL: has it in force
  begin node.drain "$worker" drain-test "$1"
  proven node.drain "$DRAIN_LIMIT"
  cordoned || fail "proven, and $worker is schedulable"
  [ -z "$(movable)" ] || fail "proven, and these pods are on $worker: $(movable | paste -sd ' ')"
}

image=$(docker exec "$plane" ctr --namespace k8s.io images list --quiet | awk '/\/pause:/ && !found++')
kube create namespace "$space" >/dev/null </dev/null
kube apply -f - >/dev/null <<T
apiVersion: apps/v1
kind: Deployment
metadata: {name: store, namespace: $space}
spec:
  replicas: 4
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec:
      terminationGracePeriodSeconds: 1
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: store}}}
      containers: [{name: store, image: "$image", imagePullPolicy: IfNotPresent}]
T
kube -n "$space" rollout status deployment/store --timeout=120s >/dev/null </dev/null
expect 'nothing is broken at the start' 0 'nothing to heal' "$hadrill" heal --cluster "$cluster"

spread
before=$(movable | wc -l)
drain 120s
[ "$(jq .podsEvicted <<<"$evidence")" -eq "$before" ] || fail "$before pods were to go: $evidence"
jq -e '.measures | any(.what == "time to drain" and .lowerNs <= .upperNs)' >/dev/null <<<"$evidence" || fail "not measured: $evidence"
echo "fine: node.drain on $worker is proven and seen, T0 within $(((upper - lower) / 1000)) us, $before pods went"
within 60 'the pods run elsewhere' all_ready
{ "$hadrill" cluster status --cluster "$cluster" || true; } >"$work/out" 2>&1
grep -qF "node $worker is cordoned" "$work/out" || fail 'a cordoned node is called whole'
say prove 'in force'
echo residue >&"$says"
while read -r -t 120 line <&"$hears" && [ "$line" != 'residue told' ]; do echo "$line"; done >"$work/out"
grep -qxF "left $worker: it is cordoned" "$work/out" || fail 'a cordoned node is no residue'
say heal healed
hear whole
given_back || fail 'healed, and the node is cordoned or in the journal'
guard=$(guard_of_run)
leave
[ ! -e "/proc/$guard" ] || fail 'the guard did not end with the run that healed'
echo 'fine: it is undone on request, and the guard ends'

spread
drain 120s
kill -KILL -- "-$run"
within "$HEAL_LIMIT" 'undone after a SIGKILL of the process group' given_back
leave
echo 'fine: it is undone after a SIGKILL of the process group of the run'

spread
drain "$SHORT_TTL"
within "$HEAL_LIMIT" 'undone when its time is over' given_back
leave
echo 'fine: it is undone when its time is over'

spread
drain 120s
leave
within "$HEAL_LIMIT" 'undone when the run ends' given_back
echo 'fine: it is undone when the run ends without healing'

drain 120s
kill_run_and_guard
cordoned || fail 'undone although nobody lives who could'
expect 'it is undone by hadrill heal, without run and guard' 0 'fault drain-test (node.drain), it is schedulable' \
  "$hadrill" heal --cluster "$cluster"
given_back || fail 'hadrill heal says that the node is schedulable, and it is not'
kube cordon "$other" >/dev/null </dev/null
expect 'a cordon that nobody wrote down is healed as well' 0 "$other: it was cordoned, and is schedulable" \
  "$hadrill" heal --cluster "$cluster"
expect 'then there is nothing to heal' 0 'nothing to heal' "$hadrill" heal --cluster "$cluster"

kube apply -f - >/dev/null <<T
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: store, namespace: $space}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: store}}}
T
spread
kept=$(of_test)
begin node.drain "$worker" drain-test 60s '{"timeout": "15s"}'
IFS= read -r -t 120 said <&"$hears" || fail "no answer: $(cat "$work/run.err")"
[[ $said == "error: "*"is not empty within 15s: left are "* ]] || fail "a budget that allows nothing: $said"
for pod in $kept; do [[ $said == *"$pod"* ]] || fail "$pod is left and not told: $said"; done
leave
given_back || fail 'an error, and the node is cordoned, drained or in the journal'
[ "$(of_test)" = "$kept" ] || fail 'pods were evicted against the budget'
echo 'fine: a disruption budget that allows nothing makes it an error that names the pods, and the node is schedulable'

begin node.drain "$worker" drain-test 60s
within 60 'a drain is under way' drain_lives
kill -KILL -- "-$run"
within "$HEAL_LIMIT" 'undone in the middle of the drain' given_back
leave
[ "$(of_test)" = "$kept" ] || fail 'pods were evicted against the budget'
echo 'fine: a drain that was under way when the run was killed is ended and undone'
echo 'drain: all fine'
