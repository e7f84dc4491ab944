#!/usr/bin/env bash
# versus.sh FILE: the prober loop beside vegeta, one after the other against the same server, at three rates, on new and on
# reused connections; the loop also without its real-time priority, to tell what that does. Appends a line of JSON per run to FILE.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh

out=${1:?usage: versus.sh FILE}
read -ra rates <<<"${BENCH_RATES:-100 1000 5000}"
repeats=${BENCH_REPEATS:-3}
seconds=${BENCH_SECONDS:-5}
# Without a hang, for cost and punctuality; and with one in the middle: what was sent in it has failed by the end.
declare -A target_flags=([steady]='' [hang]='-hang-after 2s -hang-for 1200ms')
# New connections at the highest rate are more than two cores can do even without a hang.
hang_rates=" ${BENCH_HANG_RATES:-100 1000} "
timeout_s=2
# Later is bad, for both: a client that makes requests wait and sends them when the hang is over has not seen it.
deadline_ms=100
# More than can be in flight: 5,000 requests/s for 2 s. vegeta has no limit either.
most_in_flight=20000

run_hadrill() { # DIRECTORY RATE CONNECTION [FLAG...]
  "$BENCH_BIN/bench_measure" "$1/cost" "$BENCH_BIN/bench_prober_client" --target "$1" --out "$1/result" --rate "$2" \
    --connection "$3" --seconds "$seconds" --deadline "0.$deadline_ms" --timeout "$timeout_s" --limit "$most_in_flight" "${@:4}"
}

run_hadrill-ordinary() { run_hadrill "$@" --ordinary-priority; }

run_vegeta() { # DIRECTORY RATE CONNECTION
  local keepalive=true
  [ "$3" = reused ] || keepalive=false
  echo "GET https://$(<"$1/address")/api/v1/namespaces/default" >"$1/targets"
  "$BENCH_BIN/bench_measure" "$1/cost" "$BENCH_WORK/vegeta" attack -targets "$1/targets" -output "$1/attack" -rate "$2" \
    -duration "${seconds}s" -timeout "${timeout_s}s" "-keepalive=$keepalive" -root-certs "$1/ca.crt" \
    -cert "$1/client.crt" -key "$1/client.key"
}

# run_one TOOL RATE CONNECTION REPEAT steady|hang
run_one() {
  local tool=$1 rate=$2 connection=$3 directory flags
  directory=$(mktemp -d "$BENCH_WORK/run.XXXXXX")
  read -ra flags <<<"${target_flags[$5]}"
  start_target "$directory" ${flags[@]+"${flags[@]}"}
  "run_$tool" "$directory" "$rate" "$connection"
  stop_target
  [ "$tool" != vegeta ] || "$BENCH_WORK/vegeta" encode --to csv --output "$directory/result" "$directory/attack"
  "$BENCH_BIN/bench_summarise" "${tool%-ordinary}" "$directory/result" "$rate" "${deadline_ms}ms" >"$directory/summary"
  jq -cn --arg tool "$tool" --argjson rate "$rate" --arg connection "$connection" --argjson repeat "$4" --arg course "$5" \
    --argjson seconds "$seconds" --slurpfile cost "$directory/cost" --slurpfile run "$directory/summary" \
    --slurpfile target "$directory/target.json" '{tool: $tool, planned: {rate: $rate, connection: $connection, repeat: $repeat,
      course: $course, seconds: $seconds}, cost: $cost[0], run: $run[0], target: $target[0]}' >>"$out"
  rm -rf "$directory"
}

trap stop_target EXIT
raise_descriptors
for ((repeat = 1; repeat <= repeats; ++repeat)); do
  # Whoever comes first meets a cold machine, the others what was left behind: they take turns.
  order=(hadrill vegeta hadrill-ordinary)
  [ $((repeat % 2)) -eq 1 ] || order=(hadrill-ordinary vegeta hadrill)
  for connection in reused new; do
    for rate in "${rates[@]}"; do
      for tool in "${order[@]}"; do
        note "$tool, $rate requests/s, $connection connections ($repeat of $repeats)"
        run_one "$tool" "$rate" "$connection" "$repeat" steady
        case $hang_rates in *" $rate "*) [ "$tool" = hadrill-ordinary ] || run_one "$tool" "$rate" "$connection" "$repeat" hang ;; esac
      done
    done
  done
done
