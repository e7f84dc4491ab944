# shellcheck shell=bash
# Owns the images of the pods that every node needs: made as docker archives from built programs, imported into the node
# image's containerd. No engine is involved, so nothing is left in the user's image list. Sourced by build.sh.

ARCHIVES_DIR=$HADRILL_CACHE/pod-images

# make_pod_images ROOT: one archive per tag that kubeadm asks for, plus the pod network's.
make_pod_images() {
  local root=$1 name
  rm -rf "$ARCHIVES_DIR" && mkdir -p "$ARCHIVES_DIR"
  check_tags "$root"
  for name in kube-apiserver kube-controller-manager kube-scheduler; do
    programs_image "$name" "registry.k8s.io/$name:$KUBERNETES_VERSION" "$BIN_DIR/kubernetes/$name" "/usr/local/bin/$name" '[]'
  done
  # etcdutl as in the official image: it is what restores a snapshot.
  programs_image etcd "registry.k8s.io/etcd:$ETCD_IMAGE_TAG" "$BIN_DIR/etcd/server" /usr/local/bin/etcd '[]' "$BIN_DIR/etcd/etcdutl"
  programs_image coredns "registry.k8s.io/coredns/coredns:$COREDNS_VERSION" "$BIN_DIR/coredns/coredns" /coredns '["/coredns"]'
  gcc -O2 -static -o "$ARCHIVES_DIR/pause" "$FILES_DIR/pause.c"
  programs_image pause "registry.k8s.io/pause:$PAUSE_IMAGE_TAG" "$ARCHIVES_DIR/pause" /pause '["/pause"]'
  network_image "$root" kube-proxy "registry.k8s.io/kube-proxy:$KUBERNETES_VERSION" "$BIN_DIR/kubernetes/kube-proxy" '[]'
  network_image "$root" hadrill-cni docker.io/hadrill/cni:offline "$BIN_DIR/kubernetes/kubectl" '["/usr/local/bin/hadrill-cni"]'
}

# check_tags ROOT: fails when kubeadm asks for other tags than versions.env names.
check_tags() {
  local wanted
  wanted=$("$BIN_DIR/kubernetes/kubeadm" config images list --kubernetes-version "$KUBERNETES_VERSION")
  for tag in "etcd:$ETCD_IMAGE_TAG" "pause:$PAUSE_IMAGE_TAG" "coredns:$COREDNS_VERSION"; do
    grep -q "$tag\$" <<<"$wanted" || { echo "kubeadm $KUBERNETES_VERSION wants none of $tag: $wanted"; return 1; }
  done
}

# programs_image NAME TAG PROGRAM PATH ENTRYPOINT_JSON [MORE...]: PROGRAM as PATH, MORE beside it.
programs_image() {
  local dir=$ARCHIVES_DIR/$1.root
  install -D -m 755 "$3" "$dir$4"
  [ "$#" -lt 6 ] || install -m 755 -t "$(dirname "$dir$4")" "${@:6}"
  mkdir -p "$dir/tmp" "$dir/etc"
  archive "$1" "$2" "$dir" "$5"
}

# network_image ROOT NAME TAG PROGRAM ENTRYPOINT: PROGRAM with the packet filter tools of ROOT and their libraries.
network_image() {
  local root=$1 name=$2 dir=$ARCHIVES_DIR/$2.root tool plugin
  install -D -m 755 "$4" "$dir/usr/local/bin/$(basename "$4")"
  mkdir -p "$dir"/{tmp,etc,usr/sbin,usr/bin,run}
  ln -s usr/sbin "$dir/sbin" && ln -s usr/bin "$dir/bin" && ln -s usr/lib "$dir/lib" && ln -s usr/lib64 "$dir/lib64"
  for tool in sbin/xtables-nft-multi sbin/nft sbin/conntrack bin/kmod; do
    copy_with_libraries "$root" "/usr/$tool" "$dir"
  done
  for plugin in "$root"/usr/lib/x86_64-linux-gnu/xtables/*.so; do
    copy_with_libraries "$root" "${plugin#"$root"}" "$dir"
  done
  for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -s xtables-nft-multi "$dir/usr/sbin/$tool"
  done
  ln -s ../bin/kmod "$dir/usr/sbin/modprobe"
  install -m 755 "$root/bin/busybox" "$dir/usr/bin/busybox"
  install -D -m 755 "$FILES_DIR/hadrill-cni.sh" "$dir/usr/local/bin/hadrill-cni"
  # A match that kube-proxy needs as soon as a Service has two endpoints, and the one with a library of its own.
  as_root chroot "$dir" /usr/sbin/iptables -m statistic --help >/dev/null
  archive "$name" "$3" "$dir" "$5"
}

copy_with_libraries() {
  local root=$1 program=$2 dir=$3 library
  install -D -m 755 "$root$program" "$dir$program"
  as_root chroot "$root" ldd "$program" | grep -oE '/[^ ]+' | while read -r library; do
    # /lib is a link to /usr/lib on merged-usr Debian; keep one spelling.
    case $library in /lib*) library=/usr$library ;; esac
    install -D -m 755 "$root$library" "$dir$library"
  done
}

# archive NAME TAG DIR ENTRYPOINT_JSON: DIR as a one-layer image in ARCHIVES_DIR/NAME.tar; DIR is removed.
archive() {
  local work=$ARCHIVES_DIR/$1.image config='{}'
  [ "$4" = '[]' ] || config=$(jq -n --argjson entrypoint "$4" '{Entrypoint: $entrypoint}')
  mkdir -p "$work"
  tar -C "$3" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/layer.tar" .
  describe_image "$work" "$2" "$config"
  tar -C "$work" -cf "$ARCHIVES_DIR/$1.tar" manifest.json config.json layer.tar
  rm -rf "$work" "$3"
}

# import_pod_images ROOT: containerd runs in a chroot of ROOT, in a mount namespace of its own, just long enough.
import_pod_images() {
  as_root unshare --mount --fork --pid --kill-child bash -euo pipefail "$FILES_DIR/import-pod-images.sh" "$1" "$ARCHIVES_DIR"
  rm -rf "$ARCHIVES_DIR"
}
