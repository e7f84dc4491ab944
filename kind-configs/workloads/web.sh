#!/usr/bin/env bash
# An HTTP service as users have one: six pods spread over the workers, ready when they say so, drained before they end, never two
# taken away at once on purpose; a NodePort. Run by hadrill in the first control plane, with bash's standard input.
set -euo pipefail
export KUBECONFIG=/etc/kubernetes/admin.conf
space=web-example
replicas=6
# Seconds for all pods to be ready.
ready_timeout_s=120

kubectl apply -f - <<T
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
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: $space}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: $space, labels: {app: web}}
spec:
  replicas: $replicas
  selector: {matchLabels: {app: web}}
  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 2}}
  template:
    metadata: {labels: {app: web}}
    spec:
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 30
      containers:
        - name: web
          image: hadrill/workload:1
          imagePullPolicy: Never
          args: [--port=8080, --drain-ms=10000]
          env:
            - {name: HADRILL_POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: HADRILL_NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 2}
          resources: {requests: {cpu: 10m, memory: 16Mi}}
T
kubectl -n "$space" rollout status deployment/web --timeout="${ready_timeout_s}s"
