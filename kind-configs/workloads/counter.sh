#!/usr/bin/env bash
# A StatefulSet as users have one: three counters, each with an identity and a disk of its own worker, where every step is synced
# before it is acknowledged. Beside it `counter-loose`, one counter whose disk stays behind when it moves: the known-bad twin, which
# forgets what it acknowledged when somebody makes it run elsewhere. Run by hadrill in the first control plane, with bash's standard
# input.
set -euo pipefail
export KUBECONFIG=/etc/kubernetes/admin.conf
space=counter-example
# Seconds for all pods to be ready.
ready_timeout_s=120

mapfile -t workers < <(kubectl get nodes -l '!node-role.kubernetes.io/control-plane' -o name | cut -d/ -f2 | sort)

# service NAME: prints it.
service() {
  cat <<T
---
apiVersion: v1
kind: Service
metadata: {name: $1, namespace: $space, labels: {app: $1}}
spec:
  selector: {app: $1}
  ports: [{name: http, port: 80, targetPort: http}]
T
}

# stateful_set NAME REPLICAS: prints it, without what its pods need of nodes and disks.
stateful_set() {
  cat <<T
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: $1, namespace: $space, labels: {app: $1}}
spec:
  serviceName: $1
  replicas: $2
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: $1}}
  template:
    metadata: {labels: {app: $1}}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 30
      containers:
        - name: counter
          image: hadrill/workload:1
          imagePullPolicy: Never
          args: [--port=8080, --drain-ms=5000, --data=/data]
          env:
            - {name: HADRILL_POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: HADRILL_NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 2}
          resources: {requests: {cpu: 10m, memory: 16Mi}}
          volumeMounts: [{name: data, mountPath: /data}]
T
}

# disk WORKER: prints a volume that is on this worker and nowhere else.
disk() {
  cat <<T
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: $space-$1}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: $space
  hostPath: {path: /var/lib/$space, type: DirectoryOrCreate}
  nodeAffinity:
    required:
      nodeSelectorTerms:
        - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [$1]}]
T
}

{
  cat <<T
apiVersion: v1
kind: Namespace
metadata: {name: $space}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: $space}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: counter, namespace: $space}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: counter}}}
T
  for worker in "${workers[@]}"; do disk "$worker"; done
  service counter
  stateful_set counter 3
  cat <<T
      tolerations:
        - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 30}
        - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 30}
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: counter}}}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: $space
        resources: {requests: {storage: 1Gi}}
T
  service counter-loose
  stateful_set counter-loose 1
  # Not on the first worker, from which hadrill's own pod looks.
  cat <<T
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions: [{key: kubernetes.io/hostname, operator: NotIn, values: [${workers[0]}]}]
      volumes:
        - {name: data, hostPath: {path: /var/lib/$space-loose, type: DirectoryOrCreate}}
T
} | kubectl apply -f -
for name in counter counter-loose; do kubectl -n "$space" rollout status "statefulset/$name" --timeout="${ready_timeout_s}s"; done
