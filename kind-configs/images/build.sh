#!/usr/bin/env bash
# Builds the node image and the load balancer stand-in from pinned Go modules and Debian packages, for machines with
# no image registry in reach. Resumable: every step leaves its product in the cache, stamped with its inputs.
# Usage: build.sh            (normally through prepare.sh, which decides whether it is needed)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../host/progress.sh
. ./versions.env
. ./go-modules.sh
. ./rootfs.sh
. ./pod-images.sh

need_disk_gib "$HADRILL_CACHE" 14 'the offline image build'
need_disk_gib "$(docker info --format '{{.DockerRootDir}}')" 6 'the engine'
build_kind
# Downloading and unpacking packages takes little of what compiling takes; whatever ends one ends the other. How it went is
# read from a pipe: bash forgets the status of a child that ended when a later one gets the same number, and compiling takes
# as many numbers as there are.
exec {told}< <(set -e; build_base_rootfs; echo built)
rootfs=$!
trap 'kill -TERM "$rootfs" 2>/dev/null || true; wait' EXIT
build_node_programs
read -r -u "$told" rootfs_is || rootfs_is='not built'
[ "$rootfs_is" = built ] || die 'the base systems were not built: the reason is further up'
trap - EXIT
exec {told}<&-
build_node_image
build_lb_image
