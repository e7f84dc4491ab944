// The way back of a lost member: removed from the list, added anew, started with an empty disk, caught up. Every step
// looks at the member list and the files first, so that it can begin anywhere.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "agent/effects/etcd_loss.hpp"
#include "agent/files.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// For a majority to answer, and to accept a new member.
constexpr auto kMembership = 60s;
constexpr auto kMembershipStep = 500ms;
/// For the kubelet to start the pod and for the member to copy the key space.
constexpr auto kJoin = 120s;
constexpr auto kJoinStep = 200ms;
/// A member this many entries behind the furthest one is not caught up.
constexpr std::uint64_t kLagLimit = 100;

/// Evidence that this node's member is a started voter that has caught up, and not the lost one.
Result<Json> joined(const EtcdLoss& loss) {
  const auto status = etcd_status(kLocalEtcd);
  if (!status.ok()) return status.error();
  if (status->member_id == loss.id) return trouble("the etcd of this node is the member that was lost");
  if (status->learner || !status->knows_leader()) return trouble("the new member is a learner or knows no leader");
  const auto members = etcd_members(loss.others);
  if (!members.ok()) return members.error();
  const bool voter = std::any_of(members->begin(), members->end(), [&](const EtcdMember& member) {
    return member.id == status->member_id && member.is_started_voter();
  });
  if (!voter) return trouble("the new member is not listed as a started voter");
  std::uint64_t furthest = status->index;
  for (const std::string& url : loss.others) {
    const auto other = etcd_status(url);
    if (other.ok()) furthest = std::max(furthest, other->index);
  }
  const std::uint64_t behind = furthest - std::min(furthest, status->applied);
  if (behind > kLagLimit) return trouble("the new member is " + std::to_string(behind) + " entries behind");
  return Json{{"member", status->member_id},
              {"insteadOf", loss.id},
              {"members", members->size()},
              {"behind", behind},
              {"revision", status->revision}};
}

/// Until `look` has evidence. Error: `otherwise`, and what it said last.
Status wait_for(Result<Json> (*look)(const EtcdLoss&), const EtcdLoss& loss, const char* otherwise,
                Patience& patience) {
  std::string last;
  const auto done = [&] {
    const auto evidence = look(loss);
    if (!evidence.ok()) last = evidence.error().message;
    return evidence.ok();
  };
  if (patience.until(done, kJoin, kJoinStep)) return Ok{};
  return trouble(std::string(otherwise) + ": " + last);
}

Status wait_joined(const EtcdLoss& loss, Patience& patience) {
  return wait_for(joined, loss, "etcd did not join again", patience);
}

/// The member list once a majority answers.
Result<std::vector<EtcdMember>> wait_members(const EtcdLoss& loss, Patience& patience) {
  Result<std::vector<EtcdMember>> members = trouble("not asked");
  patience.until(
      [&] {
        members = etcd_members(loss.others);
        return members.ok();
      },
      kMembership, kMembershipStep);
  return members;
}

/// Adds the member, and says the list with it.
Result<std::pair<std::string, std::vector<EtcdMember>>> add(const EtcdLoss& loss, Patience& patience) {
  Result<Json> answer = trouble("not asked");
  const auto added = [&] {
    answer = ask_any_etcd(loss.others, "cluster/member/add", {{"peerURLs", {loss.peer_url}}});
    return answer.ok();
  };
  if (!patience.until(added, kMembership, kMembershipStep)) return answer.error();
  const auto members = etcd_members(loss.others);
  if (!members.ok()) return members.error();
  for (const EtcdMember& member : *members) {
    if (member.has_peer_url(loss.peer_url)) return std::make_pair(member.id, *members);
  }
  return trouble("the member that was added is not in the member list");
}

/// In one step, with the mode of the manifest that is kept.
Status write_manifest(const EtcdLoss& loss, const std::string& text) {
  const std::string part = loss.stash.string() + ".part";
  struct stat kept {};
  if (stat(loss.stash.c_str(), &kept) != 0) return system_trouble("stat " + loss.stash.string());
  const int file = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kept.st_mode & 0777U);
  if (file < 0) return system_trouble("open " + part);
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  close(file);
  if (!written) return system_trouble("write " + part);
  if (rename(part.c_str(), loss.manifest.c_str()) != 0) return system_trouble("rename " + part);
  return Ok{};
}

/// Removes what was kept for the way back; the stash last, since it tells that we are on it.
Status tidy(const EtcdLoss& loss) {
  std::error_code failed;
  fs::remove_all(loss.aside, failed);
  if (failed) return trouble("cannot remove " + loss.aside.string() + ": " + failed.message());
  fs::remove(loss.stash.string() + ".part", failed);
  fs::remove(loss.stash, failed);
  fs::remove(loss.stash.parent_path(), failed);  // only when empty
  return Ok{};
}

/// Evidence that this node's member is the one it was, serves, and was never lost.
Result<Json> kept(const EtcdLoss& loss) {
  const auto status = etcd_status(kLocalEtcd);
  if (!status.ok()) return status.error();
  if (status->member_id != loss.id) return trouble("the etcd of this node is member " + status->member_id);
  if (!status->knows_leader()) return trouble("the etcd of this node knows no leader");
  return Json{{"member", loss.id}, {"notLost", true}};
}

/// Back to a member that lost neither its place nor its data.
Status return_unlost(const EtcdLoss& loss, Patience& patience) {
  // The kubelet ends a pod whose manifest was away, however short: given back before that, etcd would answer, count as
  // healed, and die. Whatever becomes of the pod, the manifest has to be back.
  if (there(loss.stash)) static_cast<void>(take_etcd_down(loss, patience));
  if (Status put = put_etcd_back(loss); !put.ok()) return put;
  return wait_for(kept, loss, "etcd did not come back", patience);
}

/// Out of the list, whatever has its place there, then in again under another id, with nothing on its disk.
Status join_anew(const EtcdLoss& loss, const std::vector<EtcdMember>& members, Patience& patience) {
  if (Status down = take_etcd_down(loss, patience); !down.ok()) return down;
  for (const EtcdMember& member : members) {
    if (!member.has_peer_url(loss.peer_url)) continue;
    if (Status removed = remove_etcd_member(loss, member.id, patience); !removed.ok()) return removed;
  }
  // Data of no listed member any more: nothing is lost with it.
  if (Status aside = set_etcd_data_aside(loss); !aside.ok()) return aside;
  std::error_code failed;
  fs::remove_all(loss.data, failed);
  if (failed) return trouble("cannot remove " + loss.data.string() + ": " + failed.message());
  const auto added = add(loss, patience);
  if (!added.ok()) return added.error();
  return write_manifest(loss, joining_manifest(content_of(loss.stash), added->second, added->first, loss.name));
}

}  // namespace

Status rejoin_etcd(const EtcdLoss& loss, Patience& patience) {
  const auto members = wait_members(loss, patience);
  if (!members.ok()) {
    // The others are no majority. With its disk this member may make them one; the way back goes on from there.
    if (there(loss.aside) && !there(loss.data)) static_cast<void>(put_etcd_back(loss));
    return members.error();
  }
  const auto in_place = std::find_if(members->begin(), members->end(),
                                     [&](const auto& member) { return member.has_peer_url(loss.peer_url); });
  const bool listed = in_place != members->end();
  if (listed && in_place->id == loss.id && !there(loss.aside)) return return_unlost(loss, patience);
  // A new member has its place: on its way, unless whoever added it ended before its manifest was there.
  const bool on_its_way = listed && in_place->id != loss.id && there(loss.manifest);
  if (on_its_way && wait_joined(loss, patience).ok()) return tidy(loss);
  if (Status begun = join_anew(loss, *members, patience); !begun.ok()) return begun;
  if (Status there_again = wait_joined(loss, patience); !there_again.ok()) return there_again;
  return tidy(loss);
}

Result<Json> prove_etcd_rejoined(const EtcdLoss& loss) {
  for (const fs::path& path : {loss.stash, loss.aside}) {
    if (there(path)) return trouble(path.string() + " is still there");
  }
  if (!there(loss.manifest)) return trouble("no manifest " + loss.manifest.string());
  if (auto evidence = kept(loss); evidence.ok()) return evidence;
  return joined(loss);
}

std::string manifest_flag(const std::string& manifest, const std::string& name) {
  const std::string flag = "- --" + name + "=";
  const std::size_t found = manifest.find(flag);
  if (found == std::string::npos) return {};
  const std::size_t value = found + flag.size();
  return manifest.substr(value, manifest.find_first_of(" \t\r\n", value) - value);
}

std::string joining_manifest(const std::string& manifest, const std::vector<EtcdMember>& members, const std::string& id,
                             const std::string& name) {
  std::vector<std::string> cluster;
  for (const EtcdMember& member : members) {
    for (const std::string& url : member.peer_urls)
      cluster.push_back((member.id == id ? name : member.name) + "=" + url);
  }
  // In another order it says the same: then the manifest may stay as it is.
  std::vector<std::string> known;
  std::stringstream words(manifest_flag(manifest, "initial-cluster"));
  for (std::string word; std::getline(words, word, ',');) known.push_back(word);
  const auto sorted = [](std::vector<std::string> list) {
    std::sort(list.begin(), list.end());
    return list;
  };
  std::string list;
  for (const std::string& word : sorted(known) == sorted(cluster) ? known : cluster)
    list += (list.empty() ? "" : ",") + word;
  std::string out;
  std::stringstream lines(manifest);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t flag = line.find("- --initial-cluster");
    const bool state = flag != std::string::npos && line.find("- --initial-cluster-state=") == flag;
    if (state) continue;
    if (flag != std::string::npos && line.find("- --initial-cluster=") == flag) {
      const std::string indent = line.substr(0, flag);
      line = indent + "- --initial-cluster=" + list + "\n" + indent + "- --initial-cluster-state=existing";
    }
    out += line + "\n";
  }
  return out;
}

}  // namespace hadrill::agent
