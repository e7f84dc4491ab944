# shellcheck shell=bash
# Owns how shell tests speak to the agent in a node: one conversation at a time, over `docker exec -i`. Sourced, never run;
# needs fail() of expect.sh.

agent_in_node=/usr/local/bin/hadrill-agent

# agent_install AGENT NODE: puts the executable where `hadrill run` puts it.
agent_install() { docker cp --quiet "$1" "$2:$agent_in_node" 2>/dev/null || docker cp "$1" "$2:$agent_in_node" >/dev/null; }

# agent_open NODE: starts a conversation.
agent_open() {
  coproc AGENT { docker exec -i "$1" "$agent_in_node" 2>/dev/null; }
  # Moved: bash closes its own, and forgets their names, when the process ends.
  exec {agent_in}>&"${AGENT[1]}"- {agent_out}<&"${AGENT[0]}"-
  agent_process=$AGENT_PID
}

# agent_tell REQUEST: says it and puts the answer into $answer; what the agent tells without being asked is passed over.
agent_tell() {
  printf '%s\n' "$1" >&"$agent_in" || fail "the agent does not listen to $1"
  agent_hear
  while jq -e 'has("event")' >/dev/null <<<"$answer"; do agent_hear; done
}

# agent_hear: puts the next line into $answer, whatever it is.
agent_hear() {
  answer=
  read -r -t 300 answer <&"$agent_out" || fail 'the agent says nothing'
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

# agent_inject ID EFFECT PARAMETERS [TTL_MS]: has it in force.
agent_inject() {
  agent_does "$1: $2 in force" "$(jq -nc --arg id "$1" --arg effect "$2" --argjson parameters "$3" --argjson ttl "${4:-240000}" \
    '{verb: "inject", id: $id, effect: $effect, parameters: $parameters, ttlMs: $ttl}')"
  echo "  T0 within $(jq '((.afterNs - .beforeNs) / 1e6 * 10 | round) / 10' <<<"$answer") ms: $(jq -c .evidence <<<"$answer")"
}

# agent_heal ID: has it undone.
agent_heal() { agent_does "$1: undone" "{\"verb\":\"heal\",\"id\":\"$1\"}"; }

# agent_close: ends its input and waits for its end; it undoes what it has in force first.
agent_close() {
  exec {agent_in}>&-
  wait "$agent_process" 2>/dev/null || true
  exec {agent_out}<&-
}

# agent_kill NODE [MODE [MOMENT]]: SIGKILL to the agents of the node that were started with MODE ("": those that answer
# requests), as soon as MOMENT, a condition of the node's shell, holds. They have to be there.
agent_kill() {
  docker exec "$1" timeout 120 sh -c "until ${3:-true}; do sleep 0.01; done 2>/dev/null"'; exec 2>/dev/null; killed=1; for p in /proc/[0-9]*; do
    [ "$(tr "\0" " " <"$p/cmdline")" = "'"$agent_in_node${2:+ $2}"' " ] && kill -9 "${p#/proc/}" && killed=0; done; exit $killed' ||
    fail "no agent ${2:-for requests} could be killed on $1${3:+ when $3}"
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
