#!/usr/bin/env bash
# An etcd cluster run by Kubernetes itself, as an operator makes one: three members with stable identities and a disk each, TLS
# between them and to clients, a Service for clients. Run by hadrill in the first control plane, with bash's standard input.
set -euo pipefail
export KUBECONFIG=/etc/kubernetes/admin.conf
space=etcd-example
members=3
# Seconds for all members to be ready.
ready_timeout_s=240

image=$(sed -n 's/^ *image: //p' /etc/kubernetes/manifests/etcd.yaml)
domain=etcd-peers.$space.svc.cluster.local
pki=$(mktemp -d)
trap 'rm -rf "$pki"' EXIT

names='"localhost", "etcd", "etcd.'$space'", "etcd.'$space'.svc", "etcd.'$space'.svc.cluster.local"'
initial=
for ((i = 0; i < members; i++)); do
  names+=", \"etcd-$i.$domain\""
  initial+="${initial:+,}etcd-$i=https://etcd-$i.$domain:2380"
done
cat >"$pki/kubeadm.yaml" <<T
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: $(cat /kind/version)
certificatesDir: $pki
etcd: {local: {serverCertSANs: [$names], peerCertSANs: [$names]}}
T
for certificate in etcd-ca etcd-server etcd-peer etcd-healthcheck-client; do
  kubeadm init phase certs "$certificate" --config "$pki/kubeadm.yaml"
done

kubectl apply -f - <<T
apiVersion: v1
kind: Namespace
metadata: {name: $space}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: $space}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
T
kubectl -n "$space" create secret generic etcd-tls --dry-run=client -o yaml \
  --from-file=ca.crt="$pki/etcd/ca.crt" --from-file=server.crt="$pki/etcd/server.crt" --from-file=server.key="$pki/etcd/server.key" \
  --from-file=peer.crt="$pki/etcd/peer.crt" --from-file=peer.key="$pki/etcd/peer.key" \
  --from-file=client.crt="$pki/etcd/healthcheck-client.crt" --from-file=client.key="$pki/etcd/healthcheck-client.key" |
  kubectl apply -f -

# A disk of the worker's own for each member: where the worker is lost, so is the disk.
for worker in $(kubectl get nodes -l '!node-role.kubernetes.io/control-plane' -o name | cut -d/ -f2); do
  kubectl apply -f - <<T
apiVersion: v1
kind: PersistentVolume
metadata: {name: $space-$worker}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: $space
  hostPath: {path: /var/lib/$space, type: DirectoryOrCreate}
  nodeAffinity:
    required:
      nodeSelectorTerms:
        - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [$worker]}]
T
done

kubectl apply -f - <<T
apiVersion: v1
kind: Service
metadata: {name: etcd-peers, namespace: $space, labels: {app: etcd}}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector: {app: etcd}
  ports: [{name: peer, port: 2380}]
---
apiVersion: v1
kind: Service
metadata: {name: etcd, namespace: $space, labels: {app: etcd}}
spec:
  selector: {app: etcd}
  ports: [{name: client, port: 2379}, {name: health, port: 2381}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: etcd, namespace: $space}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: etcd}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: etcd, namespace: $space, labels: {app: etcd}}
spec:
  serviceName: etcd-peers
  replicas: $members
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: etcd}}
  template:
    metadata: {labels: {app: etcd}}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: etcd}}}
      containers:
        - name: etcd
          image: $image
          imagePullPolicy: IfNotPresent
          env:
            - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
          command:
            - etcd
            - --name=\$(POD_NAME)
            - --data-dir=/data/etcd
            - --initial-cluster=$initial
            - --initial-cluster-state=new
            - --initial-cluster-token=$space
            - --listen-peer-urls=https://0.0.0.0:2380
            - --initial-advertise-peer-urls=https://\$(POD_NAME).$domain:2380
            - --listen-client-urls=https://0.0.0.0:2379
            - --advertise-client-urls=https://\$(POD_NAME).$domain:2379
            - --listen-metrics-urls=http://0.0.0.0:2381
            - --client-cert-auth=true
            - --trusted-ca-file=/tls/ca.crt
            - --cert-file=/tls/server.crt
            - --key-file=/tls/server.key
            - --peer-client-cert-auth=true
            - --peer-trusted-ca-file=/tls/ca.crt
            - --peer-cert-file=/tls/peer.crt
            - --peer-key-file=/tls/peer.key
          ports: [{name: client, containerPort: 2379}, {name: peer, containerPort: 2380}, {name: health, containerPort: 2381}]
          readinessProbe: {httpGet: {path: /readyz, port: health}, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 3}
          livenessProbe: {httpGet: {path: /livez, port: health}, periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 8}
          startupProbe: {httpGet: {path: /readyz, port: health}, periodSeconds: 1, failureThreshold: 120}
          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: tls, mountPath: /tls, readOnly: true}
      volumes:
        - {name: tls, secret: {secretName: etcd-tls}}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: $space
        resources: {requests: {storage: 1Gi}}
T
kubectl -n "$space" rollout status statefulset/etcd --timeout="${ready_timeout_s}s"
