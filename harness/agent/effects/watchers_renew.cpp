// watchers.renew: changes nothing until it is undone. Then whoever on this node watches the API starts anew: the
// kubelet, and every container of kube-system but etcd and the API server. Needed when etcd's revisions go back, as
// they do when restored data makes way for the original: a watch that asks for changes after a revision that is still
// to come gets no error, and none of the changes before it.
#include "agent/effects/watchers_renew.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>

#include "agent/effects/effects.hpp"
#include "agent/files.hpp"
#include "agent/pods.hpp"
#include "agent/proc.hpp"
#include "agent/program.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// For every API server to have ended and to serve again: 70 s for the kubelet to end a pod of etcd, a start each.
constexpr auto kServers = 240s;
constexpr auto kServersStep = 1s;
constexpr auto kAnswer = 6s;
constexpr const char* kAnswerSeconds = "5";
constexpr auto kEnd = 20s;
/// systemd gives a unit 90 s to stop before it kills it.
constexpr auto kRestart = 200s;
/// Where the kubelet has a folder for each pod, with its namespace in the name.
constexpr const char* kPodLogs = "/var/log/pods";
/// The first two end when their data changes; the last holds a pod's namespaces and watches nothing.
constexpr std::array kLeft{"etcd", "kube-apiserver", "pause"};

/// Revision that the API server at `url` is at, told from etcd and not from its memory.
Result<std::uint64_t> ask_revision(const std::string& url, const std::string& node) {
  // The kubelet may read its own node, and every node has its identity.
  constexpr const char* kIdentity = "/var/lib/kubelet/pki/kubelet-client-current.pem";
  const auto said = run_checked(
      {"curl", "--silent", "--show-error", "--max-time", kAnswerSeconds, "--cacert", kubernetes_folder() / "pki/ca.crt",
       "--cert", kIdentity, "--key", kIdentity, url + "/api/v1/nodes?limit=1&fieldSelector=metadata.name%3D" + node},
      kAnswer);
  if (!said.ok()) return said.error();
  return read_list_revision(*said);
}

/// Every API server is at a revision below `below`. Only one history can have a quorum, and an API server is ended when
/// its etcd changes to another: so none is left that knows of the one with the higher revisions.
Status all_below(const Json& undo) {
  for (const Json& url : undo.at("servers")) {
    const auto revision = ask_revision(url.get<std::string>(), undo.at("node").get<std::string>());
    if (!revision.ok()) return revision.error();
    if (*revision >= undo.at("below").get<std::uint64_t>())
      return trouble(url.get<std::string>() + " serves data of revision " + std::to_string(*revision));
  }
  return Ok{};
}

Status end_watching_containers(Patience& patience) {
  std::vector<std::string> folders;
  std::error_code failed;
  for (const auto& folder : fs::directory_iterator(kPodLogs, failed)) folders.push_back(folder.path().filename());
  const auto pods = system_pods(folders);
  for (const ProcessInfo& process : all_processes()) {
    if (std::find(kLeft.begin(), kLeft.end(), process.program) != kLeft.end()) continue;
    const std::string group = read_proc_file("/proc/" + std::to_string(process.pid) + "/cgroup");
    if (std::none_of(pods.begin(), pods.end(), [&](const std::string& pod) { return is_of_pod(group, pod); })) continue;
    const KillProof kill = kill_process(process, SIGKILL, patience, kEnd);
    if (!kill.gone && stat_of(process.pid)) return trouble(process.program + ": " + kill.trouble);
  }
  return Ok{};
}

/// Start of the node's first process: another one after a restart of the node, when nothing that watched lives.
std::uint64_t node_start() {
  const auto stat = stat_of(1);
  return stat ? stat->start_ticks : 0;
}

class WatchersRenew final : public Effect {
 public:
  const char* name() const override { return "watchers.renew"; }

  Result<Json> plan(const std::string& /*id*/, const Json& parameters) const override {
    const auto servers = parameters.at("servers").get<std::vector<std::string>>();
    if (servers.empty()) return trouble("no API server is named");
    return Json{{"servers", servers},
                {"node", parameters.at("node").get<std::string>()},
                {"below", parameters.at("below").get<std::uint64_t>()},
                {"nodeStart", node_start()}};
  }

  Result<Proof> inject(const Json& undo, Patience& /*patience*/) const override {
    const std::int64_t now = monotonic_ns();
    return Proof{now, now, {{"below", undo.at("below")}}};
  }
  Result<Json> prove(const Json& undo) const override { return Json{{"below", undo.at("below")}}; }

  Status undo(const Json& undo, Patience& patience) const override {
    if (undo.at("nodeStart").get<std::uint64_t>() != node_start()) return Ok{};
    Status served = Ok{};
    const auto all = [&] {
      served = all_below(undo);
      return served.ok();
    };
    if (!patience.until(all, kServers, kServersStep))
      return trouble("whoever watches cannot start anew yet: " + served.error().message);
    if (Status ended = end_watching_containers(patience); !ended.ok()) return ended;
    const auto restarted = run_checked({"systemctl", "restart", "kubelet"}, kRestart);
    if (!restarted.ok()) return restarted.error();
    return Ok{};
  }

  Result<Json> prove_undone(const Json& /*undo*/) const override { return Json::object(); }
};

}  // namespace

Result<std::uint64_t> read_list_revision(const std::string& text) {
  const Json list = Json::parse(text, nullptr, false);
  std::string version;
  if (list.is_object() && list.contains("metadata") && list["metadata"].is_object()) {
    const Json& found = list["metadata"].value("resourceVersion", Json());
    if (found.is_string()) version = found.get<std::string>();
  }
  std::uint64_t revision = 0;
  const auto read = std::from_chars(version.data(), version.data() + version.size(), revision);
  if (version.empty() || read.ec != std::errc() || read.ptr != version.data() + version.size())
    return trouble("not a list of the API: " + text.substr(0, 200));
  return revision;
}

std::vector<std::string> system_pods(const std::vector<std::string>& folders) {
  constexpr std::string_view kNamespace = "kube-system_";
  std::vector<std::string> pods;
  for (const std::string& folder : folders) {
    const std::size_t uid = folder.rfind('_');
    if (folder.starts_with(kNamespace) && uid >= kNamespace.size()) pods.push_back(folder.substr(uid + 1));
  }
  return pods;
}

const Effect& watchers_renew() {
  static const WatchersRenew effect;
  return effect;
}

}  // namespace hadrill::agent
