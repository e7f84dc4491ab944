#!/usr/bin/env bash
# restore.sh HADRILL CLUSTER [all]: etcd.snapshot-restore on a cluster of three control planes that is up: its parts by the
# agents alone, undone when nobody listens any more, and a run; with `all` (half an hour) also undone on request, on TTL, after
# SIGKILL, and at every step. What is believed is what the members of etcd, the API and the kubelets do, never the agent's
# word. The first surprise ends the test.
set -euo pipefail
hadrill=$1 cluster=$2 extent=${3:-few}
agent=/usr/local/bin/hadrill-agent
pki=/etc/kubernetes/pki/etcd
work=$(mktemp -d)
rounds=0
run=

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  [ ! -s "$work/run" ] || tail -n 30 "$work/run" >&2
  exit 1
}
fine() { echo "fine: $*"; }
in_node() { docker exec "$@" </dev/null; }
# shellcheck source=tests/support/agents.sh
. "$(dirname "$0")/../../support/agents.sh"
# shellcheck source=tests/support/nodes.sh
. "$(dirname "$0")/../../support/nodes.sh"

mapfile -t members < <(nodes_of control-plane)
mapfile -t workers < <(nodes_of worker)
[ "${#members[@]}" -ge 3 ] || fail "cluster $cluster has ${#members[@]} control planes, not 3"
nodes=("${members[@]}" ${workers[@]+"${workers[@]}"})
source=${members[0]}
image=$(in_node "$source" ctr --namespace k8s.io images list --quiet | awk '/\/pause:/ && !found++')

# heal_everywhere: what the agents' journals say, on all nodes at once: one waits for the others.
heal_everywhere() {
  local node jobs=() job code=0
  for node in "${nodes[@]}"; do
    in_node "$node" "$agent" heal >"$work/heal.$node" 2>&1 &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || code=1; done
  return "$code"
}
cleanup() {
  local code=$? node
  if [ -n "$run" ] && kill -INT "$run" 2>/dev/null; then wait "$run" || true; fi
  for node in "${!process[@]}"; do close_agent "$node" || true; done
  heal_everywhere || cat "$work"/heal.* >&2 || true
  rm -rf "$work"
  exit "$code"
}
trap cleanup EXIT
trap 'echo "ended at line $LINENO: $BASH_COMMAND" >&2' ERR
for node in "${nodes[@]}"; do docker cp --quiet "$(dirname "$hadrill")/hadrill-agent" "$node:$agent"; done

# --- what others see ------------------------------------------------------------------------------------------------

# etcd NODE METHOD [BODY]: what the member there says.
etcd() {
  in_node "$1" curl --silent --show-error --max-time 10 --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt \
    --key $pki/healthcheck-client.key --request POST --data "${3:-"{}"}" "https://127.0.0.1:2379/v3/$2"
}
cluster_id() { etcd "$1" maintenance/status | jq -r '.header.cluster_id // "none"' || echo none; }
revision() { etcd "$1" maintenance/status | jq -r .header.revision; }
# all_serve SAME|OTHER ID: every member serves history ID, or all another one, and all follow one leader.
all_serve() {
  local ids leaders node
  ids=$(for node in "${members[@]}"; do cluster_id "$node"; done | sort -u)
  leaders=$(for node in "${members[@]}"; do etcd "$node" maintenance/status | jq -r '.leader // "none"' || echo none; done | sort -u)
  [ "$(wc -l <<<"$ids")" = 1 ] && [ "$ids" != none ] && [ "$(wc -l <<<"$leaders")" = 1 ] && [ "$leaders" != none ] || return 1
  if [ "$1" = SAME ]; then [ "$ids" = "$2" ]; else [ "$ids" != "$2" ]; fi
}
# mark NAME, marked NAME: a key that is there or not, read from the last member.
key_of() { printf '/hadrill-test/%s' "$1" | base64 -w 0; }
mark() { etcd "$source" kv/put "{\"key\":\"$(key_of "$1")\",\"value\":\"eA==\"}" | jq -e .header >/dev/null || fail "cannot write $1"; }
marked() { etcd "${members[2]}" kv/range "{\"key\":\"$(key_of "$1")\"}" | jq -e '.count == "1"' >/dev/null; }
unmark() { etcd "$source" kv/deleterange "{\"key\":\"$(key_of '')\",\"range_end\":\"$(printf /hadrill-test0 | base64 -w 0)\"}" >/dev/null; }
within() {
  local until=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || fail "$what: not within the time allowed"
    sleep 0.5
  done
}
nothing_left() {
  local node found
  for node in "${nodes[@]}"; do
    found=$(in_node "$node" sh -c 'ls -d /var/lib/etcd.hadrill-* /etc/kubernetes/hadrill /var/lib/hadrill/journal/*.json 2>/dev/null' || true)
    [ -z "$found" ] || return 1
  done
}
kubectl() { in_node "$source" kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 10s "$@"; }
api_servers_ready() {
  local node
  for node in "${members[@]}"; do
    in_node "$node" curl --silent --fail --max-time 5 --insecure https://127.0.0.1:6443/readyz || return 1
  done
}
kubelet_of() { in_node "$1" systemctl show --property MainPID --value kubelet; }
# everybody_listens: a pod for each node, past the scheduler, and a Deployment: no kubelet, scheduler or controller manager waits
# for changes of a revision that is still to come.
everybody_listens() {
  local node name
  rounds=$((rounds + 1))
  name=listens-$rounds
  within 60 'the API serves' kubectl get namespace default
  for node in "${nodes[@]}"; do
    kubectl run "$name-$node" --image "$image" --overrides "{\"spec\":{\"nodeName\":\"$node\",\"tolerations\":[{\"operator\":\"Exists\"}]}}" >/dev/null
  done
  kubectl create deployment "$name" --image "$image" --replicas 2 >/dev/null
  for node in "${nodes[@]}"; do within 90 "the kubelet of $node hears of a pod" ready "pod/$name-$node" Ready; done
  within 90 'controller manager and scheduler hear of a Deployment' ready "deployment/$name" Available
  kubectl delete deployment "$name" --wait=false >/dev/null
  for node in "${nodes[@]}"; do kubectl delete pod "$name-$node" --wait=false >/dev/null; done
}
ready() { kubectl wait --for "condition=$2" "$1" --timeout 1s; }

# back ID: the history ID is there as if nothing had been, and everybody hears what changes in it.
back() {
  within 240 'every member has its data back' all_serve SAME "$1"
  within 300 'nothing is left' nothing_left
  within 120 'every API server serves' api_servers_ready
  marked before || fail 'what was written before the snapshot is gone'
  marked lost || fail 'what was written after the snapshot is gone for good'
  ! marked restored || fail 'what was written into the restored data is in the original'
  everybody_listens
  unmark
}

# --- the parts, by the agents alone ---------------------------------------------------------------------------------

# restore ID TTL_MS STEPS: all steps up to `snapshot`, `stop`, `exchange` or `start`. $original is the history before.
restore() {
  local id=$1 ttl=$2 last=$3 node copied list=() servers=() parameters below
  declare -A name=() urls=()
  original=$(cluster_id "$source")
  mark before
  for node in "${nodes[@]}"; do open_agent "$node"; done
  for node in "${members[@]}"; do
    does "$node" "$(inject "$id-copy" etcd.restore-folder 900000 "{\"snapshot\": $([ "$node" = "$source" ] && echo true || echo false)}")" 300
    name[$node]=$(jq -r .evidence.name <<<"$answer") urls[$node]=$(jq -r .evidence.peerUrls <<<"$answer")
    list+=("${name[$node]}=${urls[$node]}")
    servers+=("https://$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$node"):6443")
    [ "$node" != "$source" ] || below=$(($(jq .evidence.revision <<<"$answer") + 1000000000))
  done
  copied=/var/lib/etcd.hadrill-$id-copy/snapshot.db
  for node in "${members[@]:1}"; do
    docker exec "$source" cat "$copied" </dev/null | docker exec -i "$node" sh -c "cat >$copied"
    [ "$(in_node "$node" sha256sum "$copied")" = "$(in_node "$source" sha256sum "$copied")" ] || fail 'the snapshot was copied badly'
  done
  refuses "${members[1]}" 'not beside another fault' "$(inject "$id-two" etcd.restore-folder 60000 '{}')"
  mark lost
  [ "$last" != snapshot ] || return 0
  parameters=$(jq -nc --arg folder "$id-copy" --arg members "$(IFS=,; echo "${list[*]}")" --arg token "$id" --arg cluster "$original" \
    '{data: "/var/lib/etcd", folder: $folder, members: $members, token: $token, cluster: $cluster, bump: 1000000000, name: "", peerUrls: ""}')
  refuses "$source" 'has to be stopped first' "$(inject "$id" etcd.restore "$ttl" "$parameters")"
  for node in "${members[@]}"; do
    does "$node" "$(inject "$id-stop" static-pod.remove 900000 '{"program":"etcd","manifest":"etcd"}')" 120
  done
  [ "$last" != stop ] || return 0
  for node in "${members[@]}"; do
    does "$node" "$(inject "$id" etcd.restore "$ttl" \
      "$(jq -c --arg name "${name[$node]}" --arg urls "${urls[$node]}" '.name = $name | .peerUrls = $urls' <<<"$parameters")")" 350
    echo "$node: $(jq -c '{took_ms: ((.afterNs - .beforeNs) / 1e6), evidence}' <<<"$answer")"
    [ "$last" != exchange ] || return 0
  done
  for node in "${nodes[@]}"; do
    does "$node" "$(inject "$id-watch" watchers.renew "$ttl" \
      "$(jq -nc --argjson below "$below" --arg node "$node" '{below: $below, node: $node, servers: $ARGS.positional}' --args "${servers[@]}")")"
  done
  for node in "${members[@]}"; do does "$node" "$(heal "$id-stop")"; done
  within 120 'the restored data is served' all_serve OTHER "$original"
  within 120 'an API server serves it' api_servers_ready
  marked before || fail 'the snapshot is not what was served'
  ! marked lost || fail 'what was written after the snapshot was not lost'
  [ "$(revision "$source")" -gt 1000000000 ] || fail 'the revisions do not go on upwards'
  everybody_listens
  mark restored
  for node in "${members[@]}"; do
    request "$node" "$(jq -nc --arg id "$id" '{verb: "prove", id: $id}')" 30
    jq -e .ok <<<"$answer" >/dev/null || fail "$node: not proven: $answer"
  done
}

test_on_request() {
  local kubelet
  restore rq 900000 start
  kubelet=$(kubelet_of "${nodes[-1]}")
  # In another order than they were made.
  for node in "${members[2]}" "${members[0]}" "${members[1]}"; do does "$node" "$(heal rq)" 150; done
  for node in "${nodes[@]}"; do does "$node" "$(heal rq-watch)" 500; done
  for node in "${members[@]}"; do does "$node" "$(heal rq-copy)"; done
  for node in "${nodes[@]}"; do close_agent "$node"; done
  [ "$(kubelet_of "${nodes[-1]}")" != "$kubelet" ] || fail 'the kubelet did not start anew'
  back "$original"
  fine 'restored, and undone on request'
}
test_on_eof() {
  restore "eof-$1" 900000 "$1"
  close_all
  back "$original"
  fine "undone when nobody listens any more, after: $1"
}
test_on_ttl() {
  restore ttl 240000 start
  within 500 'the data is back when its time is over' all_serve SAME "$original"
  within 300 'everybody started anew' no_entry '-watch'
  close_all
  back "$original"
  fine 'undone when its time is over'
}
no_entry() {
  local node
  for node in "${nodes[@]}"; do ! in_node "$node" sh -c "ls /var/lib/hadrill/journal/*$1.json" || return 1; done
}
# test_on_kill STEP: SIGKILL to every agent; the next contact undoes.
test_on_kill() {
  local node
  restore "kill-$1" 900000 "$1"
  for node in "${nodes[@]}"; do
    # shellcheck disable=SC2016 # expanded in the node
    in_node "$node" sh -c 'for p in /proc/[0-9]*; do
      [ "$(tr "\0" " " <"$p/cmdline" 2>/dev/null)" = "'"$agent"' " ] && kill -9 "${p#/proc/}"; done; true'
  done
  close_all
  all_serve SAME "$original" && fail 'a killed agent cannot have undone it: then nothing is proven below'
  heal_everywhere || fail "the next contact did not undo it: $(cat "$work"/heal.*)"
  back "$original"
  fine "undone after SIGKILL of the agents, after: $1"
}

# --- a run ----------------------------------------------------------------------------------------------------------

test_run() {
  local code=0 verdict
  original=$(cluster_id "$source")
  mark before
  cat >"$work/restore.yaml" <<'EOF'
apiVersion: hadrill/v1
kind: Scenario
metadata: {name: restore}
topology: stacked
steadyState: {hold: 5s}
probers:
  - {name: api.read.new, through: load-balancer, connection: new, period: 200ms}
method:
  - id: restore
    inject: {fault: etcd.snapshot-restore, target: {role: etcd, select: one}, age: 15s, expect: quorum-loss}
  - observe: {until: recovered, atLeast: 20s, timeout: 6m}
  - heal: restore
  - observe: {until: recovered, atLeast: 20s, timeout: 8m}
slo:
  - {sli: redundancy.restored, budget: 20m}
EOF
  "$hadrill" run "$work/restore.yaml" --cluster "$cluster" --runs "$work/runs" >"$work/run" 2>&1 &
  run=$!
  within 420 'the snapshot is on every member' snapshot_everywhere
  mark lost
  within 300 'the restored data is served' all_serve OTHER "$original"
  marked before || fail 'the snapshot is not what is served'
  ! marked lost || fail 'what was written after the snapshot is there'
  mark restored
  wait "$run" || code=$?
  run=
  cat "$work/run"
  # 2: the machine was too busy for the numbers to decide.
  [ "$code" -eq 0 ] || [ "$code" -eq 2 ] || fail "the run ended with $code"
  verdict=$work/runs/restore/latest/verdict.json
  jq -c '.faults[0].measures' "$verdict"
  jq -e '.faults[0].measures | length == 4 and .[0].measured >= 1 and .[2].measured.upperNs > 0' "$verdict" >/dev/null ||
    fail 'the verdict does not tell what was lost and how long it took'
  grep -qF 'data lost since the snapshot: ' "$work/runs/restore/latest/summary.txt" || fail 'the summary does not tell it'
  back "$original"
  fine 'a run restores etcd and gives its data back'
}
snapshot_everywhere() {
  local node sizes
  kill -0 "$run" || fail 'the run ended before there was a snapshot on every member'
  sizes=$(for node in "${members[@]}"; do in_node "$node" sh -c 'stat -c %s /var/lib/etcd.hadrill-*-copy/snapshot.db' || echo none; done | sort -u)
  [ "$(wc -l <<<"$sizes")" = 1 ] && [ "$sizes" != none ] && [ "$sizes" != 0 ]
}

within 120 'etcd is whole before anything is broken' all_serve OTHER none
test_on_eof exchange
if [ "$extent" = all ]; then
  test_on_request
  test_on_eof snapshot
  test_on_eof stop
  test_on_eof start
  test_on_kill exchange
  test_on_kill start
  test_on_ttl
fi
test_run
fine 'everything'
