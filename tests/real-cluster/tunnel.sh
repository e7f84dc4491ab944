#!/usr/bin/env bash
# tunnel.sh BIN CLUSTER: the tunnel on a real kind cluster that is up. BIN holds hadrill-agent and tunnel_curl. Each check
# says what it expects; the first that does not hold ends the test.
set -euo pipefail
bin=$1 cluster=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  [ ! -s "$work/out" ] || tail -n 20 "$work/out" >&2
  exit 1
}
fine() { echo "fine: $*"; }
# shellcheck source=tests/support/agent.sh
. "$HADRILL_HOME/tests/support/agent.sh"
# shellcheck source=tests/support/nodes.sh
. "$HADRILL_HOME/tests/support/nodes.sh"

in_node() { docker exec "$@" </dev/null; }

mapfile -t control_planes < <(nodes_of control-plane)
mapfile -t workers < <(nodes_of worker)
[ "${#control_planes[@]}" -gt 0 ] || fail "no control plane of cluster $cluster is running"
first=${control_planes[0]}
kubectl() { in_node "$first" kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }

for node in "${control_planes[@]}" ${workers[@]+"${workers[@]}"}; do
  agent_install "$bin/hadrill-agent" "$node"
done

(umask 077
  for file in ca.crt healthcheck-client.crt healthcheck-client.key; do
    in_node "$first" cat "/etc/kubernetes/pki/etcd/$file" >"$work/etcd-$file"
  done
  in_node "$first" cat /etc/kubernetes/pki/ca.crt >"$work/ca.crt")

# expect WHAT WORDS ARGUMENTS...: tunnel_curl with ARGUMENTS prints WORDS, whatever its exit code.
expect() {
  local what=$1 words=$2
  shift 2
  "$bin/tunnel_curl" "$@" >"$work/out" 2>&1 || true
  grep -qE -- "$words" "$work/out" || fail "$what: did not print /$words/"
  fine "$what ($(tail -n 1 "$work/out"))"
}

# Every etcd member at the loopback address of its node: the same client certificate, the name 127.0.0.1 checked.
etcd=(--cacert "$work/etcd-ca.crt" --cert "$work/etcd-healthcheck-client.crt" --key "$work/etcd-healthcheck-client.key")
for node in "${control_planes[@]}"; do
  expect "etcd on $node, a new connection each" '^good 20 of 20' --node "$node" --address 127.0.0.1:2379 "${etcd[@]}" --count 20 \
    --period 50 https://127.0.0.1:2379/version
  expect "etcd on $node, one connection" '^good 20 of 20' --node "$node" --address 127.0.0.1:2379 "${etcd[@]}" --count 20 --period 50 \
    --keep https://127.0.0.1:2379/version
done
expect 'without a client certificate etcd refuses, and it is not the tunnel' '^curl-[0-9]+ "(none|closed here|reset|finished)"' \
  --node "$first" --address 127.0.0.1:2379 --cacert "$work/etcd-ca.crt" https://127.0.0.1:2379/version
expect 'a port nobody listens on is refused' '^curl-[0-9]+ "refused" 111 ' --node "$first" --address 127.0.0.1:1 http://127.0.0.1:1/

# From inside a pod.
read -r uid node < <(kubectl get pods --namespace kube-system --selector k8s-app=kube-dns \
  --field-selector status.phase=Running --output 'jsonpath={.items[0].metadata.uid} {.items[0].spec.nodeName}{"\n"}')
[ -n "$uid" ] || fail 'no pod of kube-dns runs'
api=$(kubectl get service kubernetes --output 'jsonpath={.spec.clusterIP}')
dns=$(kubectl get service kube-dns --namespace kube-system --output 'jsonpath={.spec.clusterIP}')
expect "the ClusterIP of kubernetes.default from pod $uid" '^good 20 of 20' --node "$node" --pod "$uid" --address "$api:443" \
  --cacert "$work/ca.crt" --count 20 --period 50 "https://$api/version"
expect 'a Service from inside the pod' '^good 20 of 20' --node "$node" --pod "$uid" --address "$dns:9153" --count 20 --period 50 \
  "http://$dns:9153/metrics"
expect "the pod's own loopback" '^good 1 of 1' --node "$node" --pod "$uid" --address 127.0.0.1:8080 http://127.0.0.1:8080/health
expect "which is not the node's" '"refused" 111 ' --node "$node" --address 127.0.0.1:8080 http://127.0.0.1:8080/health
expect 'a pod that is not there' '"pod gone" 0 ' --node "$node" --pod 00000000-0000-0000-0000-000000000000 --address 127.0.0.1:1 \
  http://127.0.0.1:1/

# An agent that is killed in the middle: only the tunnel's own reason, and it comes back. Meanwhile no socket of the
# harness leads anywhere.
"$bin/tunnel_curl" --node "$first" --address 127.0.0.1:2379 "${etcd[@]}" --count 120 --period 50 https://127.0.0.1:2379/version \
  >"$work/out" 2>&1 &
probe=$!
deadline=$((SECONDS + 30))
until [ "$(grep -c '^200 ' "$work/out")" -ge 20 ]; do
  [ "$SECONDS" -lt "$deadline" ] || fail 'no answers before the kill'
  sleep 0.1
done
if command -v ss >/dev/null; then
  sockets=$(ss --no-header --tcp --udp --all --processes | grep "pid=$probe," || true)
  [ -z "$sockets" ] || fail "tunnel_curl has network sockets: $sockets"
  fine 'no network socket on this side'
fi
agent_kill "$first" tunnel
wait "$probe" || true
grep -q "^lost $first " "$work/out" || fail 'the loss was not told'
grep -q "^reopened $first " "$work/out" || fail 'the channel was not opened again'
# shellcheck disable=SC2251
! grep '^curl-' "$work/out" | grep -v '"channel lost"' || fail 'a loss of the channel was blamed on etcd'
[ "$(tail -n 20 "$work/out" | grep -c '^200 ')" -ge 10 ] || fail 'no answers after the kill'
fine "an agent that is killed ($(grep -c '^curl-' "$work/out") requests lost to the tunnel, $(tail -n 1 "$work/out"))"

# Nothing is left in the nodes.
for node in "${control_planes[@]}" ${workers[@]+"${workers[@]}"}; do
  left=$(echo '{"verb":"resolve","program":"hadrill-agent"}' | docker exec --interactive "$node" "$agent_in_node")
  # The agent that answers is the only one.
  [ "$(grep -o '"pid"' <<<"$left" | wc -l)" -eq 1 ] || fail "an agent still runs on $node: $left"
done
fine 'no agent is left running'
