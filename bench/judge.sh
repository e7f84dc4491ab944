#!/usr/bin/env bash
# judge.sh FILE: how long and in how much memory `hadrill judge` judges and reports a run of 10 million samples on one core.
# Appends a line of JSON per run to FILE.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh

out=${1:?usage: judge.sh FILE}
samples=${BENCH_SAMPLES:-10000000}
repeats=${BENCH_JUDGE_REPEATS:-5}
directory=$(mktemp -d "$BENCH_WORK/history.XXXXXX")
trap 'rm -rf "$directory"' EXIT

need_disk_gib "$BENCH_WORK" 2 'a history of 10 million samples'
note "making a history of $samples samples"
"$BENCH_BIN/bench_make_history" "$directory/run" "$samples" 1
for ((repeat = 0; repeat <= repeats; ++repeat)); do
  # The first one reads the file from the disk, if it is not in memory yet; it is not counted.
  cost=$directory/cost.$repeat
  "$BENCH_BIN/bench_measure" "$cost" taskset -c 0 "$BENCH_BIN/hadrill" judge "$directory/run" ||
    die "hadrill judge ended with $? where the verdict is a pass"
  note "judged in $(jq .wallS "$cost") s ($repeat of $repeats)"
  [ "$repeat" -eq 0 ] || jq -c --argjson samples "$samples" '. + {samples: $samples}' "$cost" >>"$out"
done
