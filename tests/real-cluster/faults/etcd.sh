#!/usr/bin/env bash
# etcd.sh HADRILL CLUSTER [effects|deaths]: the faults of etcd and of certificates on a cluster of three control planes that is
# up: `effects` what each does, `deaths` at which moments its agent may die; without a word both. The agent beside HADRILL
# breaks; what is believed is what other nodes see. The first surprise ends the test.
set -euo pipefail
hadrill=$1 cluster=$2 part=${3:-all}
pki=/etc/kubernetes/pki/etcd
work=$(mktemp -d)
number=0
# shellcheck source=tests/support/expect.sh
. "$HADRILL_HOME/tests/support/expect.sh"
# shellcheck source=tests/support/agent.sh
. "$HADRILL_HOME/tests/support/agent.sh"
# shellcheck source=tests/support/nodes.sh
. "$HADRILL_HOME/tests/support/nodes.sh"

fine() { echo "fine: $*"; }
in_node() { docker exec "$@" </dev/null; }
cleanup() {
  local code=$? node
  for node in ${nodes[@]+"${nodes[@]}"}; do in_node "$node" "$agent_in_node" heal || true; done
  rm -rf "$work"
  exit "$code"
}
trap cleanup EXIT
trap 'echo "ended at line $LINENO: $BASH_COMMAND" >&2' ERR

mapfile -t nodes < <(nodes_of control-plane)
[ "${#nodes[@]}" -ge 3 ] || fail "cluster $cluster has ${#nodes[@]} control planes, not 3"
for node in "${nodes[@]}"; do agent_install "$(dirname "$hadrill")/hadrill-agent" "$node"; done

inject() { jq -nc --arg id "$1" --arg effect "$2" --argjson ttl "$3" --argjson p "$4" '{verb: "inject", id: $id, effect: $effect, ttlMs: $ttl, parameters: $p}'; }

# --- what others see ------------------------------------------------------------------------------------------------

# etcd NODE METHOD: what the member there says.
etcd() {
  local body='{}'
  [ "$2" != cluster/member/list ] || body='{"linearizable": true}'
  in_node "$1" curl --silent --show-error --max-time 20 --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt \
    --key $pki/healthcheck-client.key --request POST --data "$body" "https://127.0.0.1:2379/v3/$2"
}
member_id() { etcd "$1" maintenance/status | jq -r .header.member_id; }
leader_node() {
  local leader node
  leader=$(etcd "${nodes[0]}" maintenance/status | jq -r .leader)
  for node in "${nodes[@]}"; do [ "$(member_id "$node")" != "$leader" ] || echo "$node"; done
}
# whole: every node has a started voter, and they agree on who leads.
whole() {
  local node voters leaders
  voters=$(etcd "${nodes[0]}" cluster/member/list | jq '[.members[] | select(.name and .clientURLs and (.isLearner | not))] | length')
  leaders=$(for node in "${nodes[@]}"; do etcd "$node" maintenance/status | jq -r '.leader // "none"' || echo none; done | sort -u)
  [ "$voters" = "${#nodes[@]}" ] && [ "$(wc -l <<<"$leaders")" = 1 ] && [ "$leaders" != none ]
}
# within SECONDS WHAT COMMAND...
within() {
  local until=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || fail "$what: not within the time allowed"
    sleep 0.2
  done
}
listed() { etcd "$1" cluster/member/list | jq -e --arg id "$2" 'any(.members[]; .ID == $id)'; }
not_listed() { etcd "$1" cluster/member/list | jq -e --arg id "$2" 'all(.members[]; .ID != $id)'; }
answers() { etcd "$1" maintenance/status | jq -e .header; }
# nothing_left NODE: no file of a fault, and the agent finds no trace either.
nothing_left() {
  local found
  found=$(in_node "$1" sh -c 'ls -d /var/lib/etcd.hadrill-* /etc/kubernetes/hadrill /var/lib/hadrill/journal/*.json 2>/dev/null; find /etc/kubernetes/pki -name ".*hadrill*"' || true)
  [ -z "$found" ] || fail "left on $1: $found"
}

within 60 'etcd is whole before anything is broken' whole

# --- etcd.move-leader -----------------------------------------------------------------------------------------------

test_move_leader() {
  local leader witness node term
  leader=$(leader_node)
  for node in "${nodes[@]}"; do [ "$node" = "$leader" ] || witness=$node; done
  agent_open "$witness"
  agent_refuses 'moving the leader from a follower' 'does not lead' "$(inject ml-0 etcd.move-leader 60000 '{}')"
  agent_close
  term=$(etcd "$witness" maintenance/status | jq -r .raftTerm)
  agent_open "$leader"
  agent_inject ml-1 etcd.move-leader '{}' 60000
  [ "$(leader_node)" != "$leader" ] || fail "$leader leads as before"
  [ "$(etcd "$witness" maintenance/status | jq -r .raftTerm)" -gt "$term" ] || fail 'the term did not grow'
  agent_heal ml-1
  agent_close
  nothing_left "$leader"
  fine "the leader moved from $leader to $(leader_node)"
}

# --- certificate.expire, its half in the node -----------------------------------------------------------------------

# make_expired NODE FILE: an expired certificate for the key of FILE, as base64 of PEM, by another program than hadrill's.
make_expired() {
  local dir=$work/ca
  mkdir -p "$dir"
  (umask 077
    in_node "$1" cat $pki/ca.key >"$dir/ca.key"
    in_node "$1" cat $pki/ca.crt >"$dir/ca.crt"
    in_node "$1" cat "$2.key" >"$dir/its.key"
    : >"$dir/index.txt"
    openssl req -new -key "$dir/its.key" -subj "/CN=$1" -out "$dir/its.csr"
    printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/index.txt\nnew_certs_dir=%s\nrand_serial=yes\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n[e]\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\n' "$dir" "$dir" "$1" >"$dir/ca.cnf"
    openssl ca -batch -notext -config "$dir/ca.cnf" -extensions e -cert "$dir/ca.crt" -keyfile "$dir/ca.key" -startdate 20200101000000Z \
      -enddate 20200201000000Z -in "$dir/its.csr" -out "$dir/its.crt") >/dev/null 2>"$work/openssl" || fail "openssl: $(cat "$work/openssl")"
  base64 -w 0 "$dir/its.crt"
  rm -rf "$dir"
}
looks_expired() { { in_node "$1" curl --silent --show-error --cacert $pki/ca.crt https://127.0.0.1:2379/ 2>&1 || true; } | grep expired >/dev/null; }
looks_valid() { answers "$1" >/dev/null; }
file_facts() { in_node "$1" sh -c "stat -c '%i %a %u %g %Y' $2; sha256sum $2"; }

test_certificate() {
  local node=$1 path=$pki/server.crt before parameters
  before=$(file_facts "$node" $path)
  parameters=$(jq -nc --arg path $path --arg content "$(make_expired "$node" $pki/server)" --arg ca $pki/ca.crt \
    '{path: $path, content: $content, seenAt: {url: "https://127.0.0.1:2379/", ca: $ca}}')
  agent_open "$node"
  agent_refuses 'replacing a file outside the certificates' 'only files in' "$(inject ce-0 file.replace 60000 "$(jq -c '.path = "/etc/passwd"' <<<"$parameters")")"
  agent_inject ce-1 file.replace "$parameters" 60000
  looks_expired "$node" || fail 'a new connection does not meet an expired certificate'
  agent_refuses 'replacing it twice' 'replaced already' "$(inject ce-2 file.replace 60000 "$parameters")"
  agent_heal ce-1
  looks_valid "$node" || fail 'the certificate is not what it was'
  [ "$(file_facts "$node" $path)" = "$before" ] || fail "another file than before: $(file_facts "$node" $path), $before"
  fine 'a certificate expired and was put back, with owner, mode and time'

  agent_inject ce-3 file.replace "$parameters" 3000
  within 8 'the certificate is back when its time is over' looks_valid "$node"
  agent_hear
  [ "$(jq -r '.event' <<<"$answer")" = healed ] || fail "the agent does not tell that it put it back: $answer"
  fine 'put back on TTL'
  agent_inject ce-4 file.replace "$parameters" 60000
  agent_close
  within 5 'the certificate is back when nobody listens' looks_valid "$node"
  fine 'put back on EOF'
  agent_open "$node"
  agent_inject ce-5 file.replace "$parameters" 60000
  agent_kill "$node"
  agent_close
  looks_expired "$node" || fail 'a killed agent cannot have put it back'
  in_node "$node" "$agent_in_node" heal
  looks_valid "$node" || fail 'the next contact did not put it back'
  [ "$(file_facts "$node" $path)" = "$before" ] || fail 'another file than before'
  nothing_left "$node"
  fine 'put back after SIGKILL of the agent'
}

# --- etcd.member-remove, etcd.member-replace -------------------------------------------------------------------------

# back NODE WITNESS OLD_ID: a new member is there instead of the old one, and nothing else is left.
back() {
  within 30 'etcd is whole again' whole
  not_listed "$2" "$3" >/dev/null || fail "member $3 is listed again"
  [ "$(member_id "$1")" != "$3" ] || fail 'the member has the id it had'
  nothing_left "$1"
}

test_member() {
  local effect=$1 node=$2 witness=$3 third=$4 old id=${1//./-} began
  old=$(member_id "$node")
  agent_open "$node"
  agent_inject "$id-1" "$effect" '{}' 300000
  ! answers "$node" >/dev/null 2>&1 || fail "the etcd of $node answers"
  if [ "$effect" = etcd.member-remove ]; then
    not_listed "$witness" "$old" >/dev/null || fail "$old is still listed"
  else
    listed "$witness" "$old" >/dev/null || fail "$old should be listed, but dead"
    ! in_node "$node" test -e /var/lib/etcd/member || fail 'its data is there'
  fi
  docker exec -i "$third" "$agent_in_node" <<<"$(inject "$id-2" etcd.member-remove 60000 '{}')" >"$work/second"
  jq -e '.ok == false' "$work/second" >/dev/null || fail "a second member could be lost: $(cat "$work/second")"
  began=$(date +%s%N)
  agent_heal "$id-1"
  echo "healing took $((($(date +%s%N) - began) / 1000000)) ms: $(jq -c .evidence <<<"$answer")"
  agent_close
  back "$node" "$witness" "$old"
  fine "$effect and back"
}

# test_death EFFECT NODE VERB MOMENT: the agent is killed as soon as MOMENT, a condition of the shell in the node, holds
# while it injects or heals; the next contact finishes. Looked at and killed in the node: a moment may be short.
test_death() {
  local effect=$1 node=$2 verb=$3 moment=$4 old id
  number=$((number + 1))
  id=death-$number old=$(member_id "$node")
  agent_open "$node"
  if [ "$verb" = heal ]; then
    agent_inject "$id" "$effect" '{}' 300000
    echo "{\"verb\":\"heal\",\"id\":\"$id\"}" >&"$agent_in"
  else
    inject "$id" "$effect" 300000 '{}' >&"$agent_in"
  fi
  agent_kill "$node" '' "$moment"
  ! read -r -t 5 answer <&"$agent_out" || fail "$effect, $verb: too late for $moment: $answer"
  agent_close
  in_node "$node" "$agent_in_node" heal
  within 60 'etcd is whole again' whole
  nothing_left "$node"
  fine "$effect, the agent killed while it $verb: $moment (member $old, now $(member_id "$node"))"
}
no_manifest='! test -e /etc/kubernetes/manifests/etcd.yaml'
no_data='! test -e /var/lib/etcd/member'
joining='test -e /etc/kubernetes/manifests/etcd.yaml && ls /etc/kubernetes/hadrill/*.etcd.yaml >/dev/null && ls -d /var/lib/etcd.hadrill-* >/dev/null'

test_effects() {
  test_move_leader
  test_certificate "${nodes[1]}"
  test_member etcd.member-remove "${nodes[1]}" "${nodes[0]}" "${nodes[2]}"
  test_member etcd.member-replace "${nodes[0]}" "${nodes[1]}" "${nodes[2]}"
}
test_deaths() {
  local old address removed
  old=$(member_id "${nodes[2]}")
  address=$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "${nodes[0]}")
  removed="curl --silent --fail --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt --key $pki/healthcheck-client.key --data '{}' \
    https://$address:2379/v3/cluster/member/list | grep -v '\"$old\"'"
  test_death etcd.member-remove "${nodes[2]}" inject "$removed >/dev/null"
  test_death etcd.member-replace "${nodes[2]}" inject "$no_manifest"
  test_death etcd.member-replace "${nodes[2]}" inject "$no_data"
  test_death etcd.member-remove "${nodes[2]}" heal "$no_manifest"
  test_death etcd.member-replace "${nodes[2]}" heal "$joining"
}
case $part in
effects | deaths) "test_$part" ;;
all) test_effects; test_deaths ;;
*) fail "there is no part $part: effects, deaths" ;;
esac
fine 'everything'
