#!/usr/bin/env bash
# agent.sh FILE: what a fault inside a node costs, in a container of the node image that runs nothing else, beside a bare
# `docker exec` of the same container. Writes a JSON object to FILE; null where there is no node image.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh

out=${1:?usage: agent.sh FILE}
image=$(docker images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null | grep -E '^(hadrill|kindest)/node:' | head -n 1) || true
if [ -z "$image" ]; then
  note 'no node image (make images): the agent is not measured'
  echo null >"$out"
  exit
fi
note 'the agent beside docker exec'
# /var is a volume, as in the nodes that kind makes: the agent's journal is there.
container=$(docker run --detach --rm --label hadrill.bench=agent --volume /var --entrypoint sleep "$image" 600)
trap 'docker rm --force --volumes "$container" >/dev/null' EXIT
"$BENCH_BIN/bench_agent_round_trip" "$container" "$BENCH_BIN/hadrill-agent" >"$out"
