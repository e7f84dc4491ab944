#!/usr/bin/env bash
# import-pod-images.sh ROOT ARCHIVES: imports every ARCHIVES/*.tar into the k8s.io namespace of ROOT's containerd.
# Runs inside its own mount and pid namespace: whatever it starts or mounts ends with it.
set -euo pipefail
root=$1 archives=$2
# Seconds containerd gets to answer on its socket.
ready_timeout_s=30

mount --make-rprivate /
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
# Only the content store and the image list are needed: no CRI, no runtime.
cat >"$root/tmp/import.toml" <<'T'
version = 3
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.nri.v1.nri"]
T
chroot "$root" /usr/local/bin/containerd --config /tmp/import.toml --state /tmp/state --address /tmp/containerd.sock &
containerd=$!
deadline=$((SECONDS + ready_timeout_s))
until chroot "$root" ctr --address /tmp/containerd.sock version >/dev/null 2>&1; do
  kill -0 "$containerd" || { echo 'containerd ended early'; exit 1; }
  [ "$SECONDS" -lt "$deadline" ] || { echo "containerd not ready within $ready_timeout_s s"; exit 1; }
  sleep 0.2
done
for archive in "$archives"/*.tar; do
  echo "importing $(basename "$archive")"
  chroot "$root" ctr --address /tmp/containerd.sock --namespace k8s.io images import \
    --label=io.cri-containerd.pinned=pinned --no-unpack - <"$archive"
done
chroot "$root" ctr --address /tmp/containerd.sock --namespace k8s.io images ls -q
kill "$containerd"
wait "$containerd" || true
umount "$root/tmp" "$root/proc"
