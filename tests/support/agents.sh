# shellcheck shell=bash
# Owns how shell tests speak to the agents of several nodes at a time, over `docker exec -i`. Sourced, never run; needs fail(),
# $work, a folder that the test removes, and $agent, the executable in the nodes. (One conversation: agent.sh.)
: "${work:?}" "${agent:?}"
declare -A to=() from=() process=()
number=0

# open_agent NODE: a conversation. What was opened before must not be held open by this one's process.
open_agent() {
  local node=$1 in out
  mkfifo "$work/$node.in" "$work/$node.out"
  (
    for in in ${to[@]+"${to[@]}"} ${from[@]+"${from[@]}"}; do eval "exec $in>&-"; done
    exec docker exec -i "$node" "$agent" <"$work/$node.in" >"$work/$node.out" 2>/dev/null
  ) &
  process[$node]=$!
  exec {in}>"$work/$node.in" {out}<"$work/$node.out"
  to[$node]=$in from[$node]=$out
  rm "$work/$node.in" "$work/$node.out"
  request "$node" '{"verb":"hello"}' 30
}
close_agent() {
  local in=${to[$1]} out=${from[$1]}
  exec {in}>&- {out}<&-
  wait "${process[$1]}" || true
  unset "to[$1]" "from[$1]" "process[$1]"
}
# request NODE JSON SECONDS: $answer is what the agent there says to it.
request() {
  local line in=${to[$1]} out=${from[$1]}
  number=$((number + 1))
  jq -c --argjson n "$number" '. + {n: $n}' <<<"$2" >&"$in"
  while IFS= read -r -t "$3" line <&"$out"; do
    answer=$line
    [ "$(jq .n <<<"$line")" != "$number" ] || return 0
  done
  fail "$1 does not answer $2"
}
does() {
  request "$1" "$2" "${3:-120}"
  jq -e .ok <<<"$answer" >/dev/null || fail "$1: $2: $answer"
}
refuses() {
  request "$1" "$3" 60
  jq -e '.ok == false' <<<"$answer" >/dev/null || fail "$1 did not refuse $3: $answer"
  grep -qF "$2" <<<"$answer" || fail "$1: refused, but without \"$2\": $answer"
}
inject() { jq -nc --arg id "$1" --arg effect "$2" --argjson ttl "$3" --argjson p "$4" '{verb: "inject", id: $id, effect: $effect, ttlMs: $ttl, parameters: $p}'; }
heal() { jq -nc --arg id "$1" '{verb: "heal", id: $id}'; }

# close_all: every agent's input ends at once, as when the harness is killed.
close_all() {
  local node in out
  for node in "${!process[@]}"; do
    in=${to[$node]} out=${from[$node]}
    exec {in}>&- {out}<&-
  done
  for node in "${!process[@]}"; do wait "${process[$node]}" || true; done
  to=() from=() process=()
}
