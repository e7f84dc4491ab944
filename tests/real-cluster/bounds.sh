#!/usr/bin/env bash
# bounds.sh HADRILL CLUSTER RUN: what became of a run of apiserver-kill whose budget for new connections was left to the flags.
# Every flag has to have been read; what was read of the load balancer has to be what its own configuration says; the bound has
# to be the formula's; and judging the stored run again, without the cluster, has to give the same.
set -euo pipefail
hadrill=$1 cluster=$2 run=$3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/support/nodes.sh
. "$HADRILL_HOME/tests/support/nodes.sh"
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

grep -q 'api.read.new.longest_outage, budget: auto' "$run/scenario.yaml" || fail 'the scenario has no budget: auto for api.read.new'

flags=$work/flags
jq -c 'select(.type == "flags.read")' "$run/events.jsonl" >"$flags"
[ "$(wc -l <"$flags")" -eq 1 ] || fail 'not exactly one flags.read'
unread=$(jq -c '.unread' "$flags")
[ "$unread" = '[]' ] || fail "could not be read: $unread"
planes=$(nodes_of control-plane | wc -l)
for component in etcd kube-apiserver kube-controller-manager kube-scheduler; do
  told=$(jq --arg component "$component" '[.sources[] | select(.component == $component)] | length' "$flags")
  [ "$told" -eq "$planes" ] || fail "$told sources of $component for $planes control planes"
done
! grep -q 'key-file\|token' "$flags" || fail 'a flag is kept that no bound is made of'

# The stand-in's haproxy, read by other means. With another load balancer there is nothing to compare with.
balancer=$(nodes_of external-load-balancer)
if docker exec "$balancer" test -f /tmp/haproxy.cfg; then
  for pair in inter:interval fall:fall; do
    own=$(docker exec "$balancer" cat /tmp/haproxy.cfg | grep -o "${pair%:*} [0-9a-z]*" | head -n 1 | cut -d ' ' -f 2)
    told=$(jq -r --arg name "${pair#*:}" '.sources[] | select(.component == "load-balancer") | .values[$name]' "$flags")
    [ "$own" = "$told" ] || fail "${pair%:*} of the load balancer is $own, flags.read says $told"
  done
fi

finding=$(jq -c '.findings[] | select(.id == "api.read.new.longest_outage")' "$run/verdict.json")
[ "$(jq -r '.bound.failover' <<<"$finding")" = api-server-refuses ] || fail "another failover: $finding"
[ "$(jq '.bound.upperNs == .budgetNs and .bound.upperNs > 0' <<<"$finding")" = true ] || fail "no bound: $finding"
grep -q '^failover api.read.new.longest_outage' "$run/summary.txt" || fail 'the summary does not show the bound'

cp "$run/verdict.json" "$work/first"
"$hadrill" judge "$run" >/dev/null
cmp "$work/first" "$run/verdict.json" || fail 'judging again gives another verdict'
echo "fine: $(jq -r '.text' <<<"$finding")"
