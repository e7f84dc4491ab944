# The table of bench/agent.sh.
if . == null then "### A process killed inside a node\n\nNot measured: no node image."
else
  def row($what; $f): "| \($what) | \($f.p50) | \($f.p99) | \($f.max) | \($f.n) |";
  "### A process killed inside a node\n\nFrom request to proof, in ms.\n",
  "| | p50 | p99 | max | n |\n|---|---|---|---|---|",
  row("by the agent over its channel: journalled, killed, seen to be gone"; .kill),
  row("a bare `docker exec` that does nothing"; .dockerExec),
  "\nTarget, p99 at most 10 ms: \(if .kill.p99 <= 10 then "met" else "missed" end)."
end
