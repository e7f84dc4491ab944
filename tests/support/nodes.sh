# shellcheck shell=bash
# Owns how shell tests find the containers of the cluster $cluster. Sourced, never run.

# nodes_of ROLE [FLAG...]: their names, one to a line, in order; with the flag --all also of those that do not run.
nodes_of() {
  docker ps "${@:2}" --filter "label=io.x-k8s.kind.cluster=${cluster:?}" --filter "label=io.x-k8s.kind.role=$1" --format '{{.Names}}' | sort
}
