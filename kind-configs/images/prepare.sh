#!/usr/bin/env bash
# Makes sure that kind, a node image and kind's load balancer image are there: what the engine has, else the official ones
# pulled, else built offline. Writes what was chosen to prepared.json in the cache, which hadrill reads.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../host/progress.sh
. ./versions.env
. ./go-modules.sh

# Seconds a pull may take; a registry out of reach is known at once or after the engine's own time-outs.
PULL_TIMEOUT_S=600

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

# pull_official: the two images kind would use itself; false when no registry gives them.
pull_official() {
  local image
  for image in "$OFFICIAL_NODE_IMAGE" "$KIND_LB_IMAGE"; do
    has_image "$image" && continue
    note "looking for $image in its registry"
    timeout "$PULL_TIMEOUT_S" docker pull --quiet "$image" >/dev/null 2>&1 || return 1
  done
}

# choose_node_image: prints the first of ours and the official one that the engine has; nothing when it has neither.
choose_node_image() {
  local image
  for image in "${HADRILL_NODE_IMAGE:-}" "$OFFLINE_NODE_IMAGE" "$OFFICIAL_NODE_IMAGE"; do
    if [ -n "$image" ] && has_image "$image"; then
      echo "$image"
      return
    fi
  done
}

go_needed() { [ ! -x "$BIN_DIR/kind/kind" ] || [ ! -f "$BIN_DIR/kind/.built-$(module_hash kind)" ]; }

# An offline image of an older build description is rebuilt; the steps themselves know what is still good.
offline_is_current() {
  . ./rootfs.sh
  [ "$(image_stamp "$OFFLINE_NODE_IMAGE")" = "$(files_hash)" ] && [ "$(image_stamp "$KIND_LB_IMAGE")" = "$(files_hash)" ]
}

# front_door_image: the image with nginx and haproxy. The stand-in has both; beside the official images, whose load balancer is
# Envoy, it is made of Debian's as other images are.
front_door_image() {
  if [ -n "$(docker image inspect --format '{{index .Config.Labels "io.hadrill.stand-in"}}' "$KIND_LB_IMAGE")" ]; then
    docker tag "$KIND_LB_IMAGE" "$FRONT_DOOR_IMAGE"
  elif ! has_image "$FRONT_DOOR_IMAGE"; then
    timeout "$PULL_TIMEOUT_S" docker build --quiet --tag "$FRONT_DOOR_IMAGE" - >/dev/null <<D
FROM debian:$DEBIAN_SUITE-slim
RUN apt-get update && apt-get install -y --no-install-recommends haproxy libnginx-mod-stream nginx procps && rm -rf /var/lib/apt/lists/*
D
  fi
}

need_disk_gib "$(docker info --format '{{.DockerRootDir}}')" 6 'a cluster of six containers'
if go_needed; then
  ../host/packages.sh images
  build_kind
fi
node_image=$(choose_node_image)
if [ -z "$node_image" ] || ! has_image "$KIND_LB_IMAGE" || { [ "$node_image" = "$OFFLINE_NODE_IMAGE" ] && ! offline_is_current; }; then
  if [ "${node_image:-$OFFICIAL_NODE_IMAGE}" = "$OFFICIAL_NODE_IMAGE" ] && pull_official; then
    node_image=$OFFICIAL_NODE_IMAGE
  else
    note 'no node image in the engine and no image registry in reach: building from Go modules and Debian packages (once; about 15 minutes on 2 cores)'
    ../host/packages.sh images
    ./build.sh
    node_image=$OFFLINE_NODE_IMAGE
  fi
fi
if front_door_image; then
  front_door=$FRONT_DOOR_IMAGE
else
  note "no $FRONT_DOOR_IMAGE: topologies with a load balancer of their own cannot be made"
  front_door=
fi
mkdir -p "$HADRILL_CACHE"
jq -n --arg kind "$BIN_DIR/kind/kind" --arg node "$node_image" --arg lb "$KIND_LB_IMAGE" --arg door "$front_door" \
  '{version: 1, kind: $kind, nodeImage: $node, loadBalancerImage: $lb, frontDoorImage: $door}' >"$HADRILL_CACHE/prepared.json"
note "node image $node_image, load balancer $(docker image inspect --format '{{with index .Config.Labels "io.hadrill.stand-in"}}stand-in ({{.}}) for {{end}}' "$KIND_LB_IMAGE")$KIND_LB_IMAGE"
