#!/usr/bin/env bash
# agent.sh BIN: what a fault inside a node costs, in a container of the node image that does nothing else. Prints the figures.
set -euo pipefail
bin=$1
image=$(docker images --format '{{.Repository}}:{{.Tag}}' | grep -E '(hadrill|kindest)/node' | head -n 1)
[ -n "$image" ] || { echo 'no node image: make images' >&2; exit 5; }
container=$(docker run --detach --rm --label hadrill.bench=agent --entrypoint sleep "$image" 600)
trap 'docker rm --force "$container" >/dev/null' EXIT
"$bin/bench_agent_round_trip" "$container" "$bin/hadrill-agent"
