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

# build_module NAME EXPECTED_SECONDS CGO TAGS LDFLAGS OUTPUT=PACKAGE...: builds into BIN_DIR/NAME, unless already there.
build_module() {
  local name=$1 expected=$2 cgo=$3 tags=$4 ldflags=$5 stamp
  shift 5
  stamp=$BIN_DIR/$name/.built-$(module_hash "$name")
  if [ -f "$stamp" ]; then
    note "$name: already built"
    return
  fi
  step "build $name" "$expected" compile_module "$name" "$cgo" "$tags" "$ldflags" "$@"
  touch "$stamp"
}

compile_module() {
  local name=$1 cgo=$2 tags=$3 ldflags=$4 go pair
  shift 4
  go=$(go_command)
  rm -rf "${BIN_DIR:?}/$name"
  mkdir -p "$BIN_DIR/$name"
  cd "$MODULES_DIR/$name"
  for pair in "$@"; do
    echo "building ${pair#*=}"
    GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED=$cgo "$go" build -trimpath -tags "$tags" -ldflags "-s -w $ldflags" \
      -o "$BIN_DIR/$name/${pair%%=*}" "${pair#*=}"
  done
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
  build_module kind 40 0 '' '' kind=sigs.k8s.io/kind
}

build_node_programs() {
  local kube=() name
  for name in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubeadm kubectl; do
    kube+=("$name=k8s.io/kubernetes/cmd/$name")
  done
  build_module kubernetes 540 0 '' "$(kubernetes_ldflags)" "${kube[@]}"
  build_module etcd 60 0 '' '' etcd=go.etcd.io/etcd/server/v3 etcdctl=go.etcd.io/etcd/etcdctl/v3
  build_module containerd 80 0 'no_aufs no_zfs no_btrfs no_devmapper' \
    "-X github.com/containerd/containerd/v2/version.Version=$CONTAINERD_VERSION" \
    containerd=github.com/containerd/containerd/v2/cmd/containerd ctr=github.com/containerd/containerd/v2/cmd/ctr \
    containerd-shim-runc-v2=github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2
  build_module runc 30 1 seccomp '' runc=github.com/opencontainers/runc
  build_module cni 20 0 '' '' ptp=github.com/containernetworking/plugins/plugins/main/ptp \
    loopback=github.com/containernetworking/plugins/plugins/main/loopback \
    host-local=github.com/containernetworking/plugins/plugins/ipam/host-local \
    portmap=github.com/containernetworking/plugins/plugins/meta/portmap
  build_module coredns 110 0 '' '' coredns=github.com/coredns/coredns
}
