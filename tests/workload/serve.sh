#!/usr/bin/env bash
# serve.sh WORKLOAD: the workload's program over loopback: what it answers, how it drains, and how it ends without draining.
set -euo pipefail
workload=$1
work=$(mktemp -d)
server=
cleanup() {
  [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
# shellcheck source=tests/support/expect.sh
. "$HADRILL_HOME/tests/support/expect.sh"
fine() { echo "fine: $*"; }
ask() { curl --silent --show-error --noproxy '*' --max-time 5 "$@"; }
code_of() { ask --output /dev/null --write-out '%{http_code}' "$@" || true; }

# start FLAG...: the server on a port that is free, told as $base.
start() {
  # Emptied here: what the server before it told is still there until the new one has begun.
  : >"$work/told"
  HADRILL_POD=web-0 HADRILL_NODE=worker "$workload" --port 0 "$@" >"$work/told" &
  server=$!
  local deadline=$((SECONDS + 10))
  until base=http://127.0.0.1:$(sed -n 's/^listening on //p' "$work/told") && [ "$base" != http://127.0.0.1: ]; do
    [ "$SECONDS" -lt "$deadline" ] || fail 'it does not listen'
    sleep 0.05
  done
}

# ended WITHIN_S: prints nothing; the server has ended with code 0 by then.
ended() {
  local deadline=$((SECONDS + $1)) code=0
  while kill -0 "$server" 2>/dev/null; do
    [ "$SECONDS" -lt "$deadline" ] || fail "it still runs $1 s after the signal"
    sleep 0.05
  done
  wait "$server" || code=$?
  server=
  [ "$code" -eq 0 ] || fail "it ended with $code"
}

start --drain-ms 2000
ask --dump-header "$work/headers" "$base/?x=1" | jq -e '.pod == "web-0" and .node == "worker"' >/dev/null || fail 'it does not say who it is'
grep -qi '^hadrill-server: web-0 on worker' "$work/headers" || fail 'no header says which pod answers'
fine 'it says who answers, in the body and in the headers'
[ "$(code_of "$base/nowhere")" = 404 ] || fail 'an unknown path is not 404'
head -c 70000 /dev/zero >"$work/large"
[ "$(code_of --data-binary "@$work/large" "$base/control")" != 200 ] || fail 'a body without end is taken'
fine 'nonsense is refused'
ask --data '{"manner": "hang", "forMs": 60000}' "$base/control" >/dev/null
[ "$(code_of --max-time 1 "$base/")" = 000 ] || fail 'told to hang it answers'
ask --data '{"manner": "serve"}' "$base/control" >/dev/null
[ "$(code_of "$base/")" = 200 ] || fail 'told to serve it does not'
fine 'it hangs when told to, until told otherwise'

kill -TERM "$server"
until [ "$(code_of "$base/readyz")" = 503 ]; do kill -0 "$server" 2>/dev/null || fail 'it ended before it was unready'; done
[ "$(code_of "$base/")" = 200 ] || fail 'it does not serve while it drains'
ask --dump-header "$work/headers" --output /dev/null "$base/"
grep -qi '^connection: close' "$work/headers" || fail 'it keeps connections while it drains'
ended 10
fine 'it drains: not ready, serving, closing'

start
kill -TERM "$server"
ended 1
fine 'without a time to drain it ends at once'

"$workload" --port 0 --data "$work/none" >"$work/out" 2>&1 && fail 'a folder that is not there is taken'
mkdir "$work/volume"
start --data "$work/volume"
ask --data '{"id": "one"}' "$base/counter" | jq -e '.value == 1' >/dev/null || fail 'the counter does not count'
kill -KILL "$server"
wait "$server" 2>/dev/null || true
start --data "$work/volume"
ask "$base/counter" | jq -e '.entries | length == 1' >/dev/null || fail 'a step was lost with the process'
fine 'the counter outlives its process'
expect 'a port that is taken is told' 1 'port' "$workload" --port "${base##*:}"
