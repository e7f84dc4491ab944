#!/usr/bin/env bash
# `web` of web.sh once more, with pods that wait only 30 s for a lost node before they are made anew elsewhere, in place of the API
# server's default of 300 s; and CoreDNS moved to the workers, one replica each, so that a lost worker can take one. Run by hadrill in
# the first control plane, with bash's standard input.
set -euo pipefail
export KUBECONFIG=/etc/kubernetes/admin.conf
space=quick-example
# Seconds for all pods to be ready.
ready_timeout_s=120

kubectl apply -f - <<T
apiVersion: v1
kind: Namespace
metadata: {name: $space}
---
apiVersion: v1
kind: Service
metadata: {name: quick, namespace: $space, labels: {app: quick}}
spec:
  selector: {app: quick}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: quick, namespace: $space, labels: {app: quick}}
spec:
  replicas: 6
  selector: {matchLabels: {app: quick}}
  template:
    metadata: {labels: {app: quick}}
    spec:
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, matchLabelKeys: [pod-template-hash], labelSelector: {matchLabels: {app: quick}}}
      automountServiceAccountToken: false
      enableServiceLinks: false
      tolerations:
        - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 30}
        - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 30}
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
kubectl -n kube-system patch deployment coredns --type merge --patch '
spec:
  template:
    spec:
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms: [{matchExpressions: [{key: node-role.kubernetes.io/control-plane, operator: DoesNotExist}]}]
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {k8s-app: kube-dns}}}
'
kubectl -n "$space" rollout status deployment/quick --timeout="${ready_timeout_s}s"
kubectl -n kube-system rollout status deployment/coredns --timeout="${ready_timeout_s}s"
