#!/usr/bin/env bash
# network.sh HADRILL CLUSTER: the network effects of the agent on real nodes, each seen from outside the agent: by
# connections of other nodes and by the node's own iptables and tc. Undone on request, at the end of the input, when their
# time is over, and by the next agent after a SIGKILL. HADRILL is the executable beside which hadrill-agent lies.
set -euo pipefail
hadrill=$1 cluster=$2
agent=/usr/local/bin/hadrill-agent
TTL_MS=120000
KUBELET=10250
API=6443

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
say() { printf '%s\n' "$*"; }

nodes_of() { docker ps --filter "label=io.x-k8s.kind.cluster=$cluster" --filter "label=io.x-k8s.kind.role=$1" \
  --format '{{.Names}}' | sort; }
address_of() { docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$1"; }

mapfile -t control_planes < <(nodes_of control-plane)
mapfile -t workers < <(nodes_of worker)
mapfile -t balancers < <(nodes_of external-load-balancer)
if [ ${#control_planes[@]} -lt 2 ] || [ ${#workers[@]} -lt 1 ]; then fail "needs two control planes and a worker in $cluster"; fi
node=${workers[0]} peer=${control_planes[0]} other=${control_planes[1]}
node_ip=$(address_of "$node") peer_ip=$(address_of "$peer")
image=$(docker inspect --format '{{.Image}}' "$node")

# --- the agent: a line in, a line out ---------------------------------------------------------------------------------
agent_process='' to='' from=''
open_agent() { # NODE
  coproc AGENT { exec docker exec -i "$1" "$agent"; }
  # Moved, so that closing ours ends the agent's input.
  exec {to}>&"${AGENT[1]}"- {from}<&"${AGENT[0]}"-
  agent_process=$AGENT_PID  # bash forgets its own when the process ends
}
close_agent() {
  exec {to}>&- {from}<&-
  wait "$agent_process" 2>/dev/null || true
}
# heard: the next answer; what the agent tells without being asked is passed over.
heard() {
  local line
  while IFS= read -r -t 60 line <&"$from"; do
    if ! jq -e 'has("event")' <<<"$line" >/dev/null; then printf '%s\n' "$line"; return; fi
  done
  fail "the agent does not answer"
}
ask() { printf '%s\n' "$1" >&"$to"; heard; }
inject() { # ID EFFECT PARAMETERS [TTL_MS]
  local answer
  answer=$(ask "{\"verb\":\"inject\",\"id\":\"$1\",\"effect\":\"$2\",\"parameters\":$3,\"ttlMs\":${4:-$TTL_MS}}")
  jq -e .ok <<<"$answer" >/dev/null || fail "$1 is not injected: $answer"
  say "$1: T0 within $(jq '((.afterNs - .beforeNs) / 1e6 * 10 | round) / 10' <<<"$answer") ms, $(jq -c '.evidence' <<<"$answer")"
}
heal() {
  local answer
  answer=$(ask "{\"verb\":\"heal\",\"id\":\"$1\"}")
  jq -e .ok <<<"$answer" >/dev/null || fail "$1 is not healed: $answer"
  clean "$1"
}

# --- seen from outside -------------------------------------------------------------------------------------------------
# connect FROM ADDRESS PORT [SECONDS]: "seconds exit-code" of a TCP connection and TLS handshake; 0 without a connection.
connect() {
  docker exec "$1" curl --silent --insecure --noproxy '*' --output /dev/null --max-time "${4:-3}" --write-out \
    '%{time_connect} %{exitcode}' "https://$2:$3/" || true
}
# Exit codes of curl: 7 refused or no answer to the SYN in time, 28 timed out. Any answer of TLS or HTTP is reachable.
reaches() { local seconds code; read -r seconds code < <(connect "$@"; echo); [ "$code" != 7 ] && [ "$code" != 28 ] && [ "$seconds" != 0.000000 ]; }
hangs() { local code; read -r _ code < <(connect "$@"; echo); [ "$code" = 28 ]; }
refused() { local code; read -r _ code < <(connect "$@"; echo); [ "$code" = 7 ]; }
# late SECONDS FROM ADDRESS PORT: the connection stands, and not before SECONDS.
late() {
  local seconds code least=$1
  read -r seconds code < <(connect "${@:2}" 10; echo)
  say "  connected after $seconds s (curl: $code)"
  awk -v s="$seconds" -v least="$least" 'BEGIN { exit !(s >= least) }'
}
# clean WHY: nothing of ours is left on the node.
clean() {
  local left
  left=$(docker exec "$node" sh -c 'iptables -w -S; iptables -w -t mangle -S; tc qdisc show' | grep -E 'HADRILL|qdisc (prio|netem|tbf) 4a' || true)
  [ -z "$left" ] || fail "$1: this is left on $node: $left"
  ! docker exec "$node" sh -c 'grep -l "worker" /proc/[0-9]*/cmdline 2>/dev/null | xargs -r grep -la "^hadrill-agent" 2>/dev/null' |
    grep -q . || fail "$1: a worker is left on $node"
}
# within SECONDS COMMAND...: it succeeds at last.
within() {
  local end=$((SECONDS + $1))
  until "${@:2}"; do [ $SECONDS -lt $end ] || return 1; sleep 0.2; done
}
is_clean() { (clean x) 2>/dev/null; }

end_of_test() { docker exec "$node" "$agent" heal >/dev/null 2>&1 || true; }
trap end_of_test EXIT

for name in "$node" "${control_planes[@]}"; do docker cp --quiet "$(dirname "$hadrill")/hadrill-agent" "$name:$agent"; done
reaches "$peer" "$node_ip" $KUBELET || fail "$peer does not reach $node to begin with"
clean "before the test"
open_agent "$node"

# --- network.rules -----------------------------------------------------------------------------------------------------
inject cut network.rules "{\"peers\":[\"$peer_ip\"]}"
hangs "$peer" "$node_ip" $KUBELET || fail "cut off, and $peer still reaches $node"
hangs "$node" "$peer_ip" $KUBELET || fail "cut off, and $node still reaches $peer"
reaches "$other" "$node_ip" $KUBELET || fail "$other is cut off as well"
heal cut
reaches "$peer" "$node_ip" $KUBELET || fail "healed, and $peer does not reach $node"

inject refuse network.rules "{\"peers\":[\"$peer_ip\"],\"action\":\"reject\"}"
refused "$peer" "$node_ip" $KUBELET || fail "$peer is not told that it is rejected"
refused "$node" "$peer_ip" $KUBELET || fail "$node is not told that it is rejected"
heal refuse

inject port network.rules "{\"peers\":[\"$peer_ip\"],\"ports\":[$API]}"
hangs "$node" "$peer_ip" $API || fail "port $API is open"
reaches "$node" "$peer_ip" $KUBELET || fail "port $KUBELET is cut too"
heal port

inject one-way network.rules "{\"peers\":[\"$peer_ip\"],\"direction\":\"in\"}"
hangs "$peer" "$node_ip" $KUBELET || fail "packets still come in"
docker exec "$node" iptables -w -S | grep -q -- "-d $peer_ip/32" && fail "packets out are cut too"
heal one-way

inject loss network.rules "{\"peers\":[\"$peer_ip\"],\"percent\":40}"
through=0 tries=20
for ((i = 0; i < tries; i++)); do ! reaches "$peer" "$node_ip" $KUBELET 0.5 || through=$((through + 1)); done
say "  loss of 40 % each way: $through of $tries connections within 0.5 s"
if [ $through -eq 0 ] || [ $through -eq $tries ]; then fail "loss of 40 %: $through of $tries connections came through"; fi
heal loss

# --- network.delay -----------------------------------------------------------------------------------------------------
inject late network.delay "{\"peers\":[\"$peer_ip\"],\"delayUs\":300000}"
late 0.3 "$node" "$peer_ip" $KUBELET || fail "no delay from $node to $peer"
late 0.3 "$peer" "$node_ip" $KUBELET || fail "no delay of what $node answers $peer"
! late 0.3 "$other" "$node_ip" $KUBELET || fail "$other is delayed too"
heal late
! late 0.3 "$node" "$peer_ip" $KUBELET || fail "healed, and still delayed"

inject late-port network.delay "{\"peers\":[\"$peer_ip\"],\"ports\":[$API],\"delayUs\":300000,\"jitterUs\":100000}"
late 0.2 "$node" "$peer_ip" $API || fail "port $API is not delayed"
! late 0.2 "$node" "$peer_ip" $KUBELET || fail "port $KUBELET is delayed too"
heal late-port

# --- network.bandwidth -------------------------------------------------------------------------------------------------
# What a node sends of its own is a certificate at each handshake, a kilobyte and more.
ten_handshakes() { # prints their time in milliseconds
  docker exec "$peer" sh -c "for i in 1 2 3 4 5 6 7 8 9 10; do curl --silent --insecure --noproxy '*' --output /dev/null \
    --max-time 20 --write-out '%{time_appconnect}\\n' https://$node_ip:$KUBELET/ || true; done" |
    awk '{ sum += $1 } END { print int(sum * 1000) }'
}
free_ms=$(ten_handshakes)
inject narrow network.bandwidth '{"kilobitsPerSecond":16}'
narrow_ms=$(ten_handshakes)
say "  ten TLS handshakes: $free_ms ms, at 16 kbit/s $narrow_ms ms"
[ "$narrow_ms" -ge $((free_ms + 3000)) ] || fail "16 kbit/s make no difference"
again=$(ask '{"verb":"inject","id":"twice","effect":"network.bandwidth","parameters":{"kilobitsPerSecond":16},"ttlMs":1000}')
jq -e '.ok | not' <<<"$again" >/dev/null || fail "a second discipline took the first one's place"
heal narrow

# --- undone without being asked ----------------------------------------------------------------------------------------
say "TTL"
inject ttl-rules network.rules "{\"peers\":[\"$peer_ip\"]}" 5000
inject ttl-delay network.delay "{\"peers\":[\"$(address_of "$other")\"],\"delayUs\":100000}" 5000
within 10 is_clean || clean "5 s after the end of its time"
reaches "$peer" "$node_ip" $KUBELET || fail "its time is over, and $peer does not reach $node"

say "end of input"
inject eof-rules network.rules "{\"peers\":[\"$peer_ip\"]}"
inject eof-delay network.delay "{\"peers\":[\"$(address_of "$other")\"],\"delayUs\":100000}"
inject eof-band network.bandwidth '{"kilobitsPerSecond":1000}'
close_agent
within 5 is_clean || clean "after the end of the agent's input"

say "SIGKILL of the agent"
open_agent "$node"
inject kill-rules network.rules "{\"peers\":[\"$peer_ip\"]}"
inject kill-delay network.delay "{\"peers\":[\"$(address_of "$other")\"],\"delayUs\":300000}"
inject kill-band network.bandwidth '{"kilobitsPerSecond":1000}'
docker exec "$node" sh -c "for p in /proc/[0-9]*; do [ \"\$(tr '\\0' ' ' <\$p/cmdline 2>/dev/null)\" = '$agent ' ] && kill -KILL \${p#/proc/}; done; true"
close_agent
is_clean && fail "nothing was left by an agent that could not undo anything: the test is wrong"
open_agent "$node"
ask '{"verb":"hello"}' >/dev/null
clean "at the next contact after a SIGKILL"
left=$(ask '{"verb":"residue"}')
jq -e '.residue | map(select(test("HADRILL|queue"))) == []' <<<"$left" >/dev/null || fail "residue: $left"
reaches "$peer" "$node_ip" $KUBELET || fail "after a SIGKILL $peer does not reach $node"
close_agent

# --- a backend that accepts and never answers --------------------------------------------------------------------------
if [ ${#balancers[@]} -gt 0 ]; then
  node=${control_planes[0]} node_ip=$(address_of "${control_planes[0]}")
  # The balancer's image has neither curl nor bash, the node's has both.
  beside_balancer() { docker run --rm --network "container:${balancers[0]}" --entrypoint "$1" "$image" "${@:2}"; }
  accepts() { beside_balancer timeout 3 bash -c "exec 3<>/dev/tcp/$node_ip/$API"; }
  # answered: curl's exit code; 28 is a time-out.
  answered() {
    local code=0
    beside_balancer curl --silent --insecure --noproxy '*' --output /dev/null --max-time 3 "https://$node_ip:$API/livez" || code=$?
    echo "$code"
  }
  open_agent "$node"
  inject hole network.rules "{\"peers\":[\"$(address_of "${balancers[0]}")\"],\"ports\":[$API],\"served\":true,\"longerThan\":80}"
  accepts || fail "the black hole does not even accept"
  code=$(answered)
  [ "$code" = 28 ] || fail "the black hole answers (curl: $code)"
  reaches "$other" "$node_ip" $API || fail "others meet the black hole too"
  heal hole
  code=$(answered)
  [ "$code" = 0 ] || fail "healed, and the API server does not answer the load balancer (curl: $code)"
  close_agent
fi
say "ok"
