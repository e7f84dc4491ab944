#!/usr/bin/env bash
# witness.sh HADRILL CLUSTER RUNS: a run of apiserver-kill with an independent witness beside it, curl at 20 Hz through the
# load balancer with a new connection each time. Both have to tell of the same longest outage, within TOLERANCE_US.
set -euo pipefail
hadrill=$1 cluster=$2 runs=$3/witness
TOLERANCE_US=300000
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
read -r lower upper < <(jq -r '.probers[] | select(.name == "api.read.new") | .summary.longestOutage |
  "\(.lowerNs / 1000 | floor) \(.upperNs / 1000 | floor)"' "$verdict")
# The same interval censoring as ours: last bad - first bad, first good after - last good before.
read -r seen bad seen_lower seen_upper < <(sort -n "$work/seen" | awk '
  $2 == "bad" { ++bad; if (!down) { first = $1; before = good }; down = 1; last = $1; next }
  { if (down) { if (last - first > lower) lower = last - first; if (before && $1 - before > upper) upper = $1 - before }
    down = 0; good = $1 }
  END { print NR, bad + 0, lower + 0, upper + 0 }')
printf 'witness: %s of %s requests bad, longest outage %s to %s us; hadrill: %s to %s us\n' \
  "$bad" "$seen" "$seen_lower" "$seen_upper" "$lower" "$upper"
[ "$bad" -gt 0 ] || { echo 'FAILED: the witness saw nothing: it proves nothing' >&2; exit 1; }
if [ "$seen_lower" -gt $((upper + TOLERANCE_US)) ] || [ "$seen_upper" -lt $((lower - TOLERANCE_US)) ]; then
  echo 'FAILED: the two do not tell of the same outage' >&2
  exit 1
fi
