#include "cluster/flags_in_force.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "bounds/kubelet_config.hpp"
#include "bounds/lb_config.hpp"
#include "bounds/pod_flags.hpp"
#include "bounds/texts.hpp"
#include "kube/api.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;
using bounds::ClusterFlags;
using bounds::FlagSource;

constexpr auto kRequestTimeout = 5s;
constexpr auto kExecTimeout = 10s;

/// Size, path and content of every static-pod manifest.
constexpr const char* kManifestScript = R"(set -eu
for file in /etc/kubernetes/manifests/*.yaml; do
  [ -f "$file" ] || continue
  wc -c <"$file"; printf '%s\n' "$file"; cat "$file"
done
)";

/// Name and arguments of every process.
constexpr const char* kProcessScript = R"(for process in /proc/[0-9]*; do
  name=$(cat "$process/comm" 2>/dev/null) || continue
  printf '%s\t' "$name"
  tr '\0' '\t' <"$process/cmdline" 2>/dev/null
  echo
done
)";

/// Of a kubelet without an API server, as kind-configs/clusters/external-etcd-member.sh starts it.
constexpr const char* kKubeletFile = "/var/lib/kubelet/config.yaml";

/// Prints it, unless files beside it may change what a bound is made of.
constexpr const char* kMemberKubeletScript = R"(set -eu
if grep -rqs crashLoopBackOff /etc/kubernetes/kubelet.conf.d; then
  echo 'crashLoopBackOff is changed in /etc/kubernetes/kubelet.conf.d, which is not read' >&2
  exit 1
fi
cat /var/lib/kubelet/config.yaml
)";

constexpr std::array kPodComponents{bounds::component::etcd, bounds::component::api_server,
                                    bounds::component::controller_manager, bounds::component::scheduler};

bool has_source(const ClusterFlags& flags, std::string_view component) {
  return std::any_of(flags.sources.begin(), flags.sources.end(),
                     [component](const FlagSource& source) { return source.component == component; });
}

void take(Result<FlagSource> read, const std::string& component, const std::string& node, ClusterFlags& flags) {
  if (read.ok()) {
    flags.sources.push_back(std::move(*read));
  } else {
    flags.unread.push_back({component, node, read.error().text()});
  }
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The files that nginx was told of with -c, each once; without any, Debian's own. It writes over its arguments, and
/// its master then has them all in one word behind its title: "nginx: master process nginx -c FILE"; its workers have
/// none. Source: nginx src/os/unix/ngx_process_cycle.c (ngx_master_process_cycle).
std::vector<std::string> nginx_files(const std::vector<std::string>& processes) {
  std::vector<std::string> files;
  for (const std::string& line : processes) {
    if (!line.starts_with("nginx\t")) continue;
    std::istringstream words(line);
    std::string before;
    for (std::string word; words >> word; before = word) {
      const bool joined = word.starts_with("-c") && word != "-c";
      if (before != "-c" && !joined) continue;
      std::string file = joined ? word.substr(2) : word;
      if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(std::move(file));
    }
  }
  if (files.empty()) files.emplace_back("/etc/nginx/nginx.conf");
  return files;
}

/// The reader of one cluster: doors and what was read so far.
class Reading {
 public:
  Reading(Docker& docker, http::Client& client, const Topology& topology, const Interrupt& interrupt)
      : docker_(docker),
        api_(client, topology.any_api_port(), kRequestTimeout),
        topology_(topology),
        interrupt_(interrupt) {}

  ClusterFlags read() {
    read_version();
    for (const Node& node : topology_.with_role(NodeRole::control_plane)) read_manifests(node);
    for (const Node& node : topology_.with_role(NodeRole::etcd)) read_manifests(node);
    read_daemon_sets();
    for (const Node& node : topology_.kubernetes_nodes()) read_kubelet(node);
    for (const Node& node : topology_.with_role(NodeRole::etcd)) read_member_kubelet(node);
    read_kube_proxy();
    read_lease(bounds::component::controller_manager, bounds::component::controller_manager_lease);
    read_lease(bounds::component::scheduler, bounds::component::scheduler_lease);
    if (const Node* balancer = topology_.load_balancer()) read_balancer(*balancer, bounds::component::load_balancer);
    if (const Node* balancer = topology_.node_load_balancer())
      read_balancer(*balancer, bounds::component::node_load_balancer);
    return std::move(flags_);
  }

 private:
  void read_version() {
    const auto version = api_.get("/version", interrupt_);
    if (version.ok()) flags_.version = json_text(*version, "/gitVersion");
  }

  Result<std::string> in_container(const std::string& name, const std::vector<std::string>& argv) {
    const auto done = docker_.exec(name, argv, "", kExecTimeout, interrupt_);
    if (!done.ok()) return done.error();
    return done->out;
  }

  void read_manifests(const Node& node) {
    const auto text = in_container(node.name, {"sh", "-c", kManifestScript});
    const auto files = text.ok() ? read_node_files(*text, node.name) : Result<std::vector<NodeFile>>(text.error());
    for (const char* component : kPodComponents) {
      if (!files.ok()) {
        flags_.unread.push_back({component, node.name, files.error().text()});
        continue;
      }
      for (const NodeFile& file : *files) {
        if (bounds::runs_component(file.content, component))
          take(bounds::read_pod_flags(file.content, component, node.name, file.path), component, node.name, flags_);
      }
    }
  }

  /// Components that no manifest has.
  void read_daemon_sets() {
    const auto missing = [this](const char* component) { return !has_source(flags_, component); };
    if (std::none_of(kPodComponents.begin(), kPodComponents.end(), missing)) return;
    const auto list = api_.get("/apis/apps/v1/namespaces/kube-system/daemonsets", interrupt_);
    for (const char* component : kPodComponents) {
      if (!missing(component)) continue;
      if (!list.ok()) flags_.unread.push_back({component, "", list.error().text()});
      if (!list.ok()) continue;
      for (const Json& object : json_array(*list, "/items")) {
        const std::string text = object.dump();
        const std::string source = "DaemonSet " + json_text(object, "/metadata/name", "?");
        if (bounds::runs_component(text, component))
          take(bounds::read_pod_flags(text, component, "", source), component, "", flags_);
      }
    }
  }

  void read_kubelet(const Node& node) {
    const std::string path = fmt::format("/api/v1/nodes/{}/proxy/configz", node.name);
    const auto config = api_.get(path, interrupt_);
    take(
        config.ok() ? bounds::read_kubelet_config(config->dump(), node.name, path) : Result<FlagSource>(config.error()),
        bounds::component::kubelet, node.name, flags_);
  }

  /// No API server leads to it: by the file that it was started with.
  void read_member_kubelet(const Node& node) {
    const auto text = in_container(node.name, {"sh", "-c", kMemberKubeletScript});
    auto read =
        text.ok() ? bounds::read_kubelet_config(*text, node.name, kKubeletFile) : Result<FlagSource>(text.error());
    if (read.ok()) read->component = bounds::component::member_kubelet;
    take(std::move(read), bounds::component::member_kubelet, node.name, flags_);
  }

  void read_kube_proxy() {
    const auto map = api_.get("/api/v1/namespaces/kube-system/configmaps/kube-proxy", interrupt_);
    take(map.ok() ? bounds::read_kube_proxy_config(json_text(*map, "/data/config.conf"), "ConfigMap kube-proxy")
                  : Result<FlagSource>(map.error()),
         bounds::component::kube_proxy, "", flags_);
  }

  /// A flag of the first instance of a component, or `otherwise`.
  std::string flag(const std::string& component, const std::string& name, const std::string& otherwise) const {
    for (const FlagSource& source : flags_.sources) {
      const auto found = source.values.find(name);
      if (source.component == component && found != source.values.end()) return found->second;
    }
    return otherwise;
  }

  void read_lease(const std::string& component, const std::string& as) {
    if (flag(component, "leader-elect", "true") != "true") return;
    const std::string space = flag(component, "leader-elect-resource-namespace", "kube-system");
    const std::string name = flag(component, "leader-elect-resource-name", component);
    const std::string source = fmt::format("Lease {} of {}", name, space);
    if (space != "kube-system") {
      flags_.unread.push_back({as, "", source + " is in a namespace that is not looked at"});
      return;
    }
    const auto lease = api_.lease(name, interrupt_);
    if (!lease.ok() || lease->holder.empty()) {
      flags_.unread.push_back({as, "", lease.ok() ? source + " has no holder" : lease.error().text()});
      return;
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(lease->duration).count();
    flags_.sources.push_back({as, "", source, {{"leaseDurationSeconds", std::to_string(seconds)}}});
  }

  Result<FlagSource> balancer_flags(const Node& balancer) {
    const auto processes = in_container(balancer.name, {"sh", "-c", kProcessScript});
    if (!processes.ok()) return processes.error();
    const auto found = find_balancer(*processes);
    if (!found.ok()) return found.error();
    const auto text = in_container(balancer.name, {"cat", found->path});
    if (!text.ok()) return text.error();
    if (found->program == "haproxy") return bounds::read_haproxy_config(*text, found->path);
    if (found->program == "nginx") return bounds::read_nginx_config(*text, found->path);
    return bounds::read_envoy_config(*text, found->path);
  }

  void read_balancer(const Node& balancer, const char* component) {
    auto read = balancer_flags(balancer);
    if (read.ok()) {
      read->node = balancer.name;
      read->component = component;
    }
    take(std::move(read), component, balancer.name, flags_);
  }

  Docker& docker_;
  kube::Api api_;
  const Topology& topology_;
  const Interrupt& interrupt_;
  ClusterFlags flags_;
};

}  // namespace

Result<std::vector<NodeFile>> read_node_files(std::string_view text, const std::string& node) {
  std::vector<NodeFile> files;
  while (!text.empty()) {
    const std::size_t size_end = text.find('\n');
    const std::size_t path_end = size_end == std::string_view::npos ? size_end : text.find('\n', size_end + 1);
    if (path_end == std::string_view::npos) return infrastructure_error("files of " + node, "end early");
    std::string_view size_text = text.substr(0, size_end);
    size_text.remove_prefix(std::min(size_text.find_first_not_of(' '), size_text.size()));
    const auto size = bounds::parse_count(size_text);
    const std::string_view rest = text.substr(path_end + 1);
    if (!size || static_cast<std::size_t>(*size) > rest.size())
      return infrastructure_error("files of " + node, "are not of the form they should have");
    const auto length = static_cast<std::size_t>(*size);
    files.push_back(
        {std::string(text.substr(size_end + 1, path_end - size_end - 1)), std::string(rest.substr(0, length))});
    text = rest.substr(length);
  }
  return files;
}

Result<BalancerProgram> find_balancer(std::string_view processes) {
  const std::vector<std::string> lines = lines_of(processes);
  for (const char* program : {"haproxy", "nginx", "envoy"}) {
    for (const std::string& line : lines) {
      std::istringstream words(line);
      std::vector<std::string> parts;
      for (std::string part; std::getline(words, part, '\t');) parts.push_back(part);
      if (parts.empty() || parts.front() != program) continue;
      const bool haproxy = parts.front() == "haproxy";
      const bool nginx = parts.front() == "nginx";
      auto paths = nginx ? nginx_files(lines) : std::vector<std::string>();
      for (std::size_t i = 1; !nginx && i + 1 < parts.size(); ++i) {
        if (parts[i] == (haproxy ? "-f" : "-c")) paths.push_back(parts[i + 1]);
      }
      if (paths.size() != 1)
        return infrastructure_error("load balancer", fmt::format("{} runs by {} files", program, paths.size()));
      if (nginx && !paths.front().starts_with('/'))
        return infrastructure_error("load balancer", "nginx runs by " + paths.front() + ", below a folder unknown");
      // kind writes the clusters into a file of their own beside it.
      if (parts.front() == "envoy")
        return BalancerProgram{program, paths.front().substr(0, paths.front().rfind('/') + 1) + "cds.yaml"};
      return BalancerProgram{program, paths.front()};
    }
  }
  return infrastructure_error("load balancer", "is neither haproxy nor nginx nor envoy");
}

ClusterFlags read_flags_in_force(Docker& docker, http::Client& client, const Topology& topology,
                                 const Interrupt& interrupt) {
  return Reading(docker, client, topology, interrupt).read();
}

}  // namespace hadrill
