#!/usr/bin/env bash
# Installs the Debian packages that are missing: `packages.sh build` for building and testing, `packages.sh images` for the
# offline image build on top, `packages.sh browser` for the tests that look at reports, `packages.sh package` for the one
# that makes a clean Debian for our own package, `packages.sh go` for the benchmarks, `packages.sh tools` for the checks that
# developers run. Changes nothing when everything is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./progress.sh

BUILD_PACKAGES=(build-essential cmake ninja-build pkg-config jq curl ca-certificates libboost1.81-dev libcurl4-openssl-dev libssl-dev libnghttp2-dev nlohmann-json3-dev
  catch2 libspdlog-dev libyaml-cpp-dev libcli11-dev libvalijson-dev libpugixml-dev zlib1g-dev libarchive-dev libfuse3-dev libgoogle-perftools-dev libxml2-utils
  libjs-dygraphs mandoc file python3 python3-junitparser)
IMAGE_PACKAGES=(debootstrap libseccomp-dev)
PACKAGE_PACKAGES=(debootstrap)
BROWSER_PACKAGES=(chromium)
TOOL_PACKAGES=(clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev shellcheck)

missing_packages() {
  local name
  for name in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || echo "$name"
  done
}

install_packages() {
  as_root apt-get update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

command -v apt-get >/dev/null || die 'this machine has no apt-get: hadrill sets itself up on Debian 12; elsewhere install the packages of kind-configs/host/packages.sh by hand'
packages=("${BUILD_PACKAGES[@]}")
[ "${1:-build}" != tools ] || packages+=("${TOOL_PACKAGES[@]}")
[ "${1:-build}" != browser ] || packages+=("${BROWSER_PACKAGES[@]}")
[ "${1:-build}" != package ] || packages+=("${PACKAGE_PACKAGES[@]}")
[ "${1:-build}" != images ] || packages+=("${IMAGE_PACKAGES[@]}")
if [ "${1:-build}" = images ] || [ "${1:-build}" = go ]; then
  # Any Go that can fetch modules will do: the pinned toolchain comes as a module.
  command -v go >/dev/null || [ -x /usr/local/go/bin/go ] || packages+=(golang-go)
fi
mapfile -t missing < <(missing_packages "${packages[@]}")
if [ "${#missing[@]}" -gt 0 ]; then
  [ "$(id -u)" -eq 0 ] || sudo --non-interactive true 2>/dev/null || die "missing packages: ${missing[*]}. Run as root or with sudo, or install them yourself"
  need_disk_gib /var 2 'installing packages'
  step "install packages" 90 install_packages "${missing[@]}"
fi
