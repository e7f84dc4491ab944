# shellcheck shell=bash
# Owns the Go side of the offline build: the pinned toolchain and the programs built from modules/*.
# Sourced by build.sh and by ../host/kind.sh; expects progress.sh and versions.env.

BIN_DIR=$HADRILL_CACHE/bin
MODULES_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/modules

# go_command: prints the path of a go of exactly GO_VERSION, fetching it as a module where the machine has another.
# The toolchain is an ordinary module (golang.org/toolchain), so the checksum database vouches for it.
go_command() {
  local candidate dir
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go /usr/bin/go; do
    [ -x "$candidate" ] || continue
    if [ "$(GOTOOLCHAIN=local "$candidate" env GOVERSION 2>/dev/null)" = "go$GO_VERSION" ]; then
      echo "$candidate"
      return
    fi
  done
  dir=$(cd / && GO111MODULE=on GOFLAGS=-mod=mod go mod download -json "golang.org/toolchain@v0.0.1-go$GO_VERSION.linux-amd64" |
    jq -r .Dir)
  # Module zips carry no executable bits.
  chmod 755 "$dir"/bin/* "$dir"/pkg/tool/linux_amd64/*
  echo "$dir/bin/go"
}

# module_hash NAME: changes when the pinned content or the way it is built changes.
module_hash() {
  cat "$MODULES_DIR/$1/go.mod" "$MODULES_DIR/$1/go.sum" "${BASH_SOURCE[0]}" "$(dirname "${BASH_SOURCE[0]}")/versions.env" |
    sha256sum | cut -c1-16
}

# build_module NAME EXPECTED_SECONDS CGO TAGS LDFLAGS PACKAGE...: builds into BIN_DIR/NAME, unless already there.
build_module() {
  local name=$1 expected=$2 stamp
  stamp=$BIN_DIR/$name/.built-$(module_hash "$name")
  if [ -f "$stamp" ]; then
    note "$name: already built"
    return
  fi
  shift 2
  step "build $name" "$expected" compile_module "$name" "$@"
  touch "$stamp"
}

compile_module() {
  local name=$1 cgo=$2 tags=$3 ldflags=$4 go
  shift 4
  go=$(go_command)
  rm -rf "${BIN_DIR:?}/$name"
  mkdir -p "$BIN_DIR/$name"
  cd "$MODULES_DIR/$name" || return
  # All programs in one call: while one links on one core, the next compiles on the others.
  GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED=$cgo "$go" build -trimpath -tags "$tags" -ldflags "-s -w $ldflags" \
    -o "$BIN_DIR/$name/" "$@"
}

# kubernetes_ldflags: without these a build calls itself v0.0.0-master and kubeadm refuses to work with it.
kubernetes_ldflags() {
  local package major minor
  major=${KUBERNETES_VERSION#v} major=${major%%.*}
  minor=${KUBERNETES_VERSION#*.} minor=${minor%%.*}
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf -- '-X %s.gitVersion=%s -X %s.gitMajor=%s -X %s.gitMinor=%s -X %s.gitTreeState=clean -X %s.gitCommit=%s -X %s.buildDate=%s ' \
      "$package" "$KUBERNETES_VERSION" "$package" "$major" "$package" "$minor" "$package" \
      "$package" offline-build-from-go-modules "$package" 1970-01-01T00:00:00Z
  done
}

build_kind() {
  build_module kind 40 0 '' '' sigs.k8s.io/kind
}

build_node_programs() {
  build_module kubernetes 520 0 '' "$(kubernetes_ldflags)" \
    k8s.io/kubernetes/cmd/{kube-apiserver,kube-controller-manager,kube-scheduler,kube-proxy,kubelet,kubeadm,kubectl}
  build_module etcd 50 0 '' '' go.etcd.io/etcd/server/v3 go.etcd.io/etcd/etcdctl/v3 go.etcd.io/etcd/etcdutl/v3
  build_module containerd 70 0 'no_aufs no_zfs no_btrfs no_devmapper' \
    "-X github.com/containerd/containerd/v2/version.Version=$CONTAINERD_VERSION" \
    github.com/containerd/containerd/v2/cmd/{containerd,ctr,containerd-shim-runc-v2}
  build_module runc 30 1 seccomp '' github.com/opencontainers/runc
  build_module cni 20 0 '' '' github.com/containernetworking/plugins/plugins/{main/ptp,main/loopback,ipam/host-local,meta/portmap}
  build_module coredns 110 0 '' '' github.com/coredns/coredns
}
