#!/usr/bin/env bash
# components.sh HADRILL CLUSTER: faults of processes, containers, static pods and units on real nodes. The agent breaks; what is
# looked at is never its own word: /proc, systemctl and health endpoints of the node.
set -euo pipefail
bin=$(dirname "$1") cluster=$2
node=$cluster-control-plane2 worker=$cluster-worker
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/support/expect.sh
. "$HADRILL_HOME/tests/support/expect.sh"
# shellcheck source=tests/support/agent.sh
. "$HADRILL_HOME/tests/support/agent.sh"

on() { docker exec "$@"; }
pid_of() { on "$node" pgrep --oldest --exact "$(cut -c1-15 <<<"$1")" || true; }
state_of() { on "$node" sed -E 's/.*\) ([A-Z]).*/\1/' "/proc/$1/stat" 2>/dev/null || echo gone; }
stands_still() { [ "$(state_of "$1")" = T ]; }
goes_on() { ! stands_still "$1"; }
healthy() { on "$node" curl --silent --insecure --max-time 1 "https://127.0.0.1:$1/healthz" >/dev/null; }
runs_again() { [ -n "$(pid_of "$1")" ] && [ "$(pid_of "$1")" != "$2" ]; }
nobody() { [ -z "$(pid_of "$1")" ]; }
is() { [ "$(on "$worker" systemctl is-active "$1" || true)" = "$2" ]; }
inject() { printf '{"verb":"inject","id":"%s","effect":"%s","parameters":%s,"ttlMs":%s}' "$@"; }
heal() { printf '{"verb":"heal","id":"%s"}' "$1"; }

agent_install "$bin/hadrill-agent" "$node"
agent_install "$bin/hadrill-agent" "$worker"

agent_open "$node"
pid=$(pid_of kube-scheduler)
agent_does 'kill the scheduler' "$(inject kill process.kill '{"program":"kube-scheduler"}' 60000)"
[ "$(state_of "$pid")" = gone ] || fail "process $pid is still there"
eventually 60 'the kubelet starts the scheduler again' runs_again kube-scheduler "$pid"
agent_does 'forget the kill' "$(heal kill)"

pid=$(pid_of kube-controller)
agent_does 'pause the controller manager' "$(inject pause process.pause '{"program":"kube-controller-manager"}' 600000)"
stands_still "$pid" || fail 'the controller manager does not stand still'
agent_refuses 'a second fault on one target' 'stopped already' "$(inject again process.pause '{"program":"kube-controller-manager"}' 600000)"
agent_does 'continue it' "$(heal pause)"
goes_on "$pid" || fail 'the controller manager still stands still'

agent_does 'pause it for two seconds' "$(inject short process.pause '{"program":"kube-controller-manager"}' 2000)"
agent_hear
grep -qF 'its time was over' <<<"$answer" || fail "the time to live: $answer"
goes_on "$pid" || fail 'it outlives its time'

agent_does 'pause it, and go' "$(inject gone process.pause '{"program":"kube-controller-manager"}' 600000)"
agent_close
eventually 5 'undone when the channel is lost' goes_on "$pid"

agent_open "$node"
agent_does 'pause it once more' "$(inject killed process.pause '{"program":"kube-controller-manager"}' 600000)"
agent_kill "$node"
sleep 1
stands_still "$pid" || fail 'the fault went with a killed agent: then nothing is proven below'
agent_close
agent_open "$node"
agent_hear
grep -qF 'its agent was gone' <<<"$answer" || fail "the next agent: $answer"
goes_on "$pid" || fail 'what a killed agent left is not undone'

healthy 10259 || fail 'the scheduler is not healthy'
agent_does 'freeze the scheduler' "$(inject freeze container.freeze '{"program":"kube-scheduler"}' 600000)"
if healthy 10259; then fail 'a frozen scheduler answers'; fi
agent_does 'thaw it' "$(heal freeze)"
eventually 20 'a thawed scheduler answers' healthy 10259

pid=$(pid_of kube-scheduler)
agent_does 'take its manifest away' "$(inject remove static-pod.remove '{"program":"kube-scheduler","manifest":"kube-scheduler"}' 600000)"
nobody kube-scheduler || fail 'the scheduler runs without a manifest'
agent_tell '{"verb":"residue"}'
grep -qF 'was moved away' <<<"$answer" || fail "residue does not find the manifest: $answer"
agent_does 'put it back' "$(heal remove)"
eventually 60 'the kubelet starts the scheduler' runs_again kube-scheduler "$pid"

agent_does 'keep the scheduler down' "$(inject hold process.kill '{"program":"kube-scheduler","hold":true}' 600000)"
for _ in 1 2 3 4 5 6; do
  sleep 0.5
  pid=$(pid_of kube-scheduler)
  sleep 0.3
  [ -z "$pid" ] || [ "$(state_of "$pid")" = gone ] || fail "a successor of the scheduler lives ($pid)"
done
agent_does 'let it live' "$(heal hold)"
eventually 120 'the scheduler lives' healthy 10259

agent_refuses 'an unknown process' 'no process kube-nothing' "$(inject x process.kill '{"program":"kube-nothing"}' 1000)"
agent_tell '{"verb":"residue"}'
[ "$(jq -c .residue <<<"$answer")" = '[]' ] || fail "something is left: $answer"
agent_close

agent_open "$worker"
for unit in kubelet containerd; do
  agent_does "stop $unit" "$(inject "$unit" unit.stop "{\"unit\":\"$unit\"}" 600000)"
  is "$unit" inactive || fail "$unit is not inactive"
  agent_does "start $unit" "$(heal "$unit")"
  is "$unit" active || fail "$unit is not active"
done
# It ends when containerd is gone for long, and systemd starts it again.
eventually 30 'kubelet runs beside the new containerd' is kubelet active
agent_does 'stop kubelet, and go' "$(inject kubelet unit.stop '{"unit":"kubelet"}' 600000)"
agent_close
eventually 30 'kubelet is started when the channel is lost' is kubelet active
echo 'all faults of components hold'
