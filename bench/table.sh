#!/usr/bin/env bash
# table.sh FIGURES PAGE: writes the figures of one run into PAGE, between its two markers.
set -euo pipefail
shopt -s inherit_errexit # half a table is none
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/common.sh

figures=${1:?usage: table.sh FIGURES PAGE}
page=${2:?usage: table.sh FIGURES PAGE}
begin='<!-- figures: written by make bench -->'
end='<!-- end of figures -->'

machine() {
  local realtime=no
  ! chrt --rr 1 true 2>/dev/null || realtime=yes
  printf 'Machine: %s cores (%s), %s MiB of memory, Linux %s. Date: %s. Real-time priority allowed: %s. Load average over the last 5 minutes: %s.\n' \
    "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
    "$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024))" "$(uname -r | cut -d- -f1)" \
    "$(date -u +%Y-%m-%d)" "$realtime" "$(cut -d' ' -f2 /proc/loadavg)"
}

if ! grep -qxF "$begin" "$page" || ! grep -qxF "$end" "$page"; then die "$page has no markers for the figures"; fi
text=$(
  machine
  echo
  jq -rsf bench/judge.jq "$figures/judge.jsonl"
  echo
  jq -rsf bench/versus.jq "$figures/versus.jsonl"
  echo
  jq -rf bench/memory.jq "$figures/memory.json"
  echo
  jq -rf bench/agent.jq "$figures/agent.json"
)
{
  sed "/^$begin\$/q" "$page"
  printf '\n%s\n\n' "$text"
  sed -n "/^$end\$/,\$p" "$page"
} >"$page.new"
mv "$page.new" "$page"
