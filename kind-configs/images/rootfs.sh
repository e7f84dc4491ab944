# shellcheck shell=bash
# Owns the root file systems: Debian by debootstrap, kind's own files over it, our programs, then `docker import`.
# Sourced by build.sh.

ROOTFS_DIR=$HADRILL_CACHE/rootfs
FILES_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/files
SCRIPTS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Empty: debootstrap's own default.
DEBIAN_MIRROR=${HADRILL_DEBIAN_MIRROR:-}

NODE_PACKAGES="systemd,dbus,conntrack,iptables,nftables,ebtables,iproute2,ethtool,util-linux,mount,kmod,libseccomp2,pigz,bash"
NODE_PACKAGES+=",ca-certificates,curl,jq,procps,socat,e2fsprogs,busybox-static"
LB_PACKAGES="bash,haproxy,libnginx-mod-stream,nginx,procps"

# build_base_rootfs: one debootstrap per image kept as a tar, so that an interrupted build resumes behind it.
build_base_rootfs() {
  debian_tar node-base 60 "$NODE_PACKAGES"
  debian_tar lb-base 35 "$LB_PACKAGES"
}

debian_tar() {
  local name=$1 expected=$2 packages=$3 tar
  tar=$(base_tar "$name" "$packages")
  if [ -f "$tar" ]; then
    note "$name: already there"
    return
  fi
  step "debootstrap $name" "$expected" make_debian_tar "$name" "$packages" "$tar"
}

base_tar() { echo "$ROOTFS_DIR/$1-$(echo "$DEBIAN_SUITE $2" | sha256sum | cut -c1-16).tar"; }

make_debian_tar() {
  local work=$ROOTFS_DIR/work-$1
  as_root rm -rf "$work" && mkdir -p "$ROOTFS_DIR"
  as_root debootstrap --variant=minbase --include="$2" "$DEBIAN_SUITE" "$work" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
  as_root rm -rf "$work"/var/cache/apt/archives/*.deb "$work"/var/lib/apt/lists/* "$work"/usr/share/doc/* \
    "$work"/usr/share/man/* "$work"/usr/share/locale/* "$work"/var/cache/apt/*.bin
  as_root tar -C "$work" --numeric-owner -cf - . >"$3.part"
  mv "$3.part" "$3"
  as_root rm -rf "$work"
}

# image_stamp IMAGE: prints the build stamp an image of the engine carries, or nothing.
image_stamp() { docker image inspect --format '{{index .Config.Labels "io.hadrill.build"}}' "$1" 2>/dev/null || true; }

# files_hash: changes with everything that goes into an image besides the Debian packages.
files_hash() {
  { for module in kubernetes etcd containerd runc cni coredns; do module_hash "$module"; done
    echo "$NODE_PACKAGES $LB_PACKAGES"
    find "$FILES_DIR" "$SCRIPTS_DIR"/rootfs.sh "$SCRIPTS_DIR"/pod-images.sh -type f -print0 | sort -z | xargs -0 cat
  } | sha256sum | cut -c1-16
}

build_node_image() {
  local stamp
  stamp=$(files_hash)
  if [ "$(image_stamp "$OFFLINE_NODE_IMAGE")" = "$stamp" ]; then
    note "node image: already there"
    return
  fi
  step 'node image' 70 make_node_image "$stamp"
}

make_node_image() {
  local root=$ROOTFS_DIR/work-node kind_files
  unpack node-base "$NODE_PACKAGES" "$root"
  kind_files=$(module_dir kind sigs.k8s.io/kind)/images/base/files
  install_kind_files "$kind_files" "$root"
  install_programs "$root"
  configure_node "$root"
  make_pod_images "$root"
  import_pod_images "$root"
  load_image "$root" "$OFFLINE_NODE_IMAGE" "$(jq -n --arg build "$1" '{Env: ["container=docker"], StopSignal: "SIGRTMIN+3",
    Entrypoint: ["/usr/local/bin/entrypoint", "/sbin/init"],
    Labels: {"io.hadrill.build": $build, "io.hadrill.image": "offline-node"}}')"
}

# load_image ROOT TAG CONFIG_JSON: ROOT as a one-layer image of the engine; ROOT is removed.
load_image() {
  local work=$1.image
  rm -rf "$work" && mkdir -p "$work"
  as_root tar -C "$1" --numeric-owner -c . >"$work/layer.tar"
  as_root rm -rf "$1"
  describe_image "$work" "$2" "$3"
  tar -C "$work" -c manifest.json config.json layer.tar | docker load
  rm -rf "$work"
}

# describe_image DIR TAG CONFIG_JSON: writes what `docker load` and `ctr images import` want beside DIR/layer.tar.
describe_image() {
  local digest
  digest=$(sha256sum "$1/layer.tar" | cut -d' ' -f1)
  jq -n --arg digest "sha256:$digest" --argjson config "$3" '{
    architecture: "amd64", os: "linux", created: "1970-01-01T00:00:00Z",
    config: ($config + {WorkingDir: "/",
      Env: (["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] + ($config.Env // []))}),
    rootfs: {type: "layers", diff_ids: [$digest]},
    history: [{created: "1970-01-01T00:00:00Z", created_by: "hadrill offline image build"}]}' >"$1/config.json"
  jq -n --arg tag "$2" '[{Config: "config.json", RepoTags: [$tag], Layers: ["layer.tar"]}]' >"$1/manifest.json"
}

unpack() {
  as_root rm -rf "$3"
  as_root mkdir -p "$3"
  as_root tar -C "$3" --numeric-owner -xf "$(base_tar "$1" "$2")"
}

# module_dir MODULE PATH: where the Go module PATH, pinned by modules/MODULE, lies unpacked.
module_dir() {
  local go
  go=$(go_command)
  (cd "$MODULES_DIR/$1" && GOTOOLCHAIN=local "$go" mod download "$2" && GOTOOLCHAIN=local "$go" list -m -f '{{.Dir}}' "$2")
}

# install_kind_files FROM ROOT: kind's entrypoint, units and containerd configuration, read from kind's own module.
install_kind_files() {
  as_root cp -r --no-preserve=mode,ownership "$1"/{usr,kind,etc} "$2"/
  as_root chmod 755 "$2"/kind "$2"/kind/bin "$2"/kind/bin/* "$2"/usr/local/bin/*
  as_root rm -f "$2"/etc/systemd/system/containerd-fuse-overlayfs.service
}

install_programs() {
  local root=$1
  as_root install -D -m 755 -t "$root/usr/local/bin" "$BIN_DIR"/containerd/* "$BIN_DIR/etcd/etcdctl"
  as_root install -D -m 755 -t "$root/usr/local/sbin" "$BIN_DIR/runc/runc"
  as_root install -D -m 755 -t "$root/opt/cni/bin" "$BIN_DIR"/cni/*
  as_root install -D -m 755 -t "$root/usr/bin" "$BIN_DIR"/kubernetes/{kubeadm,kubelet,kubectl}
}

# configure_node ROOT: what kind's base Dockerfile does, and the three things that differ here (each says why).
configure_node() {
  local root=$1
  as_root find "$root/lib/systemd/system/sysinit.target.wants/" -name systemd-tmpfiles-setup.service -delete
  as_root sh -c "rm -f $root/lib/systemd/system/multi-user.target.wants/* $root/etc/systemd/system/*.wants/* \
    $root/lib/systemd/system/local-fs.target.wants/* $root/lib/systemd/system/sockets.target.wants/*udev* \
    $root/lib/systemd/system/sockets.target.wants/*initctl* $root/lib/systemd/system/basic.target.wants/*"
  echo 'ReadKMsg=no' | as_root tee -a "$root/etc/systemd/journald.conf" >/dev/null
  as_root ln -sf /lib/systemd/systemd "$root/sbin/init"
  as_root rm -f "$root/etc/machine-id"
  as_root chroot "$root" systemctl enable kubelet.service containerd.service undo-mount-hacks.service
  as_root chroot "$root" systemctl mask systemd-binfmt.service
  as_root mkdir -p "$root/etc/kubernetes/manifests" "$root/kind/manifests"
  echo "$KUBERNETES_VERSION" | as_root tee "$root/kind/version" >/dev/null
  as_root cp "$FILES_DIR/default-cni.yaml" "$root/kind/manifests/default-cni.yaml"

  # Engines without CAP_SYS_RESOURCE cannot lower oom_score_adj; restricting it is harmless where they can.
  as_root sed -i -e 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' \
    -e "s#registry.k8s.io/pause:[0-9.]*#registry.k8s.io/pause:$PAUSE_IMAGE_TAG#" "$root/etc/containerd/config.toml"
  as_root chroot "$root" ctr oci spec |
    jq '.hooks.createContainer = [{"path": "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)' |
    as_root tee "$root/etc/containerd/cri-base.json" >/dev/null

  # kind would choose a snapshotter this image does not ship on fuse-overlayfs; /var is a volume, so overlayfs works.
  # shellcheck disable=SC2016  # the text is the entrypoint's, not ours to expand
  as_root sed -i 's/local snapshotter=${KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER:-}/local snapshotter=${KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER:-overlayfs}/' \
    "$root/usr/local/bin/entrypoint"
  grep -q 'SNAPSHOTTER:-overlayfs' "$root/usr/local/bin/entrypoint"

  # A drop-in directory lets the node adapt the kubelet to cgroup v1 and to a missing CAP_SYS_RESOURCE, at each start.
  as_root cp "$FILES_DIR/kubelet-host-dropin.sh" "$root/kind/bin/kubelet-host-dropin.sh"
  as_root chmod 755 "$root/kind/bin/kubelet-host-dropin.sh"
  as_root cp "$FILES_DIR/12-hadrill.conf" "$root/etc/systemd/system/kubelet.service.d/12-hadrill.conf"
  echo 'KUBELET_EXTRA_ARGS=--runtime-cgroups=/system.slice/containerd.service --config-dir=/etc/kubernetes/kubelet.conf.d' |
    as_root tee "$root/etc/default/kubelet" >/dev/null
  as_root mkdir -p "$root/etc/kubernetes/kubelet.conf.d"
}

build_lb_image() {
  local stamp
  stamp=$(files_hash)
  if [ "$(image_stamp "$KIND_LB_IMAGE")" = "$stamp" ]; then
    note "load balancer stand-in: already there"
    return
  fi
  step 'load balancer stand-in' 15 make_lb_image "$stamp"
}

make_lb_image() {
  local root=$ROOTFS_DIR/work-lb
  unpack lb-base "$LB_PACKAGES" "$root"
  as_root install -D -m 755 "$FILES_DIR/lb-stand-in.sh" "$root/usr/local/bin/envoy"
  load_image "$root" "$KIND_LB_IMAGE" "$(jq -n --arg build "$1" '{
    Labels: {"io.hadrill.build": $build, "io.hadrill.image": "load-balancer-stand-in", "io.hadrill.stand-in": "haproxy"}}')"
}
