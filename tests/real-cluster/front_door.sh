#!/usr/bin/env bash
# front_door.sh HADRILL CLUSTER RUNS: what a user meets besides a run that goes well, on the shared cluster. Each check says
# what it expects; the first that does not hold ends the test.
set -euo pipefail
hadrill=$1 cluster=$2 runs=$3/front-door
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$runs"

# shellcheck source=tests/support/expect.sh
. "$HADRILL_HOME/tests/support/expect.sh"

containers() { docker ps --all --quiet --no-trunc --filter "label=io.x-k8s.kind.cluster=$cluster" | sort; }

before=$(containers)
kubeconfig=${KUBECONFIG:-$HOME/.kube/config}
kubeconfig_before=$(cksum "$kubeconfig" 2>/dev/null || echo none)

expect 'status of a ready cluster' 0 'etcd           holds' "$hadrill" cluster status --cluster "$cluster"
expect 'dry run names target, undo and quorum' 0 'apiserver: 2 of 3 remain' "$hadrill" plan apiserver-kill --cluster "$cluster" --seed 7
expect 'unknown scenario' 64 'apiserver-kill' "$hadrill" run no-such-scenario --cluster "$cluster" --runs "$runs"
expect 'no cluster of that name' 64 'there is none' "$hadrill" run apiserver-kill --cluster "$cluster-absent" --runs "$runs"

expect 'the engine does not run' 5 'is it running' env DOCKER_HOST=unix:///nowhere.sock "$hadrill" drill apiserver-kill --cluster other --runs "$runs"
if [ "$(id -u)" -eq 0 ]; then
  # As a user with a home of his own and no right to use the engine, nor to see this checkout.
  install -d -o nobody -g nogroup "$work/home" "$work/home/runs"
  chmod 755 "$work"
  install -d "$work/home/project/kind-configs"
  cp "$hadrill" "$work/home/hadrill"
  cp -r "$HADRILL_HOME/scenarios" "$work/home/project/"
  cp -r "$HADRILL_HOME/kind-configs/topologies" "$work/home/project/kind-configs/"
  chmod -R a+rX "$work/home"
  expect 'no permission for the engine' 5 'no permission to use it' \
    setpriv --reuid=nobody --regid=nogroup --clear-groups env -C "$work/home" HOME="$work/home" XDG_CACHE_HOME="$work/home/c" XDG_STATE_HOME="$work/home/s" \
    HADRILL_HOME="$work/home/project" "$work/home/hadrill" drill apiserver-kill --cluster other --runs "$work/home/runs"
  [ -z "$(ls -A "$work/home/runs")" ] || fail 'a refused drill left something in its runs folder'
fi

sed 's/process.kill/proces.kill/' "$HADRILL_HOME/scenarios/apiserver-kill.yaml" >"$work/bad.yaml"
line=$(grep -n proces.kill "$work/bad.yaml" | head -n 1 | cut -d: -f1)
expect 'unknown fault has a place and a suggestion' 64 "bad.yaml:$line:" "$hadrill" validate "$work/bad.yaml"
grep -qF 'did you mean "process.kill"?' "$work/out" || fail 'no suggestion for an unknown fault'

sed 's/select: one/select: {node: nowhere}/' "$HADRILL_HOME/scenarios/apiserver-kill.yaml" >"$work/nowhere.yaml"
expect 'a target that does not exist' 64 'nowhere' "$hadrill" plan "$work/nowhere.yaml" --cluster "$cluster"

expect 'a scenario of other topologies says which' 64 'it fits nginx, haproxy' "$hadrill" run lb-reload --cluster "$cluster" --runs "$runs"
expect 'so does its dry run' 64 'it fits nginx, haproxy' "$hadrill" plan lb-reload --cluster "$cluster"
expect 'an unknown topology' 64 'did you mean "nginx"?' "$hadrill" cluster up --topology ngix --cluster "$cluster-other" --runs "$runs"
suites=$(basename --suffix .yaml "$HADRILL_HOME"/scenarios/suites/*.yaml | paste --serial --delimiters , | sed 's/,/, /g')
expect 'a suite that does not exist' 64 "there are: $suites" "$hadrill" suite no-such-suite --cluster "$cluster-other" --runs "$runs"
mkdir -p "$work/big"
cp -r "$HADRILL_HOME/scenarios" "$HADRILL_HOME/kind-configs" "$work/big/"
echo 'needs: {memoryGib: 1024}' >>"$work/big/kind-configs/topologies/stacked.yaml"
expect 'a topology that does not fit the machine' 5 'topology stacked needs 1024 GiB of memory' \
  env HADRILL_HOME="$work/big" "$hadrill" cluster up --topology stacked --cluster "$cluster-other" --runs "$runs"

# Two at once, then Ctrl-C in the steady state.
"$hadrill" run apiserver-kill --cluster "$cluster" --runs "$runs" --pace "${HADRILL_TEST_PACE:-100}" >"$work/first" 2>&1 &
first=$!
deadline=$((SECONDS + 60))
until grep -q 'steady state' "$work/first"; do
  [ "$SECONDS" -lt "$deadline" ] || fail "the run did not reach its steady state: $(cat "$work/first")"
  sleep 0.2
done
expect 'a second run is refused' 64 'in use by another hadrill' "$hadrill" run apiserver-kill --cluster "$cluster" --runs "$runs"
kill -INT "$first"
status=0
wait "$first" || status=$?
[ "$status" -eq 130 ] || fail "an interrupted run ended with $status, expected 130: $(cat "$work/first")"
grep -q ABORTED "$work/first" || fail "an interrupted run did not report: $(cat "$work/first")"
echo 'fine: an interrupted run reports what it measured'

# What it stored can be judged again, to the same bytes.
run=$runs/apiserver-kill/latest
cp "$run/verdict.json" "$work/verdict.json"
"$hadrill" judge "$run" >/dev/null || [ $? -eq 3 ] || fail 'judging an interrupted run again'
cmp -s "$run/verdict.json" "$work/verdict.json" || fail 'judging again gave another verdict'
echo 'fine: judging again gives the same verdict'

[ "$(containers)" = "$before" ] || fail 'the containers of the cluster changed'
[ "$(cksum "$kubeconfig" 2>/dev/null || echo none)" = "$kubeconfig_before" ] || fail "the user's kubeconfig was touched"
! grep -rlE 'PRIVATE KEY|client-key-data' "$runs" || fail 'a run directory holds a private key'
echo 'fine: nothing left behind'
