#!/bin/sh
# A container engine of one container, for tests: state, address and starts are files in $FAKE_DOCKER. What was asked
# stays in $FAKE_DOCKER/asked. KILL_TAKES: seconds from the start of `docker kill` to its effect. As a control plane (file role)
# it has a kubectl that knows of one node, which is cordoned when there is a file of that name; a drain lasts DRAIN_TAKES seconds.
set -eu
cd "$FAKE_DOCKER"
id=0123456789abcdef
last=""
for last; do :; done
state=$(cat state)
inspect() {
  running=true paused=false address=$(cat address)
  [ "$state" != exited ] || { running=false address=""; }
  [ "$state" != paused ] || paused=true
  printf '[{"Id":"%s","Name":"/n1","State":{"Running":%s,"Paused":%s,"Restarting":false,"Pid":0,"StartedAt":"%s"},' \
    "$id" "$running" "$paused" "$(cat starts)"
  printf '"Config":{"Labels":{"io.x-k8s.kind.role":"%s"}},' "$(cat role)"
  printf '"NetworkSettings":{"Networks":{"kind":{"IPAddress":"%s"}}}}]\n' "$address"
}
become() { echo "$1" >"state.$$"; mv "state.$$" state; }
boot() { echo x >>boots; wc -l <boots >"starts.$$"; mv "starts.$$" starts; }
in_node() {
  case $* in
    *"api uncordon"*) echo 'uncordon n1' >>asked; rm -f cordoned ;;
    *"api cordon"*) echo 'cordon n1' >>asked; : >cordoned ;;
    *"api drain"*) echo 'drain n1' >>asked; sleep "${DRAIN_TAKES:-0}"; echo '1.00 2.00' ;;
    *.spec.unschedulable*) if [ -f cordoned ]; then echo 'n1/true 0'; else echo 'n1/ 0'; fi ;;
    */api/v1/pods*) echo '{"items": []}' ;;
    */readyz*) ;;
    *) echo "fake docker: exec $*" >&2; exit 1 ;;
  esac
}
case $1 in
  exec) in_node "$@" ;;
  ps) echo "$id" ;;
  inspect | container) inspect ;;
  kill) echo "kill $last" >>asked; sleep "${KILL_TAKES:-0}"; become exited ;;
  pause) echo "pause $last" >>asked; become paused ;;
  unpause) echo "unpause $last" >>asked; become running ;;
  start) echo "start $last" >>asked; [ "$state" = running ] || { become running; boot; } ;;
  *) echo "fake docker: $*" >&2; exit 1 ;;
esac
