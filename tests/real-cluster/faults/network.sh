#!/usr/bin/env bash
# network.sh HADRILL CLUSTER: the network effects of the agent on real nodes, each seen from outside the agent: by
# connections of other nodes and by the node's own iptables and tc. Undone on request, at the end of the input, when their
# time is over, and by the next agent after a SIGKILL. HADRILL is the executable beside which hadrill-agent lies.
set -euo pipefail
hadrill=$1 cluster=$2
KUBELET=10250
API=6443

work=$(mktemp -d)
# shellcheck source=tests/support/expect.sh
. "$HADRILL_HOME/tests/support/expect.sh"
# shellcheck source=tests/support/agent.sh
. "$HADRILL_HOME/tests/support/agent.sh"
# shellcheck source=tests/support/nodes.sh
. "$HADRILL_HOME/tests/support/nodes.sh"
say() { printf '%s\n' "$*"; }

address_of() { docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$1"; }

mapfile -t control_planes < <(nodes_of control-plane)
mapfile -t workers < <(nodes_of worker)
mapfile -t balancers < <(nodes_of external-load-balancer)
if [ ${#control_planes[@]} -lt 2 ] || [ ${#workers[@]} -lt 1 ]; then fail "needs two control planes and a worker in $cluster"; fi
node=${workers[0]} peer=${control_planes[0]} other=${control_planes[1]}
node_ip=$(address_of "$node") peer_ip=$(address_of "$peer")
image=$(docker inspect --format '{{.Image}}' "$node")

heal() {
  agent_heal "$1"
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

end_of_test() {
  docker exec "$node" "$agent_in_node" heal >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap end_of_test EXIT

for name in "$node" "${control_planes[@]}"; do agent_install "$(dirname "$hadrill")/hadrill-agent" "$name"; done
reaches "$peer" "$node_ip" $KUBELET || fail "$peer does not reach $node to begin with"
clean "before the test"
agent_open "$node"

# --- network.rules -----------------------------------------------------------------------------------------------------
agent_inject cut network.rules "{\"peers\":[\"$peer_ip\"]}"
hangs "$peer" "$node_ip" $KUBELET || fail "cut off, and $peer still reaches $node"
hangs "$node" "$peer_ip" $KUBELET || fail "cut off, and $node still reaches $peer"
reaches "$other" "$node_ip" $KUBELET || fail "$other is cut off as well"
heal cut
reaches "$peer" "$node_ip" $KUBELET || fail "healed, and $peer does not reach $node"

agent_inject refuse network.rules "{\"peers\":[\"$peer_ip\"],\"action\":\"reject\"}"
refused "$peer" "$node_ip" $KUBELET || fail "$peer is not told that it is rejected"
refused "$node" "$peer_ip" $KUBELET || fail "$node is not told that it is rejected"
heal refuse

agent_inject port network.rules "{\"peers\":[\"$peer_ip\"],\"ports\":[$API]}"
hangs "$node" "$peer_ip" $API || fail "port $API is open"
reaches "$node" "$peer_ip" $KUBELET || fail "port $KUBELET is cut too"
heal port

agent_inject one-way network.rules "{\"peers\":[\"$peer_ip\"],\"direction\":\"in\"}"
hangs "$peer" "$node_ip" $KUBELET || fail "packets still come in"
docker exec "$node" iptables -w -S | grep -q -- "-d $peer_ip/32" && fail "packets out are cut too"
heal one-way

agent_inject loss network.rules "{\"peers\":[\"$peer_ip\"],\"percent\":40}"
through=0 tries=20
for ((i = 0; i < tries; i++)); do ! reaches "$peer" "$node_ip" $KUBELET 0.5 || through=$((through + 1)); done
say "  loss of 40 % each way: $through of $tries connections within 0.5 s"
if [ $through -eq 0 ] || [ $through -eq $tries ]; then fail "loss of 40 %: $through of $tries connections came through"; fi
heal loss

# --- network.delay -----------------------------------------------------------------------------------------------------
agent_inject late network.delay "{\"peers\":[\"$peer_ip\"],\"delayUs\":300000}"
late 0.3 "$node" "$peer_ip" $KUBELET || fail "no delay from $node to $peer"
late 0.3 "$peer" "$node_ip" $KUBELET || fail "no delay of what $node answers $peer"
! late 0.3 "$other" "$node_ip" $KUBELET || fail "$other is delayed too"
heal late
! late 0.3 "$node" "$peer_ip" $KUBELET || fail "healed, and still delayed"

agent_inject late-port network.delay "{\"peers\":[\"$peer_ip\"],\"ports\":[$API],\"delayUs\":300000,\"jitterUs\":100000}"
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
agent_inject narrow network.bandwidth '{"kilobitsPerSecond":16}'
narrow_ms=$(ten_handshakes)
say "  ten TLS handshakes: $free_ms ms, at 16 kbit/s $narrow_ms ms"
[ "$narrow_ms" -ge $((free_ms + 3000)) ] || fail "16 kbit/s make no difference"
agent_refuses 'a second discipline in the place of the first' '' \
  '{"verb":"inject","id":"twice","effect":"network.bandwidth","parameters":{"kilobitsPerSecond":16},"ttlMs":1000}'
heal narrow

# --- undone without being asked ----------------------------------------------------------------------------------------
say "TTL"
agent_inject ttl-rules network.rules "{\"peers\":[\"$peer_ip\"]}" 5000
agent_inject ttl-delay network.delay "{\"peers\":[\"$(address_of "$other")\"],\"delayUs\":100000}" 5000
within 10 is_clean || clean "5 s after the end of its time"
reaches "$peer" "$node_ip" $KUBELET || fail "its time is over, and $peer does not reach $node"

say "end of input"
agent_inject eof-rules network.rules "{\"peers\":[\"$peer_ip\"]}"
agent_inject eof-delay network.delay "{\"peers\":[\"$(address_of "$other")\"],\"delayUs\":100000}"
agent_inject eof-band network.bandwidth '{"kilobitsPerSecond":1000}'
agent_close
within 5 is_clean || clean "after the end of the agent's input"

say "SIGKILL of the agent"
agent_open "$node"
agent_inject kill-rules network.rules "{\"peers\":[\"$peer_ip\"]}"
agent_inject kill-delay network.delay "{\"peers\":[\"$(address_of "$other")\"],\"delayUs\":300000}"
agent_inject kill-band network.bandwidth '{"kilobitsPerSecond":1000}'
agent_kill "$node"
agent_close
is_clean && fail "nothing was left by an agent that could not undo anything: the test is wrong"
agent_open "$node"
agent_does 'the next contact' '{"verb":"hello"}'
clean "at the next contact after a SIGKILL"
agent_tell '{"verb":"residue"}'
jq -e '.residue | map(select(test("HADRILL|queue"))) == []' <<<"$answer" >/dev/null || fail "residue: $answer"
reaches "$peer" "$node_ip" $KUBELET || fail "after a SIGKILL $peer does not reach $node"
agent_close

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
  agent_open "$node"
  agent_inject hole network.rules "{\"peers\":[\"$(address_of "${balancers[0]}")\"],\"ports\":[$API],\"served\":true,\"longerThan\":80}"
  accepts || fail "the black hole does not even accept"
  code=$(answered)
  [ "$code" = 28 ] || fail "the black hole answers (curl: $code)"
  reaches "$other" "$node_ip" $API || fail "others meet the black hole too"
  heal hole
  code=$(answered)
  [ "$code" = 0 ] || fail "healed, and the API server does not answer the load balancer (curl: $code)"
  agent_close
fi
say "ok"
