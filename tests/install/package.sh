#!/usr/bin/env bash
# package.sh CPACK BUILD VERSION: the Debian package has what it needs, says what it needs, and nothing of the machine it was made on.
set -euo pipefail
cpack=$1 build=$2 version=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/support/expect.sh
. "$HADRILL_SOURCE/tests/support/expect.sh"

umask 022
"$cpack" --config "$build/CPackConfig.cmake" -B "$work" >"$work/out" 2>&1 || fail 'no package is made'
package=$work/hadrill_${version}_$(dpkg --print-architecture).deb
[ -s "$package" ] || fail 'the package is not called as Debian calls packages'
echo 'fine: a package is made'

expect 'it says what it is' 0 ' Package: hadrill' dpkg-deb -I "$package"
for words in 'Recommends: docker.io' 'Section: admin' 'prepare.sh once' 'libssl3' 'libcurl4' 'libyaml-cpp0.7' 'libc6 (>= '; do
  grep -qF -- "$words" "$work/out" || fail "its control file does not say \"$words\""
done
echo 'fine: it says what it depends on'

dpkg-deb -c "$package" >"$work/out"
for path in usr/bin/hadrill usr/lib/hadrill/hadrill-agent usr/lib/hadrill/hadrill-workload.tar usr/share/hadrill/scenarios/apiserver-kill.yaml \
  usr/share/hadrill/scenarios/suites/smoke.yaml usr/share/hadrill/kind-configs/topologies/stacked.yaml usr/share/hadrill/kind-configs/images/prepare.sh \
  usr/share/hadrill/reports/schema/verdict.schema.json usr/share/doc/hadrill/copyright usr/share/doc/hadrill/changelog.gz \
  usr/share/doc/hadrill/docs/scenario-reference.md usr/share/man/man1/hadrill.1.gz \
  usr/share/lintian/overrides/hadrill usr/share/bash-completion/completions/hadrill usr/share/zsh/vendor-completions/_hadrill; do
  grep -q " \./$path\$" "$work/out" || fail "it lacks $path"
done
echo 'fine: it has all of it'
awk '$2 != "root/root" || ($1 ~ /^-/ && $1 !~ /^-rw(x|-)r-(x|-)r-(x|-)$/) || ($1 ~ /^d/ && $1 != "drwxr-xr-x")' "$work/out" >"$work/odd"
[ ! -s "$work/odd" ] || fail "odd owners or modes: $(cat "$work/odd")"
echo 'fine: everything is root'\''s, and everybody may read it'
! grep -qE '\.(cpp|hpp|o|a)$|/build/|report\.html$' "$work/out" || fail 'it has what is of no use'

dpkg-deb -x "$package" "$work/root"
expect 'it works from where it is unpacked' 0 'apiserver-kill: fine' env -i HOME="$work" PATH=/usr/bin:/bin "$work/root/usr/bin/hadrill" validate apiserver-kill
