#!/usr/bin/env bash
# tree.sh CMAKE BUILD VERSION: installs the build into a folder, moves it, and uses it with an environment of its own.
set -euo pipefail
cmake=$1 build=$2 version=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/support/expect.sh
. "$HADRILL_SOURCE/tests/support/expect.sh"

"$cmake" --install "$build" --prefix "$work/first" >"$work/installed" || fail 'it cannot be installed'
# A name with a space: people have folders like that.
prefix="$work/else where/hadrill"
mkdir -p "$work/else where" "$work/home"
mv "$work/first" "$prefix"
installed() { env -i HOME="$work/home" PATH=/usr/bin:/bin "$prefix/bin/hadrill" "$@"; }

cd "$work/home"
expect 'it starts' 0 "$version" installed --version
# A file that the source tree does not have shows which of the two is read.
cp "$prefix/share/hadrill/scenarios/apiserver-kill.yaml" "$prefix/share/hadrill/scenarios/only-installed.yaml"
expect 'its scenarios are the installed ones' 0 only-installed installed list scenarios
expect 'a scenario is valid by its name' 0 'apiserver-kill: fine' installed validate apiserver-kill
expect 'a suite is valid by its name' 0 'smoke: fine' installed validate smoke
expect 'what is neither is refused' 64 'neither a file nor a scenario' installed validate nothing-like-it
cp -r "$prefix/share/doc/hadrill/examples/sample" "$work/run"
expect 'a stored run is judged' 0 PASS installed judge "$work/run"
[ -s "$work/run/report.html" ] || fail 'the stored run has no report.html'

mkdir "$work/other" && cp -r "$HADRILL_SOURCE/scenarios" "$HADRILL_SOURCE/kind-configs" "$work/other/"
expect 'HADRILL_HOME wins' 0 apiserver-kill env HADRILL_HOME="$work/other" "$prefix/bin/hadrill" list scenarios
! grep -qF only-installed "$work/out" || fail 'HADRILL_HOME does not win'

for file in lib/hadrill/hadrill-agent share/hadrill/kind-configs/images/prepare.sh share/doc/hadrill/docs/examples/nightly.sh; do
  [ -x "$prefix/$file" ] || fail "$file is not there, or not executable"
done
for file in lib/hadrill/hadrill-workload.tar share/hadrill/reports/schema/verdict.schema.json share/hadrill/kind-configs/topologies/stacked.yaml \
  share/hadrill/scenarios/schema/scenario.schema.json share/doc/hadrill/docs/scenario-reference.md; do
  [ -s "$prefix/$file" ] || fail "$file is not there"
done
# Started without arguments it says what it would do: static, so that it runs in any node.
[ -z "$(ldd "$prefix/lib/hadrill/hadrill-agent" 2>/dev/null | grep '=>' || true)" ] || echo 'note: the agent is not static (sanitizers)'
