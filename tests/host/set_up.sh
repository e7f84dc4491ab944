#!/usr/bin/env bash
# set_up.sh SOURCE_DIR: what a user meets when set-up goes wrong. Every failure is one clear error that names the step, with
# exit code 5 (130 when interrupted), and leaves no process behind. No engine, no network.
set -euo pipefail
host=$1/kind-configs/host
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HADRILL_CACHE=$work/cache
cd "$host"

# shellcheck source=tests/support/expect.sh
. "$1/tests/support/expect.sh"

# with_step COMMAND: a script that runs COMMAND as the step "try it".
with_step() {
  local script=$work/step.sh
  printf '#!/usr/bin/env bash\nset -euo pipefail\ncd %q\n. ./progress.sh\ntry() { %s; }\nstep "try it" 5 try\necho "after the step"\n' \
    "$host" "$1" >"$script"
  chmod +x "$script"
  echo "$script"
}

expect 'a step that works is followed by the next' 0 'after the step' "$(with_step 'true')"
expect 'a full disk is named with the step' 5 "step 'try it' failed after" "$(with_step 'echo much >/dev/full')"
grep -qF 'the disk is full' "$work/out" || fail 'the full disk is not named'
# Port 1 on loopback: nobody listens there.
expect 'a failed download is named with the step' 5 "step 'try it' failed after" \
  "$(with_step 'curl --silent --show-error --noproxy "*" http://127.0.0.1:1/')"
grep -qiF 'a download failed' "$work/out" || fail 'the failed download is not named'
expect 'a step that fails ends the script' 5 'Run the same command again to resume here' "$(with_step 'false')"
! grep -qF 'after the step' "$work/out" || fail 'the script went on after a failed step'
expect 'too little disk is refused first' 5 'disk too small: everything needs 99999999 GiB' \
  bash -c '. ./progress.sh; need_disk_gib / 99999999 everything'

# Interrupted in the middle of a step: the code of an interruption, and what the step started is gone.
script=$(with_step "sleep 987654 & echo \$! >$work/pid; wait")
"$script" >"$work/out" 2>&1 &
running=$!
deadline=$((SECONDS + 20))
until [ -s "$work/pid" ]; do
  [ "$SECONDS" -lt "$deadline" ] || fail 'the step did not start'
  sleep 0.05
done
kill -TERM "$running"
status=0
wait "$running" || status=$?
[ "$status" -eq 130 ] || fail "an interrupted step ended with $status, expected 130"
grep -qF 'run the same command again to resume' "$work/out" || fail 'an interrupted step does not say how to resume'
deadline=$((SECONDS + 20))
while kill -0 "$(cat "$work/pid")" 2>/dev/null; do
  [ "$SECONDS" -lt "$deadline" ] || fail 'an interrupted step left a process behind'
  sleep 0.05
done
echo 'fine: an interrupted step leaves nothing running'

# The engine in its three bad states, told by what the docker command says.
docker_says() { # WORDS: puts a docker command on PATH that fails with WORDS
  mkdir -p "$work/bin"
  printf '#!/bin/sh\necho "%s" >&2\nexit 1\n' "$1" >"$work/bin/docker"
  chmod +x "$work/bin/docker"
}
docker_says 'permission denied while trying to connect to the Docker daemon socket'
expect 'no permission for the engine' 5 'no permission to use the Docker engine' env PATH="$work/bin:$PATH" "$host/engine.sh" check
docker_says 'Cannot connect to the Docker daemon. Is the docker daemon running?'
expect 'the engine does not run' 5 'the Docker engine does not answer' env PATH="$work/bin:$PATH" "$host/engine.sh" check
rm "$work/bin/docker"
for program in bash dirname grep sed awk; do ln -s "$(command -v $program)" "$work/bin/$program"; done
expect 'no docker command' 5 'no docker command: install Docker' env PATH="$work/bin" "$host/engine.sh" check
