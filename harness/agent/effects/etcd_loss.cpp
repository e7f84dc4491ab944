#include "agent/effects/etcd_loss.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "agent/files.hpp"
#include "agent/pods.hpp"
#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// The kubelet sees a manifest go at once where inotify works, after 20 s otherwise; the pod then has 30 s to end.
constexpr auto kDown = 70s;
/// etcd refuses changes of its member list until all members were connected for 5 s.
constexpr auto kMembership = 60s;
constexpr auto kMembershipStep = 500ms;

constexpr const char* kAside = ".hadrill-";
/// Where kubeadm has the data, for finding what is left of faults that nobody remembers.
constexpr const char* kUsualData = "/var/lib/etcd";
constexpr const char* kPodFolders = "/var/lib/kubelet/pods";

bool same_file_system(const fs::path& a, const fs::path& b) {
  struct stat of_a {};
  struct stat of_b {};
  return stat(a.c_str(), &of_a) == 0 && stat(b.c_str(), &of_b) == 0 && of_a.st_dev == of_b.st_dev;
}

/// Whether the pod of etcd still has any process: its sandbox lives as long as the kubelet wants the pod, also while
/// etcd itself waits to be started again.
bool pod_lives() {
  if (!find_processes("etcd").empty()) return true;
  std::error_code failed;
  std::vector<std::string> pods;
  for (const auto& pod : fs::directory_iterator(kPodFolders, failed)) {
    if (there(pod.path() / "containers" / "etcd")) pods.push_back(pod.path().filename());
  }
  for (const ProcessInfo& process : all_processes()) {
    const std::string group = read_proc_file("/proc/" + std::to_string(process.pid) + "/cgroup");
    if (std::any_of(pods.begin(), pods.end(), [&](const std::string& pod) { return is_of_pod(group, pod); }))
      return true;
  }
  return false;
}

}  // namespace

Json to_json(const EtcdLoss& loss) {
  return {{"fault", loss.fault},          {"member", loss.id},          {"name", loss.name},
          {"peerUrl", loss.peer_url},     {"others", loss.others},      {"manifest", loss.manifest.string()},
          {"stash", loss.stash.string()}, {"data", loss.data.string()}, {"aside", loss.aside.string()}};
}

EtcdLoss read_etcd_loss(const Json& json) {
  const auto text = [&](const char* name) { return json.at(name).get<std::string>(); };
  return {text("fault"),    text("member"), text("name"), text("peerUrl"), json.at("others"),
          text("manifest"), text("stash"),  text("data"), text("aside")};
}

std::optional<std::string> why_not_lose(const std::vector<EtcdMember>& members, const std::string& id,
                                        std::size_t answering) {
  for (const EtcdMember& member : members) {
    if (!member.is_started_voter())
      return "member " + (member.name.empty() ? member.id : member.name) +
             " is no started voter: etcd has no member to spare";
  }
  const bool listed = std::any_of(members.begin(), members.end(), [&](const auto& member) { return member.id == id; });
  if (!listed) return "the etcd of this node is not in its own member list";
  // The majority of all, not of those that are left: it is added again before it has started.
  const std::size_t majority = members.size() / 2 + 1;
  if (answering >= majority) return std::nullopt;
  return "of " + std::to_string(members.size()) + " members " + std::to_string(answering) +
         " others answer, and a majority is " + std::to_string(majority);
}

Result<EtcdLoss> plan_etcd_loss(const std::string& fault) {
  const auto status = etcd_status(kLocalEtcd);
  if (!status.ok()) return status.error();
  const auto members = etcd_members({kLocalEtcd});
  if (!members.ok()) return members.error();
  EtcdLoss loss;
  loss.id = status->member_id;
  for (const EtcdMember& member : *members) {
    if (member.id == loss.id) {
      loss.name = member.name;
      if (!member.peer_urls.empty()) loss.peer_url = member.peer_urls.front();
    } else if (!member.client_urls.empty() && etcd_status(member.client_urls.front()).ok()) {
      loss.others.push_back(member.client_urls.front());
    }
  }
  if (const auto reason = why_not_lose(*members, loss.id, loss.others.size())) return trouble(*reason);
  const auto folder = etcd_data_folder();
  if (!folder.ok()) return folder.error();
  if (const Status found = find_etcd_files(*folder, fault, loss); !found.ok()) return found.error();
  return loss;
}

Result<fs::path> etcd_data_folder() {
  const fs::path manifest = kubernetes_folder() / "manifests" / "etcd.yaml";
  const fs::path folder = manifest_flag(content_of(manifest), "data-dir");
  if (folder.empty()) return trouble("no --data-dir in " + manifest.string() + ": etcd is no static pod here");
  return folder;
}

fs::path beside_etcd_data(const fs::path& folder, const std::string& fault) { return folder.string() + kAside + fault; }

Status find_etcd_files(const fs::path& folder, const std::string& fault, EtcdLoss& loss) {
  loss.fault = fault;
  loss.manifest = kubernetes_folder() / "manifests" / "etcd.yaml";
  loss.stash = manifest_stash() / (fault + ".etcd.yaml");
  loss.data = folder / "member";
  loss.aside = beside_etcd_data(folder, fault);
  if (!there(loss.data)) return trouble("no " + loss.data.string());
  if (!same_file_system(loss.data, folder.parent_path()))
    return trouble(folder.string() + " is a file system of its own: its data cannot be set aside in one step");
  return Ok{};
}

Status take_etcd_down(const EtcdLoss& loss, Patience& patience) {
  std::error_code failed;
  if (there(loss.manifest)) {
    fs::create_directories(loss.stash.parent_path(), failed);
    // What is there beside a stash is what we wrote for joining.
    if (there(loss.stash)) {
      fs::remove(loss.manifest, failed);
    } else {
      fs::rename(loss.manifest, loss.stash, failed);
    }
    if (failed) return trouble("cannot move the manifest of etcd: " + failed.message());
  }
  if (!patience.until([] { return !pod_lives(); }, kDown)) return trouble("the kubelet does not end the pod of etcd");
  return Ok{};
}

Status set_etcd_data_aside(const EtcdLoss& loss) {
  std::error_code failed;
  if (!there(loss.data) || there(loss.aside)) return Ok{};
  fs::rename(loss.data, loss.aside, failed);
  if (failed) return trouble("cannot set " + loss.data.string() + " aside: " + failed.message());
  return Ok{};
}

Status put_etcd_back(const EtcdLoss& loss) {
  std::error_code failed;
  if (there(loss.aside) && !there(loss.data)) fs::rename(loss.aside, loss.data, failed);
  if (failed) return trouble("cannot give the data back: " + failed.message());
  if (there(loss.stash)) fs::rename(loss.stash, loss.manifest, failed);
  if (failed) return trouble("cannot move the manifest back: " + failed.message());
  fs::remove(loss.stash.parent_path(), failed);  // only when empty
  return Ok{};
}

Status remove_etcd_member(const EtcdLoss& loss, const std::string& id, Patience& patience) {
  std::string last;
  const auto gone = [&] {
    const auto members = etcd_members(loss.others);
    if (!members.ok()) last = members.error().message;
    if (!members.ok()) return false;
    if (std::none_of(members->begin(), members->end(), [&](const auto& member) { return member.id == id; }))
      return true;
    const auto removed = ask_any_etcd(loss.others, "cluster/member/remove", {{"ID", id}});
    if (!removed.ok()) last = removed.error().message;
    return removed.ok();
  };
  if (patience.until(gone, kMembership, kMembershipStep)) return Ok{};
  return trouble("member " + id + " cannot be removed: " + last);
}

Result<Json> prove_etcd_lost(const EtcdLoss& loss, bool listed) {
  const auto members = etcd_members(loss.others);
  if (!members.ok()) return members.error();
  const bool found =
      std::any_of(members->begin(), members->end(), [&](const auto& member) { return member.id == loss.id; });
  if (found && !listed) return trouble("member " + loss.id + " is in the member list");
  if (etcd_status(kLocalEtcd).ok()) return trouble("the etcd of this node answers");
  return Json{{"member", loss.id}, {"listed", found}, {"members", members->size()}};
}

std::vector<std::string> etcd_residue() {
  std::vector<std::string> left;
  std::error_code failed;
  const fs::path data = kUsualData;
  const std::string prefix = data.filename().string() + kAside;
  for (const auto& file : fs::directory_iterator(data.parent_path(), failed)) {
    if (file.path().filename().string().starts_with(prefix))
      left.push_back("data of an etcd member, " + file.path().string() + ", was set aside");
  }
  return left;
}

}  // namespace hadrill::agent
