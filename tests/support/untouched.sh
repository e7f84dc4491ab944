# shellcheck shell=bash
# Owns the look at a cluster's containers from outside, with nothing of hadrill's: what a fault could have left. Sourced.

# surprises_on NODE: one line for each thing that no healthy node has.
surprises_on() {
  docker exec "$1" sh -c '
    # A process that ends while it is looked at is no surprise: the shell itself says so, so its words go first.
    words() { { tr "\0" " " <"$1/cmdline"; } 2>/dev/null; }
    for p in /proc/[0-9]*; do
      grep -qs "^State:.*T (stopped)" "$p/status" && echo "process $(words "$p" | cut -c1-60) is stopped"
      case "$(words "$p")" in "hadrill-agent worker "*) echo "a worker of the agent lives" ;; esac
    done
    for unit in kubelet containerd; do
      state=$(systemctl is-active "$unit"); [ "$state" = active ] || echo "unit $unit is $state"
    done
    if [ -f /etc/kubernetes/pki/ca.key ]; then
      for pod in etcd kube-apiserver kube-controller-manager kube-scheduler; do
        [ -f "/etc/kubernetes/manifests/$pod.yaml" ] || echo "no manifest of $pod"
      done
    fi
    (iptables-save; ip6tables-save) 2>/dev/null | grep -F -e "-A HADRILL-" | head -n 1
    tc qdisc show 2>/dev/null | grep -E " (tbf|netem|prio) " | head -n 1
    for f in $(find /sys/fs/cgroup/freezer -name freezer.state 2>/dev/null); do
      [ "$(cat "$f" 2>/dev/null)" = THAWED ] || [ ! -f "$f" ] || echo "$f is not thawed"
    done
    for f in $(find /sys/fs/cgroup -name cgroup.freeze 2>/dev/null); do
      [ "$(cat "$f" 2>/dev/null)" != 1 ] || echo "$f is frozen"
    done
    for f in $(find /sys/fs/cgroup -name blkio.throttle.write_iops_device 2>/dev/null); do
      [ -z "$(cat "$f" 2>/dev/null)" ] || echo "$f throttles"
    done
    find /sys/fs/cgroup -type d -name "*hadrill*" 2>/dev/null | head -n 1
    grep -i hadrill /proc/mounts
    find /etc/kubernetes /var/lib -maxdepth 2 -iname "*hadrill*" ! -path /var/lib/hadrill ! -path "/var/lib/hadrill/*" 2>/dev/null
    ls /var/lib/hadrill/journal 2>/dev/null
    true'
}

# cordons CLUSTER: one line for each node that is cordoned, as the first API server that answers has it.
cordons() {
  local plane nodes node
  while read -r plane; do
    # shellcheck disable=SC2016 # for the shell in the node
    if nodes=$(docker exec "$plane" sh -c 'kubectl --kubeconfig /etc/kubernetes/admin.conf --server "https://$(cat /proc/sys/kernel/hostname):6443" \
      --request-timeout 5s get nodes --field-selector spec.unschedulable=true --output name' 2>/dev/null); then
      for node in ${nodes//node\//}; do echo "$node: is cordoned"; done
      return 0
    fi
  done < <(docker ps --filter "label=io.x-k8s.kind.cluster=$1" --filter 'label=io.x-k8s.kind.role=control-plane' --format '{{.Names}}')
}

# surprises CLUSTER: one line for each thing that no healthy cluster has, with the container it is on.
surprises() {
  local container state role
  while read -r container; do
    state=$(docker inspect --format '{{.State.Status}}' "$container")
    role=$(docker inspect --format '{{index .Config.Labels "io.x-k8s.kind.role"}}' "$container")
    if [ "$state" != running ]; then
      echo "$container: is $state"
    elif [ "$role" != external-load-balancer ]; then
      surprises_on "$container" 2>&1 | sed "s/^/$container: /"
    fi
  done < <(docker ps --all --filter "label=io.x-k8s.kind.cluster=$1" --format '{{.Names}}')
  cordons "$1"
}

# untouched CLUSTER: there are none.
untouched() { [ -z "$(surprises "$1")" ]; }
