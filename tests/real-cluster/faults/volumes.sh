#!/usr/bin/env bash
# volumes.sh HADRILL CLUSTER: disk.lose on a pod of the test's own, a key-value store on a folder of a worker. The agent beside
# HADRILL breaks; what is believed is what the store and the node's folder say. The first surprise ends the test.
set -euo pipefail
hadrill=$1 cluster=$2
work=$(mktemp -d)
# shellcheck source=tests/support/expect.sh
. "$HADRILL_HOME/tests/support/expect.sh"
# shellcheck source=tests/support/agent.sh
. "$HADRILL_HOME/tests/support/agent.sh"
# shellcheck source=tests/support/nodes.sh
. "$HADRILL_HOME/tests/support/nodes.sh"

pod='hadrill-volume-test'
volume='/var/lib/hadrill-volume-test'
plane=$(nodes_of control-plane | head -n 1)
node=$(nodes_of worker | head -n 1)
[ -n "${plane:+$node}" ] || fail "cluster $cluster has no control plane or no worker"
on_node() { docker exec "$node" "$@" </dev/null; }
kube() { docker exec -i "$plane" kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
cleanup() {
  local code=$?
  on_node "$agent_in_node" heal || true
  kube delete pod "$pod" --grace-period=1 --wait --timeout=60s >/dev/null </dev/null || true
  on_node rm -rf "$volume" || true
  rm -rf "$work"
  exit "$code"
}
trap cleanup EXIT

agent_install "$(dirname "$hadrill")/hadrill-agent" "$node"
image=$(docker exec "$plane" sed -n 's/^ *image: //p' /etc/kubernetes/manifests/etcd.yaml)
kube apply -f - <<T
apiVersion: v1
kind: Pod
metadata: {name: $pod}
spec:
  nodeName: $node
  terminationGracePeriodSeconds: 1
  containers:
    - name: store
      image: $image
      imagePullPolicy: IfNotPresent
      command: [etcd, --data-dir=/data/store, --listen-client-urls=http://0.0.0.0:2379, --advertise-client-urls=http://127.0.0.1:2379]
      volumeMounts: [{name: data, mountPath: /data}]
  volumes:
    - {name: data, hostPath: {path: $volume, type: DirectoryOrCreate}}
T
kube wait --for=condition=Ready "pod/$pod" --timeout=120s </dev/null
uid=$(kube get pod "$pod" -o 'jsonpath={.metadata.uid}' </dev/null)
address=$(kube get pod "$pod" -o 'jsonpath={.status.podIP}' </dev/null)

store() { on_node curl --silent --show-error --fail --max-time 3 --data "$2" "http://$address:2379/v3/kv/$1"; }
key=$(printf key | base64) value=$(printf precious | base64)
has_key() { store range "{\"key\":\"$key\"}" 2>/dev/null | jq -e --arg v "$value" '.kvs[0].value == $v' >/dev/null; }
has_no_key() { store range "{\"key\":\"$key\"}" 2>/dev/null | jq -e 'has("header") and (has("kvs") | not)' >/dev/null; }
folder() { on_node stat -c '%i %a %u %g' "$volume"; }
nothing_left() {
  local found
  found=$(on_node sh -c "ls -d $volume.* /var/lib/hadrill/journal/*.json 2>/dev/null || true")
  [ -z "$found" ] || fail "left on $node: $found"
  [ "$(folder)" = "$before" ] || fail "another folder than before: $(folder), $before"
}

eventually 60 'the store serves' store put "{\"key\":\"$key\",\"value\":\"$value\"}"
before=$(folder)
parameters=$(jq -nc --arg pod "$uid" '{pod: $pod, folder: "/data"}')

agent_open "$node"
refused() { jq -nc --argjson p "$1" '{verb: "inject", id: "v-0", effect: "disk.lose", ttlMs: 60000, parameters: $p}'; }
agent_refuses 'a folder that is no volume' 'has no volume at /etc' "$(refused "$(jq -c '.folder = "/etc"' <<<"$parameters")")"
agent_refuses 'a pod that is not there' 'no process' "$(refused '{"pod": "00000000-0000-0000-0000-000000000000", "folder": "/data"}')"
agent_refuses 'a program of the node' 'only a pod' "$(refused '{"program": "kubelet", "folder": "/data"}')"

agent_inject v-1 disk.lose "$parameters"
eventually 60 'the store starts again without its data' has_no_key
[ "$(folder | cut -d' ' -f2-)" = "$(cut -d' ' -f2- <<<"$before")" ] || fail "the empty folder has another mode or owner: $(folder)"
agent_refuses 'losing it twice' '' "$(jq -nc --argjson p "$parameters" '{verb: "inject", id: "v-1", effect: "disk.lose", ttlMs: 60000, parameters: $p}')"
agent_heal v-1
eventually 60 'the store has its data' has_key
nothing_left

agent_inject v-2 disk.lose "$parameters" 5000
eventually 60 'the data is back when its time is over' has_key
agent_hear
[ "$(jq -r .event <<<"$answer")" = healed ] || fail "the agent does not tell that it gave it back: $answer"
nothing_left
agent_inject v-3 disk.lose "$parameters" 60000
agent_close
eventually 60 'the data is back when nobody listens' has_key
nothing_left

agent_open "$node"
agent_inject v-4 disk.lose "$parameters" 60000
agent_kill "$node"
agent_close
eventually 60 'a killed agent cannot have given it back' has_no_key
on_node "$agent_in_node" heal
eventually 60 'the data is back after the next contact' has_key
nothing_left

agent_open "$node"
jq -nc --argjson p "$parameters" '{verb: "inject", id: "v-5", effect: "disk.lose", ttlMs: 60000, parameters: $p}' >&"$agent_in"
agent_kill "$node" '' "test -e $volume.hadrill-v-5"
agent_close
on_node "$agent_in_node" heal
eventually 60 'the data is back after a death while it was lost' has_key
nothing_left
echo 'fine: everything'
