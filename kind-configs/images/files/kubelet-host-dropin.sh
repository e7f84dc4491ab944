#!/bin/sh
# Writes the kubelet configuration that this host needs and others do not, so that a plain `kind create cluster` works:
# cgroup v1 has to be allowed by name, and without CAP_SYS_RESOURCE the kubelet has to tolerate what it may not set.
set -eu
dir=/etc/kubernetes/kubelet.conf.d
mkdir -p "$dir"
rm -f "$dir"/10-*.conf
header='apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration'
if [ ! -f /sys/fs/cgroup/cgroup.controllers ]; then
  printf '%s\nfailCgroupV1: false\n' "$header" >"$dir/10-cgroup-v1.conf"
fi
bounding=$(awk '/^CapBnd/{print $2}' /proc/self/status)
if [ $(((0x$bounding >> 24) & 1)) -eq 0 ]; then
  printf '%s\nfeatureGates:\n  KubeletInUserNamespace: true\n' "$header" >"$dir/10-no-sys-resource.conf"
fi
