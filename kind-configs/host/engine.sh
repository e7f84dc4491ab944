#!/usr/bin/env bash
# The container engine: `engine.sh check` refuses early and in words what cannot work, repairs the one thing it knows how to
# (a missing CAP_SYS_RESOURCE) and raises the inotify limits; `engine.sh restore` takes the repair back.
# Everything changed on the host is printed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./progress.sh

RUNTIME_NAME='runc-without-sys-resource'
RUNTIME_PATH=/usr/local/lib/hadrill/$RUNTIME_NAME
CHECK_IMAGE=hadrill/engine-check:1
# kind's own advice for clusters of several nodes (kind.sigs.k8s.io, known issues: too many open files).
INOTIFY_INSTANCES=1024
INOTIFY_WATCHES=524288
# Seconds the engine gets to reload its configuration.
RELOAD_TIMEOUT_S=20
# CAP_SYS_RESOURCE's bit in the capability sets of /proc/PID/status (linux/capability.h).
SYS_RESOURCE_BIT=24

engine_reachable() {
  local said
  command -v docker >/dev/null || die 'no docker command: install Docker (on Debian: apt-get install docker.io) and run again'
  said=$(docker version --format '{{.Server.Version}}' 2>&1) && return
  case $said in
    *'permission denied'*) die "no permission to use the Docker engine: run as root, with sudo, or as a member of the group docker ($said)" ;;
    *) die "the Docker engine does not answer: is it running? ($said)" ;;
  esac
}

# A few hundred bytes of image: one static program that does nothing.
make_check_image() {
  local dir
  docker image inspect "$CHECK_IMAGE" >/dev/null 2>&1 && return
  dir=$(mktemp -d)
  echo 'int main(void) { return 0; }' | gcc -x c -static -o "$dir/true" -
  tar -C "$dir" -c true | docker import --change 'CMD ["/true"]' - "$CHECK_IMAGE" >/dev/null
  rm -rf "$dir"
}

privileged_run() { docker run --rm --privileged --network none "$CHECK_IMAGE" 2>&1; }

config_file() {
  local pid
  pid=$(pgrep -xo dockerd) || die 'the engine is not a local dockerd: hadrill does not change it'
  tr '\0' '\n' <"/proc/$pid/cmdline" | sed -nE 's/^--config-file=(.*)/\1/p; /^--config-file$/{n;p}' | grep . || echo /etc/docker/daemon.json
}

lacks_sys_resource() {
  local pid bounding
  pid=$(pgrep -xo dockerd) || return 1
  bounding=$(awk '/^CapBnd/{print $2}' "/proc/$pid/status")
  [ $(((0x$bounding >> SYS_RESOURCE_BIT) & 1)) -eq 0 ]
}

reload_engine() { # FILTER: what `docker info` has to say afterwards, as the default runtime
  local deadline=$((SECONDS + RELOAD_TIMEOUT_S))
  as_root kill -HUP "$(pgrep -xo dockerd)"
  until [ "$(docker info --format '{{.DefaultRuntime}}')" = "$1" ]; do
    [ "$SECONDS" -lt "$deadline" ] || die "the engine did not take the default runtime $1 within $RELOAD_TIMEOUT_S s"
    sleep 0.2
  done
}

edit_config() { # JQ_FILTER [ARG...]: rewrites the engine's configuration file
  local config new filter=$1
  shift
  config=$(config_file)
  new=$(if [ -s "$config" ]; then as_root cat "$config"; else echo '{}'; fi | jq "$@" "$filter")
  as_root mkdir -p "$(dirname "$config")"
  printf '%s\n' "$new" | as_root tee "$config" >/dev/null
}

repair_sys_resource() {
  local runc
  runc=$(command -v runc || echo /usr/sbin/runc)
  [ -x "$runc" ] || die "privileged containers fail for want of CAP_SYS_RESOURCE and there is no runc at $runc to wrap"
  note "the engine lacks CAP_SYS_RESOURCE, so privileged containers fail; repairing:"
  note "  installs $RUNTIME_PATH and makes it the default runtime in $(config_file); take back with: make engine-restore"
  sed "s#@RUNC@#$runc#" runc-without-sys-resource | as_root sh -c "mkdir -p $(dirname $RUNTIME_PATH) && cat >$RUNTIME_PATH && chmod 755 $RUNTIME_PATH"
  # shellcheck disable=SC2016  # $name and $path are jq's
  edit_config '.runtimes[$name] = {path: $path} | ."default-runtime" = $name' --arg name "$RUNTIME_NAME" --arg path "$RUNTIME_PATH"
  reload_engine "$RUNTIME_NAME"
}

raise_sysctl() { # NAME LEAST
  local have
  have=$(sysctl -n "$1" 2>/dev/null || echo 0)
  [ "$have" -lt "$2" ] || return 0
  note "host setting $1: $have -> $2 (until the next boot)"
  as_root sysctl -qw "$1=$2" || die "cannot set $1 to $2: run as root or with sudo"
}

check() {
  local said
  engine_reachable
  make_check_image
  if ! said=$(privileged_run); then
    case $said in
      *'unable to apply caps'* | *'operation not permitted'*)
        lacks_sys_resource || die "privileged containers fail, and not for want of CAP_SYS_RESOURCE: $said"
        repair_sys_resource
        said=$(privileged_run) || die "privileged containers still fail after the repair: $said"
        ;;
      *) die "privileged containers fail: $said" ;;
    esac
  fi
  raise_sysctl fs.inotify.max_user_instances "$INOTIFY_INSTANCES"
  raise_sysctl fs.inotify.max_user_watches "$INOTIFY_WATCHES"
  note "engine $(docker version --format '{{.Server.Version}}'), storage $(docker info --format '{{.Driver}}'), cgroup v$(docker info --format '{{.CgroupVersion}}'): fine"
}

restore() {
  if [ "$(docker info --format '{{.DefaultRuntime}}')" != "$RUNTIME_NAME" ]; then
    note 'nothing to restore: the engine does not use the repair'
    return
  fi
  # shellcheck disable=SC2016  # $name is jq's
  edit_config 'del(.runtimes[$name]) | del(."default-runtime") | if .runtimes == {} then del(.runtimes) else . end' --arg name "$RUNTIME_NAME"
  reload_engine runc
  as_root rm -f "$RUNTIME_PATH"
  note 'the engine uses its own runtime again'
}

case "${1:-}" in
  check) check ;;
  restore) restore ;;
  *) echo 'usage: engine.sh check | restore' >&2; exit 64 ;;
esac
