#!/usr/bin/env bash
# A night of hadrill without a CI server: runs a suite, keeps an archive of it, writes a summary in Markdown and metrics for a
# node exporter, and removes what is old. From cron, as root or as somebody who may use Docker:
#
#   17 1 * * *  /srv/hadrill/docs/examples/nightly.sh nightly >>/var/log/hadrill-nightly.log 2>&1
#
# Ends with the suite's exit code; when the suite is fine, with 1 when an SLI got slower and 2 when nothing of the nights before
# can be compared with this one (docs/ci.md). Settings:
#   NIGHTLY_DIR    where everything goes               (default: nights, beside the project's README)
#   NIGHTLY_KEEP   days that run directories stay      (default: 30; archives stay three times as long)
#   NIGHTLY_PACE   percent of the probers' load        (default: 100 from four CPUs on, else 40)
#   TEXTFILE_DIR   of a node exporter                  (default: none)
set -uo pipefail

suite=${1:-nightly}
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd) || exit 5
hadrill=$home/build/release/bin/hadrill
nights=${NIGHTLY_DIR:-$home/nights}
keep=${NIGHTLY_KEEP:-30}
pace=${NIGHTLY_PACE:-$([ "$(nproc)" -ge 4 ] && echo 100 || echo 40)}
runs=$nights/runs
[ -x "$hadrill" ] || { echo "error: $hadrill is not there: make program images" >&2; exit 64; }
mkdir -p "$runs" || exit 5

"$hadrill" suite "$suite" --runs "$runs" --pace "$pace" --cluster "nightly-$suite"
code=$?

# What there is of a night is worth looking at, also when the suite did not get to its end.
night=$(readlink -f "$runs/suite-$suite/latest") || night=
if [ -n "$night" ] && [ -f "$night/suite.json" ]; then
  name=suite-$suite-$(basename "$night")
  "$hadrill" bundle "$night" --out "$nights/$name.tar.gz"
  {
    cat "$night/suite.md"
    printf '\n## Against the nights before\n\n'
    "$hadrill" compare --against-history "$runs" --markdown --json "$nights/$name.compare.json" 2>&1
    # The group's exit code is the comparison's.
  } >"$nights/$name.md"
  compared=$?
  # 64: nothing to compare yet. 2, another machine or pace, is no pass: the summary says what differs.
  [ "$code" -ne 0 ] || [ "$compared" -eq 64 ] || code=$compared
  if [ -n "${TEXTFILE_DIR:-}" ]; then
    # Written beside it and renamed: the exporter reads *.prom only, and never half of one.
    "$hadrill" metrics "$runs" --into "$nights" && cp "$nights/metrics.prom" "$TEXTFILE_DIR/hadrill.prom.part" &&
      mv "$TEXTFILE_DIR/hadrill.prom.part" "$TEXTFILE_DIR/hadrill.prom"
  fi
  echo "summary: $nights/$name.md, archive: $nights/$name.tar.gz, all nights: $runs/index.html"
fi

find "$runs" -mindepth 2 -maxdepth 2 -type d -name '20*T*Z*' -mtime "+$keep" -exec rm -rf {} +
find "$nights" -maxdepth 1 -type f -name 'suite-*' -mtime "+$((3 * keep))" -delete
# Without what was just removed.
"$hadrill" index "$runs" >/dev/null || echo "no index.html: it is as the suite left it"
exit "$code"
