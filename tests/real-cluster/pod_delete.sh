#!/usr/bin/env bash
# pod_delete.sh HADRILL CLUSTER RUNS: a run of web-pod-delete with a watch of the pods by kubectl beside it. The pod that the run
# names has to be told to go within its T0, by the watch; its container has to have ended and another pod of the Deployment to
# serve, by the runtime and the API; and no other pod of the Deployment was deleted.
set -euo pipefail
hadrill=$1 cluster=$2 runs=$3/witness
# Percent of the probers' load, for small machines.
pace=${HADRILL_TEST_PACE:-100}
# From the API's word through kubectl and a pipe to the time that the line has here.
TOLERANCE_US=1500000
LONGEST_S=420

work=$(mktemp -d)
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
# shellcheck source=tests/support/nodes.sh
. "$(dirname "$0")/../support/nodes.sh"
plane=$(nodes_of control-plane | head -n 1)
kube() { docker exec "$plane" kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout "${LONGEST_S}s" -n web-example "$@"; }
watching=
finish() {
  local code=$?
  if [ -n "$watching" ]; then kill "$watching" 2>/dev/null || true; fi
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT

# Each change of a pod: when it was told, its name, and whether it is on its way out.
timeout "$LONGEST_S" docker exec "$plane" kubectl --kubeconfig /etc/kubernetes/admin.conf -n web-example get pods -l app=web --watch -o \
  'jsonpath={.metadata.name}{" "}{.metadata.deletionTimestamp}{"\n"}' 2>"$work/watch.err" |
  while read -r name gone; do echo "${EPOCHREALTIME/./} $name ${gone:--}"; done >"$work/watch" &
watching=$!

"$hadrill" run web-pod-delete --cluster "$cluster" --pace "$pace" --runs "$runs" >"$work/out" 2>&1 || fail "the run did not pass: $(cat "$work/out")"
run=$runs/web-pod-delete/latest
told() { jq -r --arg type "$1" "select(.type == \$type) | $2" "$run/events.jsonl" | head -n 1; }
pod=$(told fault.injecting '.targets[0].pod' | cut -d/ -f2)
[ -n "$pod" ] || fail 'the run does not name the pod'
# The history's clock starts with the machine; microseconds to add to it for wall time.
offset=$(told run.started '(.realtimeNs - .t) / 1000 | floor')
lower=$((offset + $(told fault.proven .t0LowerNs) / 1000))
upper=$((offset + $(told fault.proven .t0UpperNs) / 1000))
seen=$(awk -v pod="$pod" '$2 == pod && $3 != "-" { print $1; exit }' "$work/watch")
[ -n "$seen" ] || fail "kubectl saw no deletion of $pod: $(cat "$work/watch" "$work/watch.err")"
if [ "$seen" -lt "$((lower - TOLERANCE_US))" ] || [ "$seen" -gt "$((upper + TOLERANCE_US))" ]; then
  fail "kubectl saw $pod go at $seen, the run says $lower to $upper"
fi
others=$(awk -v pod="$pod" '$2 != pod && $3 != "-" { print $2 }' "$work/watch" | sort -u)
[ -z "$others" ] || fail "these went as well: $others"
if kube get pod "$pod" >/dev/null 2>&1; then fail "$pod is still there"; fi
for node in $(nodes_of worker); do
  running=$(docker exec "$node" ctr --namespace k8s.io tasks list | awk '$3 == "RUNNING" { print $1 }')
  of_pod=$(docker exec "$node" ctr --namespace k8s.io containers list --quiet "labels.\"io.kubernetes.pod.name\"==$pod")
  left=$(grep -xF -f <(echo "$of_pod" | grep .) <<<"$running" || true)
  [ -z "$left" ] || fail "a container of $pod runs on $node: $left"
done
ready=$(kube get deployment web -o 'jsonpath={.status.readyReplicas}/{.spec.replicas}')
[ "${ready%/*}" = "${ready#*/}" ] || fail "$ready pods are ready"
echo "fine: $pod went $((seen - lower)) us after the earliest T0 ($((upper - lower)) us wide), its container ended, $ready are ready"
