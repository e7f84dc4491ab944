#!/usr/bin/env bash
# witness.sh HADRILL CLUSTER RUNS: a run of apiserver-kill with two independent witnesses beside it, curl at 5 Hz with a new
# connection each time: one through the load balancer, one straight to the API server that will be killed. Each has to tell
# of the same longest outage as the prober on its path, as an interval: the two intervals are at most TOLERANCE_US apart.
# (When the last bad request came is no common measure: behind a load balancer every third meets the dead backend, by chance.)
set -euo pipefail
hadrill=$1 cluster=$2 runs=$3/witness
TOLERANCE_US=300000
# A process, a connection and a handshake each time: twice as often, it took most of a machine of two CPUs, and what was seen then was the
# witnesses' own doing.
PERIOD_S=0.2
# Bounds the load: 3 minutes, whatever becomes of the run.
MOST_REQUESTS=900
# The probers' own SLI deadline: a later answer is down.
DEADLINE_S=1
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

# ask NAME BASE: appends "start_us verdict" to NAME: when asked, and whether the answer was good.
ask() {
  local start=${EPOCHREALTIME/./} code
  code=$(curl --silent --output /dev/null --max-time "$DEADLINE_S" --write-out '%{http_code}' --noproxy '*' --cacert "$work/ca" \
    --cert "$work/cert" --key "$work/key" "$2/api/v1/namespaces/default") || code=failed
  if [ "$code" = 200 ]; then echo "$start good"; else echo "$start bad"; fi >>"$work/$1"
}

watch_with_curl() { # NAME BASE
  local n
  for ((n = 0; n < MOST_REQUESTS; n++)); do
    [ -e "$work/go" ] || break
    ask "$@" &
    sleep "$PERIOD_S"
  done
  wait
}

# longest NAME: prints "requests bad lower upper" of a witness, by the definition of docs/sli-reference.md: an outage is a run
# of bad requests without a good one; lower is from its first to its last, upper from the last good request before it to the
# first good one after it.
longest() {
  sort -n "$work/$1" | awk '
    $2 == "bad" { bad++; last = $1; if (!run) run = $1; next }
    { if (run && last - run > lower) lower = last - run; if (run && $1 - good > upper) upper = $1 - good; run = 0; good = $1 }
    END { print NR, bad + 0, lower + 0, upper + 0 }'
}

# compare NAME PROBER: the witness NAME and PROBER of the run tell of the same longest outage.
compare() {
  local seen bad seen_lower seen_upper lower upper apart
  read -r seen bad seen_lower seen_upper < <(longest "$1")
  read -r lower upper < <(jq -r --arg name "$2" '.probers[] | select(.name == $name) | .summary.longestOutage |
    [.lowerNs, .upperNs] | map(. / 1000 | floor) | join(" ")' "$verdict")
  printf '%s: %s of %s requests of curl bad, longest outage %s to %s us; %s: %s to %s us\n' \
    "$1" "$bad" "$seen" "$seen_lower" "$seen_upper" "$2" "$lower" "$upper"
  [ "$bad" -gt 0 ] || fail "the witness $1 saw nothing: it proves nothing"
  apart=$((seen_lower > upper ? seen_lower - upper : lower > seen_upper ? lower - seen_upper : 0))
  [ "$apart" -le "$TOLERANCE_US" ] || fail "$1: the longest outages are $apart us apart"
}

# Like curl, the direct probers open a connection each time: on a connection that is there already a restarted API server
# takes requests earlier, and answers them 403 until it knows its roles.
scenario=$work/apiserver-kill.yaml
sed -E 's/\{name: api\.direct,.*/{name: api.direct, through: each-api-server, connection: new, period: 100ms}/' \
  "$HADRILL_HOME/scenarios/apiserver-kill.yaml" >"$scenario"
grep -q 'api.direct, through: each-api-server, connection: new' "$scenario" || fail 'the scenario has no prober api.direct'
target=$("$hadrill" plan "$scenario" --cluster "$cluster" --seed "$SEED" | sed -nE 's/.*kube-apiserver process on ([^ ]+)$/\1/p')
port=$(docker port "$target" 6443/tcp | sed -nE 's/^127\.0\.0\.1:([0-9]+)$/\1/p' | head -n 1)
[ -n "$port" ] || fail "no published port of $target"
touch "$work/go"
watch_with_curl balanced "$(field server)" &
balanced=$!
watch_with_curl direct "https://127.0.0.1:$port" &
direct=$!
status=0
"$hadrill" run "$scenario" --cluster "$cluster" --runs "$runs" --seed "$SEED" --pace "$pace" || status=$?
rm -f "$work/go"
wait "$balanced" "$direct"
[ "$status" -eq 0 ] || fail "the run ended with $status"
verdict=$runs/apiserver-kill/latest/verdict.json
cp "$work/balanced" "$work/direct" "$runs/apiserver-kill/latest/"
compare balanced api.read.new
compare direct "api.direct.$target"
