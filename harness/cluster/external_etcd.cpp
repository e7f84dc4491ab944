#include "cluster/external_etcd.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "cluster/conditions.hpp"
#include "cluster/holes.hpp"
#include "cluster/readiness.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto kCommandTimeout = 30s;
/// containerd has to be up and four certificates made.
constexpr auto kMemberTimeout = 120s;
/// From the last kubelet's start until all members have one leader.
constexpr auto kJoinTimeout = 120s;
constexpr auto kLookInterval = 1s;
constexpr const char* kPki = "/etc/kubernetes/pki/";

/// One making of an external etcd.
class Making {
 public:
  Making(Docker& docker, const ExternalEtcdPlan& plan, const Interrupt& interrupt)
      : docker_(docker), plan_(plan), interrupt_(interrupt) {}

  Result<std::vector<Node>> make_nodes() {
    std::vector<Node> nodes;
    for (std::size_t i = 0; i < kExternalMembers; ++i) {
      const std::string name = external_member_name(plan_.cluster, i);
      const auto arguments =
          external_member_arguments(plan_.cluster, name, plan_.image, plan_.network, plan_.overlayfs_snapshotter);
      if (const Status made = docker_.create(arguments, interrupt_); !made.ok()) return made.error();
      if (const Status started = docker_.start(name, interrupt_); !started.ok()) return started.error();
      const auto state = docker_.state(name, interrupt_);
      if (!state.ok()) return state.error();
      if (state->address.empty()) return infrastructure_error("external etcd", name + " has no address");
      nodes.push_back({name, NodeRole::etcd, state->id, state->address, std::nullopt});
    }
    return nodes;
  }

  /// One authority for all members, made on the first one.
  Status share_authority(const std::vector<Node>& nodes) {
    // Without a version, kubeadm would ask the internet for one.
    const auto made =
        docker_.exec(nodes.front().name,
                     {"sh", "-c", "kubeadm init phase certs etcd-ca --kubernetes-version \"$(cat /kind/version)\""}, {},
                     kCommandTimeout, interrupt_);
    if (!made.ok()) return made.error();
    for (const char* file : {"etcd/ca.crt", "etcd/ca.key"}) {
      const auto content = read(nodes.front(), file);
      if (!content.ok()) return content.error();
      for (std::size_t i = 1; i < nodes.size(); ++i) {
        const std::string script = fmt::format("umask 077; mkdir -p {0}etcd; cat >{0}{1}", kPki, file);
        const auto put = docker_.exec(nodes[i].name, {"sh", "-c", script}, *content, kCommandTimeout, interrupt_);
        if (!put.ok()) return put.error();
      }
    }
    return Ok{};
  }

  Status make_members(const std::vector<Node>& nodes) {
    const auto script = read_file(plan_.script);
    if (!script.ok()) return script.error();
    std::string initial;
    for (const Node& node : nodes)
      initial += fmt::format("{}{}=https://{}:2380", initial.empty() ? "" : ",", node.name, node.address);
    for (const Node& node : nodes) {
      const auto made = docker_.exec(node.name, {"bash", "-s", "--", node.name, node.address, initial}, *script,
                                     kMemberTimeout, interrupt_);
      if (!made.ok()) return made.error();
    }
    return Ok{};
  }

  /// What API servers need to be let in, and an empty file for the key that kind wants to copy and nobody needs.
  Status keep_client_identity(const Node& node) {
    if (const Status written = write_file(plan_.pki / "no-key", ""); !written.ok()) return written;
    for (const auto& [from, to] :
         {std::pair{"etcd/ca.crt", "ca.crt"}, std::pair{"apiserver-etcd-client.crt", "client.crt"},
          std::pair{"apiserver-etcd-client.key", "client.key"}}) {
      const auto content = read(node, from);
      if (!content.ok()) return content.error();
      if (const Status written = write_file(plan_.pki / to, *content, FileAccess::owner_only); !written.ok())
        return written;
    }
    return Ok{};
  }

 private:
  Result<std::string> read(const Node& node, const std::string& file) {
    const auto content = docker_.exec(node.name, {"cat", kPki + file}, {}, kCommandTimeout, interrupt_);
    if (!content.ok()) return content.error();
    return content->out;
  }

  Docker& docker_;
  const ExternalEtcdPlan& plan_;
  const Interrupt& interrupt_;
};

Status wait_joined(Docker& docker, Clock& clock, const std::vector<Node>& nodes, const Interrupt& interrupt) {
  const Instant give_up = clock.now() + kJoinTimeout;
  for (;;) {
    const Condition whole = etcd_condition(nodes, read_etcd_statuses(docker, nodes, interrupt));
    if (whole.holds()) return Ok{};
    const Instant next = clock.now() + kLookInterval;
    if (next >= give_up) return infrastructure_error("external etcd", whole.reason);
    if (!clock.wait_until(next, interrupt)) return interrupted_error("external etcd");
  }
}

}  // namespace

std::string external_member_name(const std::string& cluster, std::size_t index) {
  return cluster + "-etcd" + (index == 0 ? "" : std::to_string(index + 1));
}

std::vector<std::string> external_member_arguments(const std::string& cluster, const std::string& name,
                                                   const std::string& image, const std::string& network,
                                                   bool overlayfs_snapshotter) {
  std::vector<std::string> out{"--name",         name,
                               "--hostname",     name,
                               "--network",      network,
                               "--restart",      "on-failure:1",
                               "--init=false",   "--cgroupns",
                               "private",        "--privileged",
                               "--security-opt", "seccomp=unconfined",
                               "--security-opt", "apparmor=unconfined",
                               "--tmpfs",        "/tmp",
                               "--tmpfs",        "/run",
                               "--volume",       "/var",
                               "--volume",       "/lib/modules:/lib/modules:ro",
                               "--label",        fmt::format("{}={}", kOwnClusterLabel, cluster),
                               "--label",        fmt::format("{}=etcd", kOwnRoleLabel)};
  if (overlayfs_snapshotter) out.insert(out.end(), {"--env", "KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER=overlayfs"});
  out.push_back(image);
  return out;
}

std::string external_etcd_config(std::string text, const fs::path& pki, const std::vector<Node>& members) {
  std::string endpoints;
  for (const Node& node : members)
    endpoints += fmt::format("{}\"https://{}:2379\"", endpoints.empty() ? "" : ", ", node.address);
  fill_hole(text, "{pki}", pki.string());
  fill_hole(text, "{endpoints}", endpoints);
  return text;
}

Result<std::vector<Node>> make_external_etcd(Docker& docker, Clock& clock, const ExternalEtcdPlan& plan,
                                             const Interrupt& interrupt) {
  Making making(docker, plan, interrupt);
  auto nodes = making.make_nodes();
  if (!nodes.ok()) return nodes;
  if (const Status shared = making.share_authority(*nodes); !shared.ok()) return shared.error();
  if (const Status made = making.make_members(*nodes); !made.ok()) return made.error();
  if (const Status joined = wait_joined(docker, clock, *nodes, interrupt); !joined.ok()) return joined.error();
  if (const Status kept = making.keep_client_identity(nodes->front()); !kept.ok()) return kept.error();
  return nodes;
}

}  // namespace hadrill
