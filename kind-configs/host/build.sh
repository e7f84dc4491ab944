#!/usr/bin/env bash
# build.sh PRESET [TARGET...]: configures when needed and compiles, quietly when there is nothing to do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. kind-configs/host/progress.sh
preset=${1:?usage: build.sh PRESET [TARGET...]}
targets=("${@:2}")
[ "${#targets[@]}" -gt 0 ] || targets=(all)

compile() {
  [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset"
  cmake --build "build/$preset" --target "${targets[@]}"
}

if [ -f "build/$preset/build.ninja" ] && ninja -C "build/$preset" -n "${targets[@]}" 2>/dev/null | grep -q 'no work to do'; then
  exit 0
fi
need_disk_gib . 2 'building hadrill'
step "build hadrill ($preset)" 240 compile
