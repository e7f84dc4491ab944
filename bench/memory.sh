#!/usr/bin/env bash
# memory.sh FILE: what a server that hangs for good costs in memory. 1,000 requests/s in real time, with the limits of a
# trial, until long after the most that may be in flight is in flight. Writes one line of JSON to FILE.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh

out=${1:?usage: memory.sh FILE}
seconds=${BENCH_MEMORY_SECONDS:-180}
directory=$(mktemp -d "$BENCH_WORK/memory.XXXXXX")
trap 'stop_target; rm -rf "$directory"' EXIT

raise_descriptors
start_target "$directory" -hang-after 5s -hang-for 24h
note "1,000 requests/s against a server that hangs, for $seconds s"
# Ten probers at the shortest period that a scenario may have; half of them open a connection per request.
"$BENCH_BIN/bench_measure" "$directory/cost" "$BENCH_BIN/bench_prober_client" --target "$directory" \
  --out "$directory/samples.bin" --rss-file "$directory/rss" --rate 1000 --probers 10 --connection mixed \
  --seconds "$seconds" --timeout 10
stop_target
# Over the last minute: the least and the most, and the straight line through it (least squares), in KiB per hour.
jq -Rn --argjson samples "$(($(stat -c %s "$directory/samples.bin") / 64))" --slurpfile cost "$directory/cost" '
  [inputs | split(",") | map(tonumber) | {s: .[0], kib: .[1]}] as $all
  | ($all[-60:]) as $last | ($last | length) as $n
  | ($last | map(.s) | add / $n) as $s | ($last | map(.kib) | add / $n) as $kib
  | {seconds: $all[-1].s, samples: $samples, cost: $cost[0],
     rssKib: {after5s: $all[4].kib, after30s: $all[29].kib, end: $all[-1].kib, most: ($all | map(.kib) | max)},
     lastMinuteKib: {least: ($last | map(.kib) | min), most: ($last | map(.kib) | max)},
     kibPerHour: (($last | map((.s - $s) * (.kib - $kib)) | add) / ($last | map((.s - $s) * (.s - $s)) | add) * 3600)}
' "$directory/rss" | jq -c . >"$out"
