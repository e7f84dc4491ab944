#!/usr/bin/env bash
# etcd.sh HADRILL CLUSTER: the faults of etcd and of certificates on a cluster of three control planes that is up. The
# agent beside HADRILL breaks; what is believed is what other nodes see. The first surprise ends the test.
set -euo pipefail
hadrill=$1 cluster=$2
agent=/usr/local/bin/hadrill-agent
pki=/etc/kubernetes/pki/etcd
work=$(mktemp -d)
number=0
agent_pid=

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}
fine() { echo "fine: $*"; }
in_node() { docker exec "$@" </dev/null; }
cleanup() {
  local code=$? node
  for node in ${nodes[@]+"${nodes[@]}"}; do in_node "$node" "$agent" heal || true; done
  rm -rf "$work"
  exit "$code"
}
trap cleanup EXIT
trap 'echo "ended at line $LINENO: $BASH_COMMAND" >&2' ERR

mapfile -t nodes < <(docker ps --filter "label=io.x-k8s.kind.cluster=$cluster" --filter label=io.x-k8s.kind.role=control-plane \
  --format '{{.Names}}' | sort)
[ "${#nodes[@]}" -ge 3 ] || fail "cluster $cluster has ${#nodes[@]} control planes, not 3"
for node in "${nodes[@]}"; do docker cp --quiet "$(dirname "$hadrill")/hadrill-agent" "$node:$agent"; done

# --- speaking to an agent -------------------------------------------------------------------------------------------

# open_agent NODE: a conversation; the pid inside the node is $agent_pid.
open_agent() {
  coproc TALK { exec docker exec -i "$1" "$agent"; }
  to_agent=${TALK[1]} from_agent=${TALK[0]} opened=$TALK_PID
  request "$(jq -nc '{verb: "hello"}')" 30
  # shellcheck disable=SC2016 # expanded in the node
  agent_pid=$(in_node "$1" sh -c 'exec 2>/dev/null; for p in /proc/[0-9]*; do
    case "$(tr "\\0" " " <$p/cmdline)" in */hadrill-agent\ ) echo ${p#/proc/} ;; esac; done' | tail -n 1)
  [ -n "$agent_pid" ] || fail "no agent runs on $1"
}
close_agent() {
  exec {to_agent}>&-
  wait "$opened" || true
}
# kill_agent NODE: SIGKILL to the agent in the node, and to nobody else.
kill_agent() {
  in_node "$1" kill -9 "$agent_pid"
  exec {to_agent}>&-
  wait "$opened" || true
}
# request JSON SECONDS: $answer is what the agent says to it; events are passed over into $events.
request() {
  local line
  number=$((number + 1))
  jq -c --argjson n "$number" '. + {n: $n}' <<<"$1" >&"$to_agent"
  while IFS= read -r -t "$2" line <&"$from_agent"; do
    answer=$line
    [ "$(jq '.n' <<<"$line")" != "$number" ] || return 0
  done
  fail "no answer to $1"
}
accepted() { jq -e .ok <<<"$answer" >/dev/null || fail "$1: $answer"; }
refused() {
  jq -e '.ok == false' <<<"$answer" >/dev/null || fail "$1 was not refused: $answer"
  grep -qF "$2" <<<"$answer" || fail "$1: refused, but without \"$2\": $answer"
}
inject() { jq -nc --arg id "$1" --arg effect "$2" --argjson ttl "$3" --argjson p "$4" '{verb: "inject", id: $id, effect: $effect, ttlMs: $ttl, parameters: $p}'; }
heal() { jq -nc --arg id "$1" '{verb: "heal", id: $id}'; }

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
unstarted() { etcd "$1" cluster/member/list | jq -e 'any(.members[]; has("name") | not)'; }
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
  open_agent "$witness"
  request "$(inject ml-0 etcd.move-leader 60000 '{}')" 30
  refused 'moving the leader from a follower' 'does not lead'
  close_agent
  term=$(etcd "$witness" maintenance/status | jq -r .raftTerm)
  open_agent "$leader"
  request "$(inject ml-1 etcd.move-leader 60000 '{}')" 30
  accepted 'moving the leader'
  [ "$(leader_node)" != "$leader" ] || fail "$leader leads as before"
  [ "$(etcd "$witness" maintenance/status | jq -r .raftTerm)" -gt "$term" ] || fail 'the term did not grow'
  jq -c '{took_ms: ((.afterNs - .beforeNs) / 1e6), evidence}' <<<"$answer"
  request "$(heal ml-1)" 30
  accepted 'healing it'
  close_agent
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
  open_agent "$node"
  request "$(inject ce-0 file.replace 60000 "$(jq -c '.path = "/etc/passwd"' <<<"$parameters")")" 30
  refused 'replacing a file outside the certificates' 'only files in'
  request "$(inject ce-1 file.replace 60000 "$parameters")" 100
  accepted 'replacing the certificate'
  jq -c '{took_ms: ((.afterNs - .beforeNs) / 1e6), evidence}' <<<"$answer"
  looks_expired "$node" || fail 'a new connection does not meet an expired certificate'
  request "$(inject ce-2 file.replace 60000 "$parameters")" 30
  refused 'replacing it twice' 'replaced already'
  request "$(heal ce-1)" 30
  accepted 'healing it'
  looks_valid "$node" || fail 'the certificate is not what it was'
  [ "$(file_facts "$node" $path)" = "$before" ] || fail "another file than before: $(file_facts "$node" $path), $before"
  fine 'a certificate expired and was put back, with owner, mode and time'

  request "$(inject ce-3 file.replace 3000 "$parameters")" 100
  accepted 'replacing it for 3 s'
  within 8 'the certificate is back when its time is over' looks_valid "$node"
  fine 'put back on TTL'
  request "$(inject ce-4 file.replace 60000 "$parameters")" 100
  accepted 'replacing it again'
  close_agent
  within 5 'the certificate is back when nobody listens' looks_valid "$node"
  fine 'put back on EOF'
  open_agent "$node"
  request "$(inject ce-5 file.replace 60000 "$parameters")" 100
  accepted 'replacing it once more'
  kill_agent "$node"
  looks_expired "$node" || fail 'a killed agent cannot have put it back'
  in_node "$node" "$agent" heal
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
  open_agent "$node"
  request "$(inject "$id-1" "$effect" 300000 '{}')" 120
  accepted "$effect"
  jq -c '{took_ms: ((.afterNs - .beforeNs) / 1e6), evidence}' <<<"$answer"
  ! answers "$node" >/dev/null 2>&1 || fail "the etcd of $node answers"
  if [ "$effect" = etcd.member-remove ]; then
    not_listed "$witness" "$old" >/dev/null || fail "$old is still listed"
  else
    listed "$witness" "$old" >/dev/null || fail "$old should be listed, but dead"
    ! in_node "$node" test -e /var/lib/etcd/member || fail 'its data is there'
  fi
  docker exec -i "$third" "$agent" <<<"$(inject "$id-2" etcd.member-remove 60000 '{}')" >"$work/second"
  jq -e '.ok == false' "$work/second" >/dev/null || fail "a second member could be lost: $(cat "$work/second")"
  began=$(date +%s%N)
  request "$(heal "$id-1")" 500
  accepted "healing $effect"
  echo "healing took $((($(date +%s%N) - began) / 1000000)) ms: $(jq -c .evidence <<<"$answer")"
  close_agent
  back "$node" "$witness" "$old"
  fine "$effect and back"
}

# test_death EFFECT NODE WITNESS MOMENT...: the agent is killed as soon as the command MOMENT holds, while it injects or
# heals; the next contact finishes.
test_death() {
  local effect=$1 node=$2 witness=$3 verb=$4 old id
  shift 4
  old=$(member_id "$node")
  id=death-$number
  open_agent "$node"
  if [ "$verb" = heal ]; then
    request "$(inject "$id" "$effect" 300000 '{}')" 120
    accepted "$effect"
    heal "$id" >&"$to_agent"
  else
    inject "$id" "$effect" 300000 '{}' >&"$to_agent"
  fi
  within 60 "while it $verb: $*" "$@"
  kill_agent "$node"
  in_node "$node" "$agent" heal
  within 60 'etcd is whole again' whole
  nothing_left "$node"
  fine "$effect, the agent killed while it $verb: $* (member $old, now $(member_id "$node"))"
}
no_manifest() { ! in_node "$1" test -e /etc/kubernetes/manifests/etcd.yaml; }
no_data() { ! in_node "$1" test -e /var/lib/etcd/member; }
joining() { in_node "$1" sh -c 'test -e /etc/kubernetes/manifests/etcd.yaml && ls /etc/kubernetes/hadrill/*.etcd.yaml && ls -d /var/lib/etcd.hadrill-*'; }

test_move_leader
test_certificate "${nodes[1]}"
test_member etcd.member-remove "${nodes[1]}" "${nodes[0]}" "${nodes[2]}"
test_member etcd.member-replace "${nodes[0]}" "${nodes[1]}" "${nodes[2]}"
old=$(member_id "${nodes[2]}")
test_death etcd.member-remove "${nodes[2]}" "${nodes[0]}" inject not_listed "${nodes[0]}" "$old"
test_death etcd.member-replace "${nodes[2]}" "${nodes[0]}" inject no_manifest "${nodes[2]}"
test_death etcd.member-replace "${nodes[2]}" "${nodes[0]}" inject no_data "${nodes[2]}"
test_death etcd.member-remove "${nodes[2]}" "${nodes[0]}" heal no_manifest "${nodes[2]}"
test_death etcd.member-replace "${nodes[2]}" "${nodes[0]}" heal unstarted "${nodes[0]}"
test_death etcd.member-replace "${nodes[2]}" "${nodes[0]}" heal joining "${nodes[2]}"
fine 'everything'
