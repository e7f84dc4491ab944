#!/usr/bin/env bash
# witness.sh HADRILL CLUSTER RUNS: a run of apiserver-kill with an independent witness beside it, curl at 20 Hz through the
# load balancer with a new connection each time. Both have to tell of the same longest outage, as an interval: the two
# intervals are at most OUTAGE_TOLERANCE_US apart. And of the same stretch of trouble, from the first failed request to the
# last.
set -euo pipefail
hadrill=$1 cluster=$2 runs=$3/witness
OUTAGE_TOLERANCE_US=300000
# 0.3 s, and what sampling itself leaves open at both ends where every third request meets the dead backend: three periods
# of curl and three of api.read.new, 50 ms each.
STRETCH_TOLERANCE_US=600000
PERIOD_S=0.05
# Bounds the load: 3 minutes at 20 Hz, whatever becomes of the run.
MOST_REQUESTS=3600
# The probers' own SLI deadline: a later answer is down.
DEADLINE_S=1

work=$(mktemp -d)
trap 'rm -f "$work/go"; wait; rm -rf "$work"' EXIT
kubeconfig=${XDG_STATE_HOME:-$HOME/.local/state}/hadrill/clusters/$cluster/kubeconfig
field() { sed -nE "s/^ *$1: *(.*)/\1/p" "$kubeconfig" | head -n 1; }
(umask 077; field certificate-authority-data | base64 -d >"$work/ca"; field client-certificate-data | base64 -d >"$work/cert"
  field client-key-data | base64 -d >"$work/key")
url=$(field server)/api/v1/namespaces/default

ask() { # appends "start_us verdict": when asked, and whether the answer was good
  local start=${EPOCHREALTIME/./} code
  code=$(curl --silent --output /dev/null --max-time "$DEADLINE_S" --write-out '%{http_code}' --noproxy '*' --cacert "$work/ca" \
    --cert "$work/cert" --key "$work/key" "$url") || code=failed
  if [ "$code" = 200 ]; then echo "$start good"; else echo "$start bad"; fi >>"$work/seen"
}

touch "$work/go"
(for ((n = 0; n < MOST_REQUESTS; n++)); do
  [ -e "$work/go" ] || break
  ask &
  sleep "$PERIOD_S"
done; wait) &
witness=$!
status=0
"$hadrill" run apiserver-kill --cluster "$cluster" --runs "$runs" || status=$?
rm -f "$work/go"
wait "$witness"
[ "$status" -eq 0 ] || { echo "FAILED: the run ended with $status" >&2; exit 1; }

verdict=$runs/apiserver-kill/latest/verdict.json
read -r span lower upper < <(jq -r '(.probers[] | select(.name == "api.read.new")) as $prober |
  [.times.t0LowerNs + $prober.failover.lowerNs - $prober.impactNs,
   $prober.summary.longestOutage.lowerNs, $prober.summary.longestOutage.upperNs] | map(. / 1000 | floor) | join(" ")' "$verdict")
# Of the witness, by the same definition: an outage is a run of bad requests without a good one; lower is from its first
# to its last, upper from the last good request before it to the first good one after it.
read -r seen bad seen_span seen_lower seen_upper < <(sort -n "$work/seen" | awk '
  $2 == "bad" { if (!bad++) first = $1; last = $1; if (!run) run = $1; next }
  { if (run && last - run > lower) lower = last - run; if (run && $1 - good > upper) upper = $1 - good; run = 0; good = $1 }
  END { print NR, bad + 0, last - first, lower + 0, upper + 0 }')
printf 'witness: %s of %s requests bad, over %s us, longest outage %s to %s us; hadrill: over %s us, longest outage %s to %s us\n' \
  "$bad" "$seen" "$seen_span" "$seen_lower" "$seen_upper" "$span" "$lower" "$upper"
[ "$bad" -gt 0 ] || { echo 'FAILED: the witness saw nothing: it proves nothing' >&2; exit 1; }
apart=$((seen_lower > upper ? seen_lower - upper : lower > seen_upper ? lower - seen_upper : 0))
[ "$apart" -le "$OUTAGE_TOLERANCE_US" ] || { echo "FAILED: the longest outages are $apart us apart" >&2; exit 1; }
difference=$((seen_span - span))
[ "${difference#-}" -le "$STRETCH_TOLERANCE_US" ] || { echo 'FAILED: the two do not tell of the same stretch' >&2; exit 1; }
