# The figures of the hanging server as Markdown; input: the one run.
def mib: . / 1024 * 10 | round / 10;
# The kernel's own peak is counted in batches and can be a little behind what was read.
def most: [.rssKib.most, .cost.maxRssKib] | max;

"### Memory at 1,000 requests/s when the server hangs",
"",
"| after | resident, MiB |",
"|---|---|",
"| 5 s (the server begins to hang) | \(.rssKib.after5s | mib) |",
"| 30 s | \(.rssKib.after30s | mib) |",
"| \(.seconds) s | \(.rssKib.end | mib) |",
"| the most at any time | \(most | mib) |",
"",
"\(.samples) samples were recorded. In the last minute: \(.lastMinuteKib.least | mib) to \(.lastMinuteKib.most | mib) MiB, " +
  "a slope of \(.kibPerHour | mib) MiB per hour.",
"Extrapolated, not measured: after an hour \(.rssKib.end + ([.kibPerHour, 0] | max) | mib) MiB. Target, under 100 MB: " +
  (if ([.rssKib.end + ([.kibPerHour, 0] | max), most] | max) * 1024 < 100e6 then "met." else "missed." end)
