#!/usr/bin/env bash
# The Service of web.sh as a variant: a node hands requests only to its own pods, and one without a pod refuses them. Run by hadrill
# in the first control plane, with bash's standard input.
set -euo pipefail
export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl -n web-example patch service web --type merge --patch '{"spec": {"externalTrafficPolicy": "Local"}}'
