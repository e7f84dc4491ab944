#!/usr/bin/env bash
# clean_debian.sh CPACK BUILD VERSION: the Debian package on a Debian 12 that has nothing else: installed there by apt with what it
# depends on, used by somebody who is not root, and removed again. Needs root (or sudo), debootstrap (packages.sh package) and
# this machine's own Debian mirrors: where packages come from is taken from its apt.
set -euo pipefail
cpack=$1 build=$2 version=$3
export HADRILL_SOURCE=${HADRILL_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
work=$(mktemp -d)
# shellcheck source=tests/support/expect.sh
. "$HADRILL_SOURCE/tests/support/expect.sh"
# shellcheck source=kind-configs/host/progress.sh
. "$HADRILL_SOURCE/kind-configs/host/progress.sh"

root=$work/root
running=
# All mounts are made in a namespace of the processes that need them, and are gone with them. What is left is files.
clean_up() {
  trap '' INT TERM
  if [ -n "$running" ]; then
    as_root kill -TERM -- "-$running" 2>/dev/null || true
    wait "$running" 2>/dev/null || true
  fi
  ! grep -qF " $work/" /proc/self/mounts || die "something is still mounted below $work"
  as_root rm -rf --one-file-system "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

release=bookworm
grep -qx "VERSION_CODENAME=$release" /etc/os-release || die "only a Debian 12 knows where the packages of Debian 12 are"
command -v debootstrap >/dev/null || die "no debootstrap: kind-configs/host/packages.sh package installs it"

# apart COMMAND...: with mounts of its own, in a process group of its own, so that a signal to us ends all of it.
apart() {
  local status=0
  set -m
  as_root unshare --mount --propagation private "$@" </dev/null &
  running=$!
  set +m
  wait "$running" || status=$?
  running=
  return "$status"
}

# deb lines of the Debian mirrors that this machine uses for the release, security and updates included.
mirrors() {
  # shellcheck disable=SC2016  # for apt
  apt-get indextargets --format 'deb $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' | grep -E " $release(-[a-z-]+)? main\$" | sort -u
}

umask 022
"$cpack" --config "$build/CPackConfig.cmake" -B "$work" >"$work/out" 2>&1 || fail 'no package is made'
package=hadrill_${version}_$(dpkg --print-architecture).deb
[ -s "$work/$package" ] || fail 'the package is not called as Debian calls packages'

mirrors >"$work/sources.list"
mirror=$(awk -v release="$release" '$3 == release { print $2; exit }' "$work/sources.list")
[ -n "$mirror" ] || die "this machine's apt has no index of $release: apt-get update"
expect 'there is a clean Debian 12' 0 'Base system installed successfully' apart debootstrap --variant=minbase "$release" "$root" "$mirror"

as_root install -m 644 "$work/sources.list" "$root/etc/apt/sources.list"
apt-config dump | grep -i '^Acquire::[^ ]*proxy' >"$work/proxy" || true
as_root install -m 644 "$work/proxy" "$root/etc/apt/apt.conf.d/90host"
# Nothing is started in there.
printf '#!/bin/sh\nexit 101\n' >"$work/policy"
as_root install -m 755 "$work/policy" "$root/usr/sbin/policy-rc.d"
as_root install -m 644 "$work/$package" "$root/tmp/$package"

# in_root COMMAND...: as root in there, with /proc.
in_root() {
  # shellcheck disable=SC2016  # for the shell inside
  apart sh -c 'mount -t proc proc "$0/proc" && exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot "$0" "$@"' "$root" "$@"
}
# as_user COMMAND...: the same as somebody who may do nothing, in a home of their own.
as_user() {
  # shellcheck disable=SC2016
  in_root chroot --userspec=nobody:nogroup / env HOME=/tmp/home sh -c 'cd /tmp/home && exec "$@"' sh "$@"
}

expect 'the mirrors answer in there' 0 'Reading package lists' in_root apt-get update
expect 'apt installs it, with what it depends on' 0 'Setting up hadrill' in_root apt-get install -y --no-install-recommends "/tmp/$package"
in_root install -d -o nobody -g nogroup /tmp/home

expect 'it tells its version' 0 "$version" as_user hadrill --version
expect 'it lists what is installed' 0 apiserver-kill as_user hadrill list scenarios
expect 'all libraries are there' 0 libc.so as_user ldd /usr/bin/hadrill
! grep -qF 'not found' "$work/out" || fail 'a library is missing'
expect 'an installed scenario and a suite are valid' 0 'apiserver-kill: fine' as_user hadrill validate apiserver-kill smoke
expect 'every installed scenario is valid' 0 'known-bad.yaml: fine' as_user sh -c 'cd /usr/share/hadrill/scenarios && hadrill validate *.yaml suites/*.yaml'
expect 'what does not exist is refused' 64 'nothing-like-it' as_user hadrill validate nothing-like-it
expect 'a wrong command is refused' 64 'subcommand is required' as_user hadrill no-such-command
expect 'its page is where man looks, and can be read' 0 '.TH HADRILL 1' as_user zcat /usr/share/man/man1/hadrill.1.gz
expect 'bash can read its completion' 0 'complete' as_user sh -c 'bash -n /usr/share/bash-completion/completions/hadrill && grep -w complete /usr/share/bash-completion/completions/hadrill'
expect 'zsh has one' 0 '#compdef hadrill' as_user cat /usr/share/zsh/vendor-completions/_hadrill
expect 'a stored run is judged' 0 PASS as_user sh -c 'cp -r /usr/share/doc/hadrill/examples/sample run && hadrill judge run'
expect 'it is reported' 0 'verdict-pass' as_user cat run/report.html
expect 'it is judged as it was' 0 same as_user sh -c 'cmp run/verdict.json /usr/share/doc/hadrill/examples/sample/verdict.json && echo same'
expect 'it stands in a table' 0 api.longest_outage as_user hadrill table run
expect 'its samples are exported' 0 api.read.new as_user hadrill export run --csv
expect 'without an engine there is no cluster, and that is said' 5 docker as_user hadrill cluster up

expect 'what is installed is what was packed' 0 verified in_root sh -c 'dpkg --verify hadrill && echo verified'
[ "$(cat "$work/out")" = verified ] || fail 'what is installed is not what was packed'
expect 'apt removes it' 0 'Removing hadrill' in_root apt-get purge -y hadrill
# Where it was found, or nothing.
in_root sh -c 'find / -xdev -path /proc -prune -o -path /tmp -prune -o -path /var/log -prune -o -name "*hadrill*" -print' >"$work/out"
[ ! -s "$work/out" ] || fail 'something is left of it'
echo 'fine: it is removed without a trace'
