#!/usr/bin/env bash
# An HTTP service as users have one: six pods spread over the workers, ready when they say so, drained before they end, never two
# taken away at once on purpose; a NodePort. Beside it `web-abrupt`, three pods of the same program that end as soon as they are
# told to: the known-bad twin for updates. Run by hadrill in the first control plane, with bash's standard input.
set -euo pipefail
export KUBECONFIG=/etc/kubernetes/admin.conf
space=web-example
# Seconds for all pods to be ready.
ready_timeout_s=120

# deployment NAME REPLICAS DRAIN_MS: prints it.
deployment() {
  cat <<T
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: $1, namespace: $space, labels: {app: $1}}
spec:
  replicas: $2
  selector: {matchLabels: {app: $1}}
  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 2}}
  template:
    metadata: {labels: {app: $1}}
    spec:
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, matchLabelKeys: [pod-template-hash], labelSelector: {matchLabels: {app: $1}}}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 30
      containers:
        - name: web
          image: hadrill/workload:1
          imagePullPolicy: Never
          args: [--port=8080, --drain-ms=$3]
          env:
            - {name: HADRILL_POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: HADRILL_NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 2}
          resources: {requests: {cpu: 10m, memory: 16Mi}}
T
}

{
  cat <<T
apiVersion: v1
kind: Namespace
metadata: {name: $space}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: $space, labels: {app: web}}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http, nodePort: 30080}]
---
apiVersion: v1
kind: Service
metadata: {name: web-abrupt, namespace: $space, labels: {app: web-abrupt}}
spec:
  selector: {app: web-abrupt}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: $space}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
T
  deployment web 6 10000
  deployment web-abrupt 3 0
} | kubectl apply -f -
for name in web web-abrupt; do kubectl -n "$space" rollout status "deployment/$name" --timeout="${ready_timeout_s}s"; done
