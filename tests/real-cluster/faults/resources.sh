#!/usr/bin/env bash
# resources.sh HADRILL CLUSTER [effects|deaths]: cpu.stress, disk.slow and disk.full on a real node, each seen from outside the
# agent: `effects` what each does, `deaths` that it is undone when its time is over, when nobody listens any more, and after its
# agent was killed; without a word both. HADRILL: the executable, with hadrill-agent beside it. Ends with 1 and words at the
# first surprise. HADRILL_NODE names another container to break than the cluster's first control plane.
# shellcheck disable=SC2016  # what is in single quotes is for the node's shell
set -euo pipefail

hadrill=$1 cluster=$2 part=${3:-all}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/support/expect.sh
. "$HADRILL_HOME/tests/support/expect.sh"
# shellcheck source=tests/support/agent.sh
. "$HADRILL_HOME/tests/support/agent.sh"
# shellcheck source=tests/support/nodes.sh
. "$HADRILL_HOME/tests/support/nodes.sh"
say() { echo "  $*"; }

node=${HADRILL_NODE:-$(nodes_of control-plane | head -n 1)}
[ -n "$node" ] || fail "cluster $cluster has no control plane that runs"
agent_install "$(dirname "$hadrill")/hadrill-agent" "$node"
on_node() { docker exec "$node" "$@"; }

prove() { agent_does "$1: proven" "{\"verb\":\"prove\",\"id\":\"$1\"}"; }
no_residue() {
  agent_tell '{"verb":"residue"}'
  [ "$(jq '.residue | length' <<<"$answer")" = 0 ] || fail "residue after $1: $answer"
}

# --- what can be seen from outside ---
busy_processes() { on_node bash -c 'n=0; for p in /proc/[0-9]*; do case $(tr "\0" " " <"$p/cmdline" 2>/dev/null) in
  "hadrill-agent worker "*) n=$((n + 1));; esac; done; echo $n'; }
# CPU time in ns of the node's container, as the machine's own kernel counts it.
node_cpu_ns() { on_node bash -c 'if [ -f /sys/fs/cgroup/cpuacct/cpuacct.usage ]; then cat /sys/fs/cgroup/cpuacct/cpuacct.usage
  else while read -r k v; do [ "$k" = usage_usec ] && echo $((v * 1000)); done </sys/fs/cgroup/cpu.stat; fi'; }
node_cpus() { # over 4 s, in hundredths
  local before begin
  before=$(node_cpu_ns) begin=$(date +%s%N)
  sleep 4
  echo $(((($(node_cpu_ns) - before) * 100) / ($(date +%s%N) - begin)))
}
etcd_pid() { on_node bash -c 'for p in /proc/[0-9]*; do IFS= read -r -d "" a <"$p/cmdline" 2>/dev/null || continue
  [ "${a##*/}" = etcd ] && { echo "${p#/proc/}"; exit 0; }; done; exit 1'; }
# Milliseconds of one write and sync in etcd's control group (v1 blkio or v2), the dd of the node.
etcd_sync_ms() { on_node bash -c '
  pid='"$(etcd_pid)"'; path=$(while IFS=: read -r _ c g; do case ",$c," in *,blkio,*) echo "blkio:$g";; ,,) [ -f /sys/fs/cgroup/cgroup.controllers ] && echo ":$g";; esac; done </proc/$pid/cgroup | head -n 1)
  own=$(while IFS=: read -r _ c g; do case ",$c," in *,blkio,*) echo "$g";; esac; done </proc/1/cgroup)
  g=${path#*:}; f=/sys/fs/cgroup/${path%%:*}$g; [ -d "$f" ] || f=/sys/fs/cgroup/${path%%:*}${g#"$own"}
  echo $BASHPID >"$f/cgroup.procs"
  dd if=/dev/zero of=/var/lib/hadrill-outside bs=4k count=1 conv=fsync 2>/dev/null
  s=$(date +%s%N); dd if=/dev/zero of=/var/lib/hadrill-outside bs=4k count=1 conv=notrunc,fsync 2>/dev/null
  e=$(date +%s%N); rm -f /var/lib/hadrill-outside; echo $(((e - s) / 1000000))'; }
folder_sync_ms() { on_node bash -c 's=$(date +%s%N)
  dd if=/dev/zero of=/var/lib/etcd/.outside bs=4k count=1 conv=fsync 2>/dev/null
  e=$(date +%s%N); rm -f /var/lib/etcd/.outside; echo $(((e - s) / 1000000))'; }
folder_refuses() {
  local said
  said=$(on_node bash -c 'LC_ALL=C; echo x >/var/lib/etcd/.outside' 2>&1) && return 1
  [[ $said == *"No space left on device"* ]]
}
folder_accepts() { on_node bash -c 'echo x >/var/lib/etcd/.outside && rm /var/lib/etcd/.outside' 2>/dev/null; }
not_mounted() { ! on_node grep -q fuse.hadrill /proc/mounts; }
etcd_runs_outside() { # on the real folder
  local pid
  pid=$(etcd_pid) || return 1
  ! on_node grep -q fuse.hadrill "/proc/$pid/mounts"
}
no_stress() { [ "$(busy_processes)" = 0 ] && ! on_node bash -c 'ls -d /sys/fs/cgroup/*/hadrill-stress-* /sys/fs/cgroup/hadrill-stress-* 2>/dev/null | grep -q .'; }
not_throttled() { [ "$(etcd_sync_ms)" -lt 250 ]; }

test_cpu_stress() {
  local idle busy
  idle=$(node_cpus)
  agent_inject s1 cpu.stress '{"cpus":0.8}'
  # Others may have the CPUs for a while.
  for _ in 1 2 3 4 5 6; do
    busy=$(node_cpus)
    [ $((busy - idle)) -lt 30 ] || break
  done
  say "cpu.stress 0.8: the node used $idle/100 CPUs before, $busy/100 with it: $(jq -c .evidence <<<"$answer")"
  if [ $((busy - idle)) -lt 30 ] || [ $((busy - idle)) -gt 130 ]; then
    fail "the node's CPU use rose by $((busy - idle))/100, not by about 80"
  fi
  prove s1
  agent_heal s1
  no_stress || fail 'cpu.stress is left after healing'
  no_residue cpu.stress
}
test_disk_slow() { # WAY COMMAND
  local before slow
  before=$("$2")
  agent_inject d1 disk.slow "{\"program\":\"etcd\",\"delayMs\":500,\"way\":\"$1\"}"
  say "disk.slow $1: $(jq -c .evidence <<<"$answer")"
  slow=$("$2")
  say "disk.slow $1 of 500 ms: a write took $before ms before, $slow ms with it"
  [ "$slow" -ge 400 ] || fail "a write takes $slow ms"
  prove d1
  agent_heal d1
  eventually 360 'etcd back' etcd_pid >/dev/null
  [ "$("$2")" -lt 400 ] || fail 'a write is slow after healing'
  no_residue "disk.slow $1"
}
test_disk_full() {
  agent_inject f1 disk.full '{"program":"etcd"}'
  say "disk.full: $(jq -c .evidence <<<"$answer")"
  folder_refuses || fail 'a file can be written on the full disk'
  prove f1
  agent_heal f1
  folder_accepts || fail 'nothing can be written after healing'
  no_residue disk.full
  eventually 360 'etcd on its real folder' etcd_runs_outside
}
# EFFECT PARAMETERS PRESENT GONE: undone on EOF, when its time is over, and after the agent was killed.
test_death() {
  local effect=$1 parameters=$2 present=$3 gone=$4
  eventually 360 'etcd back' etcd_pid >/dev/null
  agent_inject e1 "$effect" "$parameters"
  "$present" || fail "$effect is not in force"
  agent_close
  eventually 60 "$effect undone on EOF" "$gone"
  agent_open "$node"
  eventually 360 'etcd back' etcd_pid >/dev/null
  agent_inject t1 "$effect" "$parameters" 60000
  eventually 120 "$effect undone when its time is over" "$gone"
  agent_hear
  [[ $answer == *'"event":"healed"'* ]] || fail "not told: $answer"
  eventually 360 'etcd back' etcd_pid >/dev/null
  agent_inject k1 "$effect" "$parameters"
  agent_kill "$node"
  agent_close
  on_node "$agent_in_node" heal || fail "$effect is not healed from the journal"
  "$gone" || fail "$effect is left after healing from the journal"
  agent_open "$node"
  no_residue "$effect and the agent's death"
  say "$effect: undone on EOF, by time and after SIGKILL of the agent"
}
stress_is_there() { ! no_stress; }
throttle_is_there() { ! not_throttled; }

test_effects() {
  test_cpu_stress
  test_disk_slow throttle etcd_sync_ms
  test_disk_full
  eventually 360 'etcd back' etcd_pid >/dev/null
  test_disk_slow fuse folder_sync_ms
}
test_deaths() {
  test_death cpu.stress '{"cpus":0.8}' stress_is_there no_stress
  test_death disk.slow '{"program":"etcd","delayMs":500}' throttle_is_there not_throttled
  test_death disk.full '{"program":"etcd"}' folder_refuses not_mounted
  eventually 360 'etcd on its real folder' etcd_runs_outside
}

agent_open "$node"
no_residue 'somebody else'
case $part in
effects | deaths) "test_$part" ;;
all) test_effects; test_deaths ;;
*) fail "there is no part $part: effects, deaths" ;;
esac
