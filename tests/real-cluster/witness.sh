#!/usr/bin/env bash
# witness.sh HADRILL CLUSTER RUNS: a run of apiserver-kill with two independent witnesses beside it, curl with a new connection
# each time. The one that goes straight to the API server that will be killed has to tell of the same longest outage as the prober
# on its path, as an interval: the two intervals are at most TOLERANCE_US apart. The one through the load balancer meets the dead
# backend every third time, by chance, so that how many bad requests follow each other is no common measure: the time from the
# first bad one to the last has to be the same to within SPREAD_US.
set -euo pipefail
hadrill=$1 cluster=$2 runs=$3/witness
TOLERANCE_US=300000
# Ten requests a second of which a third is bad: none is in 3 s one time in twenty thousand.
SPREAD_US=3000000
# One process for all requests of a witness: a process each took most of a slow machine of two CPUs, and what was seen then was
# the witnesses' own doing.
BALANCED_PER_S=10
DIRECT_PER_S=5
# Bounds the load, whatever becomes of the run.
LONGEST_S=420
# The probers' own SLI deadline: a later answer is down.
DEADLINE_S=1
# What a witness saw earlier than this before the fault is no part of the comparison.
BEFORE_US=5000000
# Chooses the target, so that it is known before.
SEED=7
# Percent of the probers' load, for small machines.
pace=${HADRILL_TEST_PACE:-100}

work=$(mktemp -d)
trap 'rm -f "$work/go"; wait; rm -rf "$work"' EXIT
kubeconfig=${XDG_STATE_HOME:-$HOME/.local/state}/hadrill/clusters/$cluster/kubeconfig
field() { sed -nE "s/^ *$1: *(.*)/\1/p" "$kubeconfig" | head -n 1; }
(umask 077; field certificate-authority-data | base64 -d >"$work/ca"; field client-certificate-data | base64 -d >"$work/cert"
  field client-key-data | base64 -d >"$work/key")

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

# watch_with_curl NAME BASE PER_S: appends "start_us end_us verdict" of each request to NAME. Whatever the machine did meanwhile,
# the server was asked in between.
watch_with_curl() {
  local curl code seconds end verdict
  mkfifo "$work/$1.pipe"
  stdbuf -oL curl --silent --output /dev/null --rate "$3/s" --max-time "$DEADLINE_S" --http1.1 --header 'Connection: close' --noproxy '*' \
    --write-out '%{http_code} %{time_total}\n' --cacert "$work/ca" --cert "$work/cert" --key "$work/key" \
    "$2/api/v1/namespaces/default?witness=[1-$((LONGEST_S * $3))]" >"$work/$1.pipe" &
  curl=$!
  while [ -e "$work/go" ] && read -r code seconds; do
    end=${EPOCHREALTIME/./} verdict=bad
    [ "$code" != 200 ] || verdict=good
    echo "$((end - 10#${seconds/./})) $end $verdict" >>"$work/$1"
  done <"$work/$1.pipe"
  kill "$curl" 2>/dev/null || true
}

# longest NAME: prints "requests bad lower upper" of a witness: an outage is a run of bad requests without a good one; it lasted
# at least from the end of its first to the start of its last, and at most from the start of the last good request before it to
# the end of the first good one after it.
longest() {
  sort -n "$work/$1" | awk -v begin="$begin_us" '
    $1 < begin { next }
    { seen++ }
    $3 == "bad" { bad++; last = $1; if (!run) run = $2; next }
    { if (run && last - run > lower) lower = last - run; if (run && $2 - good > upper) upper = $2 - good; run = 0; good = $1 }
    END { print seen + 0, bad + 0, lower + 0, upper + 0 }'
}

# of_prober NAME JQ: what the verdict says of a prober.
of_prober() { jq -r --arg name "$1" ".probers[] | select(.name == \$name) | $2" "$verdict"; }

apart() { # WHAT DIFFERENCE_US TOLERANCE_US
  [ "$2" -le "$3" ] || fail "$1: $2 us apart"
}

# compare_longest NAME PROBER: the witness NAME and PROBER of the run tell of the same longest outage.
compare_longest() {
  local seen bad seen_lower seen_upper lower upper
  read -r seen bad seen_lower seen_upper < <(longest "$1")
  read -r lower upper < <(of_prober "$2" '.summary.longestOutage | [.lowerNs, .upperNs] | map(. / 1000 | floor) | join(" ")')
  printf '%s: %s of %s requests of curl bad, longest outage %s to %s us; %s: %s to %s us\n' \
    "$1" "$bad" "$seen" "$seen_lower" "$seen_upper" "$2" "$lower" "$upper"
  [ "$bad" -gt 0 ] || fail "the witness $1 saw nothing: it proves nothing"
  apart "$1: the longest outages" $((seen_lower > upper ? seen_lower - upper : lower > seen_upper ? lower - seen_upper : 0)) "$TOLERANCE_US"
}

# compare_spread NAME PROBER: both saw bad requests, and for as long.
compare_spread() {
  local seen bad seen_spread spread
  read -r seen bad seen_spread < <(sort -n "$work/$1" |
    awk -v begin="$begin_us" '$1 < begin { next } { seen++ } $3 == "bad" { if (!bad++) first = $1; last = $1 }
      END { print seen + 0, bad + 0, last - first }')
  spread=$(of_prober "$2" '.outages | if length == 0 then "none" else ((.[-1].lastBadNs - .[0].firstBadNs) / 1000 | floor) end')
  printf '%s: %s of %s requests of curl bad within %s us; %s: within %s us\n' "$1" "$bad" "$seen" "$seen_spread" "$2" "$spread"
  if [ "$bad" -eq 0 ] || [ "$spread" = none ]; then fail "the witness $1 or $2 saw nothing: it proves nothing"; fi
  apart "$1: from the first bad request to the last" $((seen_spread > spread ? seen_spread - spread : spread - seen_spread)) "$SPREAD_US"
}

# The budget is for bounds.sh, which looks at the same run. Like curl, the direct probers open a connection each time: on a connection that is there already a restarted API server
# takes requests earlier, and answers them 403 until it knows its roles.
scenario=$work/apiserver-kill.yaml
sed -E -e 's/(sli: api\.read\.new\.longest_outage, budget:) [0-9a-z]+/\1 auto/' \
  -e 's/\{name: api\.direct,.*/{name: api.direct, through: each-api-server, connection: new, period: 100ms}/' \
  "$HADRILL_HOME/scenarios/apiserver-kill.yaml" >"$scenario"
grep -q 'api.direct, through: each-api-server, connection: new' "$scenario" || fail 'the scenario has no prober api.direct'
target=$("$hadrill" plan "$scenario" --cluster "$cluster" --seed "$SEED" | sed -nE 's/.*kube-apiserver process on ([^ ]+)$/\1/p')
port=$(docker port "$target" 6443/tcp | sed -nE 's/^127\.0\.0\.1:([0-9]+)$/\1/p' | head -n 1)
[ -n "$port" ] || fail "no published port of $target"
touch "$work/go"
watch_with_curl balanced "$(field server)" "$BALANCED_PER_S" &
balanced=$!
watch_with_curl direct "https://127.0.0.1:$port" "$DIRECT_PER_S" &
direct=$!
status=0
"$hadrill" run "$scenario" --cluster "$cluster" --runs "$runs" --seed "$SEED" --pace "$pace" || status=$?
kill -0 "$balanced" "$direct" || fail "a witness ended before the run, after $LONGEST_S s or less"
rm -f "$work/go"
wait "$balanced" "$direct"
[ "$status" -eq 0 ] || fail "the run ended with $status"
verdict=$runs/apiserver-kill/latest/verdict.json
began=$(jq -r 'select(.type == "run.started") | .realtimeNs - .t' "$runs/apiserver-kill/latest/events.jsonl")
begin_us=$((($(jq '.faults[0].t0LowerNs' "$verdict") + began) / 1000 - BEFORE_US))
cp "$work/balanced" "$work/direct" "$runs/apiserver-kill/latest/"
compare_spread balanced api.read.new
compare_longest direct "api.direct.$target"
