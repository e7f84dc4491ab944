# The prober loop beside vegeta as Markdown; input: all runs of both.
def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def digits: if . == null then "-" elif fabs >= 100 then round elif fabs >= 10 then . * 10 | round / 10 else . * 100 | round / 100 end;
def spread: if length == 0 then "-" else "\(median | digits) (\(min | digits) to \(max | digits))" end;

def lateness($which): map(.run.latenessMs[$which]);
def cost: map((.cost.userS + .cost.systemS) * 1000 / .run.sent);
def share_sent: map(100 * .run.sent / (.planned.rate * .planned.seconds));
# Failures that are not those of the hang: in % of what was sent.
def bad_beyond: map(100 * ([.run.bad - .planned.rate * .target.hangNs / 1e9, 0] | max) / .run.sent);
def seen: map(select(.run.outage != null and (.run.outage.open | not)));
def error: seen | map(.run.outage.ms - .target.hangNs / 1e6);
def outages: map(.run.outage.runs // 0);
def steady: map(select(.planned.course == "steady"));
def hanging: map(select(.planned.course == "hang"));
# Neither tool's figures mean much where the machine cannot do what is asked.
def overloaded: (share_sent | median) < 95 or (bad_beyond | median) > 10;

def name: "| \(.[0].planned.rate) | \(.[0].planned.connection) | \(.[0].tool)\(if overloaded then " (overloaded)" else "" end) | ";
def row: name +
  "\(share_sent | spread) | \(bad_beyond | spread) | \(lateness("p50") | spread) | \(lateness("p99") | spread) | " +
  "\(lateness("p999") | spread) | \(lateness("max") | spread) | \(cost | spread) |";
def outage_row: name + "\(bad_beyond | spread) | " +
  "\(if (seen | length) < length then "\(length - (seen | length)) of \(length) saw no end" else (error | spread) end) | \(outages | spread) |";

# In each repeat, the peer's figure divided by ours.
def times(own; peer; f): [own, peer] | transpose | map(select(.[0] != null and .[1] != null))
  | map((.[0] | f) as $own | (.[1] | f) as $peer | select($own > 0) | $peer / $own) | spread;
def of($tool): map(select(.tool == $tool)) | sort_by(.planned.repeat);
def ratio_row($tool): .[0].planned as $planned | of($tool) as $own | of("vegeta") as $peer
  | "| \($planned.rate) | \($planned.connection) | \($tool) | " +
  if ($own | overloaded) or ($peer | overloaded) then "overloaded | | | |" else
  "\(times($own; $peer; .run.latenessMs.p50)) | \(times($own; $peer; .run.latenessMs.p99)) | " +
  "\(times($own; $peer; .run.latenessMs.max)) | \(times($own; $peer; (.cost.userS + .cost.systemS) / .run.sent)) |" end;

"### Beside vegeta v12.13.0",
"",
"Median (least to most) of \(map(.planned.repeat) | max) runs each. Times in ms; CPU in seconds per 1,000 requests sent.",
"",
"| rate, 1/s | connections | client | sent, % | bad, % | late p50 | p99 | p99.9 | max | CPU |",
"|---|---|---|---|---|---|---|---|---|---|",
(steady | group_by([.planned.connection != "reused", .planned.rate, .tool]) | .[] | row),
"",
"vegeta's figure divided by hadrill's of the same repeat: above 1 is in hadrill's favour. Not where either was overloaded.",
"",
"| rate, 1/s | connections | against | late p50 | late p99 | late max | CPU |",
"|---|---|---|---|---|---|---|",
(steady | group_by([.planned.connection != "reused", .planned.rate]) | .[] | ratio_row("hadrill", "hadrill-ordinary")),
"",
"Measuring an outage of 1.2 s:",
"",
"| rate, 1/s | connections | client | bad beside the hang, % | outage error, ms | outages seen |",
"|---|---|---|---|---|---|",
(hanging | group_by([.planned.connection != "reused", .planned.rate, .tool]) | .[] | outage_row)
