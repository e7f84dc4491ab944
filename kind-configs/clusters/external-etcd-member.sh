#!/usr/bin/env bash
# external-etcd-member.sh NAME ADDRESS INITIAL_CLUSTER: makes the kind node that it runs in a member of an etcd cluster, the way
# kubeadm's documentation has it (Set up a High Availability etcd Cluster): a kubelet without an API server keeps one static pod.
# The certificate authority lies in /etc/kubernetes/pki/etcd already. Run by hadrill, with `docker exec`, in a node that is up.
set -euo pipefail
name=$1 address=$2 initial_cluster=$3
# Seconds containerd gets to answer.
ready_timeout_s=60

deadline=$((SECONDS + ready_timeout_s))
until ctr version >/dev/null 2>&1; do
  [ "$SECONDS" -lt "$deadline" ] || { echo "containerd not ready within $ready_timeout_s s" >&2; exit 1; }
  sleep 0.2
done

cat >/kind/etcd.conf <<T
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration: {name: $name}
localAPIEndpoint: {advertiseAddress: $address}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: $(cat /kind/version)
etcd:
  local:
    serverCertSANs: ["$address"]
    peerCertSANs: ["$address"]
    extraArgs:
      - {name: name, value: "$name"}
      - {name: initial-cluster, value: "$initial_cluster"}
      - {name: initial-cluster-state, value: new}
      - {name: listen-peer-urls, value: "https://$address:2380"}
      - {name: listen-client-urls, value: "https://127.0.0.1:2379,https://$address:2379"}
      - {name: advertise-client-urls, value: "https://$address:2379"}
      - {name: initial-advertise-peer-urls, value: "https://$address:2380"}
T
for certificate in etcd-server etcd-peer etcd-healthcheck-client apiserver-etcd-client; do
  kubeadm init phase certs "$certificate" --config /kind/etcd.conf
done
kubeadm init phase etcd local --config /kind/etcd.conf

# What kind gives its kubelets, but for an API server.
driver=$(containerd config dump | grep -q 'SystemdCgroup = true' && echo systemd || echo cgroupfs)
mkdir -p /var/lib/kubelet
cat >/var/lib/kubelet/config.yaml <<T
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: false}
authorization: {mode: AlwaysAllow}
address: 127.0.0.1
cgroupDriver: $driver
cgroupRoot: /kubelet
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
staticPodPath: /etc/kubernetes/manifests
failSwapOn: false
imageGCHighThresholdPercent: 100
evictionHard: {nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%"}
crashLoopBackOff: {maxContainerRestartPeriod: 1s}
failCgroupV1: false
T
cat >/etc/systemd/system/kubelet.service.d/20-etcd.conf <<'T'
[Service]
ExecStart=
ExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml $KUBELET_EXTRA_ARGS
T
systemctl daemon-reload
systemctl restart kubelet
