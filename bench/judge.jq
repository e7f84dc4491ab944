# The judge's figures as Markdown; input: the runs.
def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def two: . * 100 | round / 100;
def spread: "\(median | two) (\(min | two) to \(max | two))";

"### Judging \(.[0].samples) samples on one core",
"",
"| wall, s | CPU, s | peak memory, MiB | runs | target |",
"|---|---|---|---|---|",
"| \(map(.wallS) | spread) | \(map(.userS + .systemS) | spread) | \(map(.maxRssKib / 1024) | spread) | \(length) | 3 s, 300 MB: " +
  (if (map(.wallS) | median) <= 3 and (map(.maxRssKib) | max) * 1024 <= 300e6 then "met" else "missed" end) + " |"
