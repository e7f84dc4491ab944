// etcd.restore-folder: what restoring etcd needs, laid beside its data while it runs: etcdutl, which cannot be reached
// once etcd is stopped, and on one node the snapshot. Takes nothing away; undone by removing the folder.
#include "agent/effects/effects.hpp"
#include "agent/effects/etcd_loss.hpp"
#include "agent/effects/etcd_restore.hpp"
#include "agent/etcd_snapshot.hpp"
#include "agent/files.hpp"
#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

namespace fs = std::filesystem;

/// The stream of the snapshot in base64, the snapshot, the data made of it, and what it grows by meanwhile.
constexpr std::uintmax_t kCopies = 5;

std::string with_commas(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ",") + word;
  return out;
}

/// Error: another fault has something beside etcd's data, or the disk has no room for all that is made.
Status room_beside(const fs::path& data, const fs::path& program) {
  if (const auto left = etcd_residue(); !left.empty()) return trouble("not beside another fault: " + left.front());
  std::error_code failed;
  const std::uintmax_t needed = kCopies * fs::file_size(etcd_database(data), failed) + fs::file_size(program, failed);
  if (failed) return trouble("the size of etcd's data cannot be told: " + failed.message());
  const fs::space_info space = fs::space(data, failed);
  if (!failed && space.available >= needed) return Ok{};
  return trouble("no room beside etcd's data: " + std::to_string(needed >> 20U) + " MiB are needed");
}

class EtcdRestoreFolder final : public Effect {
 public:
  const char* name() const override { return "etcd.restore-folder"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const auto status = etcd_status(kLocalEtcd);
    if (!status.ok()) return status.error();
    const auto members = etcd_members({kLocalEtcd});
    if (!members.ok()) return members.error();
    EtcdMember own;
    for (const EtcdMember& member : *members) {
      // A restored cluster has every member of the list as a voter from its first moment.
      if (!member.is_started_voter()) return trouble("etcd has a member that is no started voter");
      if (member.id == status->member_id) own = member;
    }
    if (own.name.empty()) return trouble("the etcd of this node is not in its own member list");
    const auto folder = etcd_data_folder();
    if (!folder.ok()) return folder.error();
    EtcdLoss files;
    if (const Status found = find_etcd_files(*folder, id, files); !found.ok()) return found.error();
    const auto program = find_etcdutl();
    if (!program.ok()) return program.error();
    if (const Status room = room_beside(files.data, *program); !room.ok()) return room.error();
    return Json{{"folder", files.aside.string()},
                {"program", program->string()},
                {"data", folder->string()},
                {"name", own.name},
                {"peerUrls", with_commas(own.peer_urls)},
                {"cluster", status->cluster_id},
                {"snapshot", parameters.value("snapshot", false)}};
  }

  Result<Proof> inject(const Json& undo, Patience& /*patience*/) const override {
    const fs::path folder = undo.at("folder").get<std::string>();
    std::error_code failed;
    fs::create_directory(folder, failed);
    if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
    const RestoreFolder files{folder};
    if (!failed) fs::copy_file(undo.at("program").get<std::string>(), files.program(), failed);
    if (failed) return trouble("cannot prepare " + folder.string() + ": " + failed.message());
    Proof proof;
    proof.evidence = {{"data", undo.at("data")},
                      {"name", undo.at("name")},
                      {"peerUrls", undo.at("peerUrls")},
                      {"cluster", undo.at("cluster")}};
    proof.before_ns = monotonic_ns();
    if (undo.at("snapshot").get<bool>()) {
      if (const Status saved = save_etcd_snapshot(kLocalEtcd, files.snapshot()); !saved.ok()) return saved.error();
      const auto revision = snapshot_revision(files.program(), files.snapshot());
      if (!revision.ok()) return revision.error();
      proof.evidence["revision"] = *revision;
      proof.evidence["snapshot"] = files.snapshot().string();
      proof.evidence["bytes"] = fs::file_size(files.snapshot(), failed);
    }
    proof.after_ns = monotonic_ns();
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    if (!there(undo.at("folder").get<std::string>())) return trouble("the folder is not there");
    return Json{{"folder", undo.at("folder")}};
  }

  Status undo(const Json& undo, Patience& /*patience*/) const override {
    std::error_code failed;
    fs::remove_all(undo.at("folder").get<std::string>(), failed);
    if (failed) return trouble("cannot remove " + undo.at("folder").get<std::string>() + ": " + failed.message());
    return Ok{};
  }

  Result<Json> prove_undone(const Json& undo) const override {
    if (there(undo.at("folder").get<std::string>())) return trouble("the folder is still there");
    return Json::object();
  }
};

}  // namespace

const Effect& etcd_restore_folder() {
  static const EtcdRestoreFolder effect;
  return effect;
}

}  // namespace hadrill::agent
