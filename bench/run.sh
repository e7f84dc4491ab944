#!/usr/bin/env bash
# run.sh: every benchmark, and the table of their figures in docs/benchmarks.md. `make bench` has compiled hadrill and
# bench_programs. Figures stay in build/bench/figures until the next run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh
. kind-configs/images/versions.env
. kind-configs/images/go-modules.sh

# The target and vegeta, of the versions that go.mod and go.sum pin, with the Go of the image build.
build_go_programs() {
  local go root=$PWD
  go=$(go_command)
  cd bench
  GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED=0 "$go" build -trimpath -o "$root/$BENCH_WORK/" \
    ./target github.com/tsenart/vegeta/v12
}

mkdir -p "$BENCH_WORK"
step 'build vegeta and the target' 60 build_go_programs
figures=$BENCH_WORK/figures
rm -rf "$figures"
mkdir -p "$figures"
bench/judge.sh "$figures/judge.jsonl"
bench/versus.sh "$figures/versus.jsonl"
bench/memory.sh "$figures/memory.json"
bench/agent.sh "$figures/agent.json"
bench/table.sh "$figures" docs/benchmarks.md
note 'the table is in docs/benchmarks.md'
