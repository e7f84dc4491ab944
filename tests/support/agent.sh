# shellcheck shell=bash
# Owns how shell tests speak to the agent in a node: one conversation at a time, over `docker exec -i`. Sourced, never run;
# needs fail() of expect.sh.

agent_in_node=/usr/local/bin/hadrill-agent

# agent_install AGENT NODE: puts the executable where `hadrill run` puts it.
agent_install() { docker cp --quiet "$1" "$2:$agent_in_node" 2>/dev/null || docker cp "$1" "$2:$agent_in_node" >/dev/null; }

# agent_open NODE: starts a conversation.
agent_open() {
  coproc AGENT { docker exec -i "$1" "$agent_in_node" 2>/dev/null; }
  # The names that bash gives go with the process; these stay.
  agent_out=${AGENT[0]} agent_in=${AGENT[1]} agent_process=$AGENT_PID
}

# agent_tell REQUEST: says it and puts the next line into $answer.
agent_tell() {
  printf '%s\n' "$1" >&"$agent_in" || fail "the agent does not listen to $1"
  agent_hear
}

# agent_hear: puts the next line into $answer.
agent_hear() {
  answer=
  read -r -t 130 answer <&"$agent_out" || fail 'the agent says nothing'
}

# agent_does WHAT REQUEST: says it, and it has to be done.
agent_does() {
  agent_tell "$2"
  jq -e .ok >/dev/null <<<"$answer" || fail "$1: $answer"
  echo "fine: $1"
}

# agent_refuses WHAT WORDS REQUEST: says it, and it has to be refused with these words.
agent_refuses() {
  agent_tell "$3"
  if jq -e .ok >/dev/null <<<"$answer"; then fail "$1: was not refused: $answer"; fi
  grep -qF -- "$2" <<<"$answer" || fail "$1: $answer"
  echo "fine: $1 is refused"
}

# agent_close: ends its input and waits for its end; it undoes what it has in force first.
agent_close() {
  eval "exec $agent_in>&-"
  wait "$agent_process" 2>/dev/null || true
  eval "exec $agent_out<&-" || true
}

# agent_kill NODE: SIGKILL to the agents of the node that answer requests.
agent_kill() {
  docker exec "$1" sh -c 'for p in /proc/[0-9]*; do
    [ "$(tr "\0" " " <"$p/cmdline" 2>/dev/null)" = "'"$agent_in_node"' " ] && kill -9 "${p#/proc/}"; done; true'
}

# eventually SECONDS WHAT COMMAND...: COMMAND succeeds within that time.
eventually() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || fail "not within the time: $what"
    sleep 0.1
  done
  echo "fine: $what"
}
