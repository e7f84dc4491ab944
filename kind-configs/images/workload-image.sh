#!/usr/bin/env bash
# workload-image.sh PROGRAM ARCHIVE: an image that holds nothing but the workload's program, as `docker save` writes one. Run when
# hadrill is built. The same program makes the same bytes.
set -euo pipefail
program=$1 archive=$2
name=docker.io/hadrill/workload:1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/root"
strip -o "$work/root/hadrill-workload" "$program"
pack() { tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$1" -cf "$2" "${@:3}"; }
pack "$work/root" "$work/layer.tar" .
digest=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
jq -n --arg digest "sha256:$digest" '{architecture: "amd64", os: "linux", created: "1970-01-01T00:00:00Z",
  config: {Entrypoint: ["/hadrill-workload"], WorkingDir: "/"},
  rootfs: {type: "layers", diff_ids: [$digest]}}' >"$work/config.json"
jq -n --arg name "$name" '[{Config: "config.json", RepoTags: [$name], Layers: ["layer.tar"]}]' >"$work/manifest.json"
pack "$work" "$archive.part" manifest.json config.json layer.tar
mv "$archive.part" "$archive"
