#!/usr/bin/env bash
# Restarts each Deployment of the examples whose pods are not spread evenly over the workers: nobody moves pods back to a worker that was
# lost, and the next trial would find none there. Run by hadrill in the first control plane before each trial, with bash's standard
# input; with nothing to do it costs a look.
set -euo pipefail
export KUBECONFIG=/etc/kubernetes/admin.conf
# Seconds for all pods to be ready.
ready_timeout_s=120

workers=$(kubectl get nodes -l '!node-role.kubernetes.io/control-plane' -o name | wc -l)

# even SPACE NAME: whether no worker has two pods of it more than another one, of those that are there to stay.
even() {
  kubectl -n "$1" get pods -l "app=$2" \
    -o go-template='{{range .items}}{{if not .metadata.deletionTimestamp}}{{.spec.nodeName}}{{"\n"}}{{end}}{{end}}' |
    sort | uniq -c |
    awk -v workers="$workers" '{ n++; if (!least || $1 < least) least = $1; if ($1 > most) most = $1 }
                               END { if (n < workers) least = 0; exit most - least > 1 }'
}

for deployment in web-example/web quick-example/quick; do
  space=${deployment%/*} name=${deployment#*/}
  [[ -n $(kubectl -n "$space" get deployment "$name" --ignore-not-found -o name) ]] || continue
  even "$space" "$name" && continue
  echo "spreading $deployment over $workers workers"
  kubectl -n "$space" rollout restart "deployment/$name"
  kubectl -n "$space" rollout status "deployment/$name" --timeout="${ready_timeout_s}s"
  even "$space" "$name" || { echo "$deployment is not spread evenly after a restart" >&2; exit 1; }
done
