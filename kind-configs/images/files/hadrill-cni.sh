#!/bin/busybox sh
# shellcheck shell=dash
# The pod network of the offline node image: ptp and host-local on each node, one route per other node.
# Environment: NODE_NAME, POD_SUBNET, CONTROL_PLANE_ENDPOINT (host:port), all set by the DaemonSet.
set -eu
busybox=/bin/busybox
conflist=/etc/cni/net.d/10-hadrill.conflist
account=/var/run/secrets/kubernetes.io/serviceaccount
# Seconds between two attempts to watch the nodes after the stream ended.
retry_s=1

write_conflist() { # CIDR
  mtu=$($busybox cat /sys/class/net/eth0/mtu)
  $busybox cat >"$conflist.tmp" <<T
{"cniVersion": "0.3.1", "name": "hadrill", "plugins": [
  {"type": "ptp", "mtu": $mtu, "ipMasq": false,
   "ipam": {"type": "host-local", "dataDir": "/run/cni-ipam-state", "ranges": [[{"subnet": "$1"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
T
  $busybox cmp -s "$conflist.tmp" "$conflist" || $busybox mv "$conflist.tmp" "$conflist"
}

masquerade() { # traffic that leaves the pod subnet carries the node's address
  set -- POSTROUTING -s "$POD_SUBNET" ! -d "$POD_SUBNET" -m comment --comment hadrill-cni -j MASQUERADE
  iptables -w -t nat -C "$@" 2>/dev/null || iptables -w -t nat -A "$@"
}

confine() { # what kube-proxy has not translated (yet) goes nowhere: beyond the node it would reach strangers
  # kind's service subnet is a /16; the API's own address in it is the one the kubelet tells.
  subnet=${KUBERNETES_SERVICE_HOST%.*.*}.0.0/16
  for chain in OUTPUT FORWARD; do
    set -- "$chain" -d "$subnet" -m comment --comment hadrill-cni -j REJECT
    iptables -w -C "$@" 2>/dev/null || iptables -w -A "$@"
  done
}

apply() { # NAME CIDR ADDRESS
  [ -n "$2" ] && [ -n "$3" ] || return 0
  if [ "$1" = "$NODE_NAME" ]; then write_conflist "$2"; else $busybox ip route replace "$2" via "$3"; fi
}

masquerade
confine
while true; do
  kubectl --server="https://$CONTROL_PLANE_ENDPOINT" --certificate-authority=$account/ca.crt --token="$($busybox cat $account/token)" \
    get nodes --watch \
    -o jsonpath='{.metadata.name}|{.spec.podCIDR}|{.status.addresses[?(@.type=="InternalIP")].address}{"\n"}' |
    while IFS='|' read -r name cidr address; do apply "$name" "$cidr" "$address"; done || true
  $busybox sleep $retry_s
done
