// etcd.restore: the stopped member of this node gets the data of a snapshot, as after the loss of every disk. Undone by
// giving its own data back: whatever the other nodes do meanwhile, members of one history never accept those of
// another, so that there is no order to keep. etcd itself is stopped and started by static-pod.remove.
#include "agent/effects/etcd_restore.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <csignal>

#include "agent/effects/effects.hpp"
#include "agent/etcd_snapshot.hpp"
#include "agent/files.hpp"
#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto kEnd = 20s;
constexpr const char* kApiServer = "kube-apiserver";

/// An API server keeps what it read of the other history, and would go on serving it. The kubelet starts it afresh.
Status end_api_server(Patience& patience) {
  for (const ProcessInfo& process : find_processes(kApiServer)) {
    const KillProof kill = kill_process(process, SIGKILL, patience, kEnd);
    if (!kill.gone) return trouble(std::string(kApiServer) + ": " + kill.trouble);
  }
  return Ok{};
}

/// One at a time: an agent that ends and the next one may undo the same fault, and whoever looks second must not take
/// the data that the first has given back for the snapshot's.
class DataLock {
 public:
  explicit DataLock(const EtcdLoss& loss)
      : folder_(open(loss.data.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    held_ = folder_ >= 0 && flock(folder_, LOCK_EX) == 0;
  }
  ~DataLock() {
    if (folder_ >= 0) close(folder_);
  }
  DataLock(const DataLock&) = delete;
  DataLock& operator=(const DataLock&) = delete;
  bool held() const { return held_; }

 private:
  int folder_;
  bool held_ = false;
};

SnapshotRestore restore_of(const RestoreFolder& files, const Json& parameters) {
  const auto text = [&](const char* name) { return parameters.at(name).get<std::string>(); };
  return {files.snapshot(),
          files.restored(),
          text("name"),
          text("peerUrls"),
          text("members"),
          text("token"),
          parameters.at("bump").get<std::uint64_t>()};
}

class EtcdRestore final : public Effect {
 public:
  const char* name() const override { return "etcd.restore"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const fs::path folder = parameters.at("data").get<std::string>();
    EtcdLoss loss;
    if (const Status found = find_etcd_files(folder, id, loss); !found.ok()) return found.error();
    if (there(loss.manifest)) return trouble("etcd has to be stopped first: " + loss.manifest.string() + " is there");
    const RestoreFolder files{beside_etcd_data(folder, parameters.at("folder").get<std::string>())};
    for (const fs::path& needed : {files.program(), files.snapshot(), etcd_database(loss.data)}) {
      if (!there(needed)) return trouble("no " + needed.string());
    }
    if (there(files.restored())) return trouble(files.restored().string() + " is there already");
    static_cast<void>(restore_of(files, parameters));  // complains about what is missing
    return Json{{"loss", to_json(loss)}, {"folder", files.folder.string()}, {"parameters", parameters}};
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const EtcdLoss loss = read_etcd_loss(undo.at("loss"));
    const RestoreFolder files{undo.at("folder").get<std::string>()};
    Proof proof;
    proof.before_ns = monotonic_ns();
    if (const Status down = take_etcd_down(loss, patience); !down.ok()) return down.error();
    const auto last = snapshot_revision(files.program(), etcd_database(loss.data));
    if (!last.ok()) return last.error();
    const Status made = restore_snapshot(files.program(), restore_of(files, undo.at("parameters")));
    if (!made.ok()) return made.error();
    if (const Status ended = end_api_server(patience); !ended.ok()) return ended.error();
    const Status exchanged = exchange_etcd_data(loss, files.restored() / "member");
    if (!exchanged.ok()) return exchanged.error();
    proof.after_ns = monotonic_ns();
    proof.evidence = {{"lastRevision", *last}, {"aside", loss.aside.string()}};
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    const EtcdLoss loss = read_etcd_loss(undo.at("loss"));
    if (!there(loss.aside) || !there(loss.data)) return trouble("the member has its own data");
    const auto status = etcd_status(kLocalEtcd);
    if (!status.ok()) return status.error();
    const auto own = undo.at("parameters").at("cluster").get<std::string>();
    if (status->cluster_id == own) return trouble("etcd serves its own data");
    return Json{{"cluster", status->cluster_id}, {"clusterBefore", own}, {"revision", status->revision}};
  }

  Status undo(const Json& undo, Patience& patience) const override {
    const EtcdLoss loss = read_etcd_loss(undo.at("loss"));
    if (there(loss.aside)) {
      if (Status down = take_etcd_down(loss, patience); !down.ok()) return down;
      // Before the data changes: while some is aside this is not over, so it is done again after a death in between.
      if (Status ended = end_api_server(patience); !ended.ok()) return ended;
    }
    return take_etcd_data_back(loss);
  }

  Result<Json> prove_undone(const Json& undo) const override {
    const EtcdLoss loss = read_etcd_loss(undo.at("loss"));
    for (const fs::path& path : {loss.stash, loss.aside}) {
      if (there(path)) return trouble(path.string() + " is still there");
    }
    if (!there(loss.data)) return trouble("no " + loss.data.string());
    return Json{{"cluster", undo.at("parameters").at("cluster")}};
  }
};

}  // namespace

Status exchange_etcd_data(const EtcdLoss& loss, const fs::path& restored) {
  const DataLock lock(loss);
  if (!lock.held()) return system_trouble("lock " + loss.data.parent_path().string());
  if (there(loss.aside)) return trouble(loss.aside.string() + " is there already");
  if (!there(restored)) return trouble("no " + restored.string());
  if (Status aside = set_etcd_data_aside(loss); !aside.ok()) return aside;
  std::error_code failed;
  fs::rename(restored, loss.data, failed);
  if (failed) return trouble("cannot put " + restored.string() + " in place: " + failed.message());
  return Ok{};
}

Status take_etcd_data_back(const EtcdLoss& loss) {
  const DataLock lock(loss);
  if (!lock.held()) return system_trouble("lock " + loss.data.parent_path().string());
  std::error_code failed;
  // What is in place beside data that is aside is the snapshot's.
  if (there(loss.aside)) fs::remove_all(loss.data, failed);
  if (failed) return trouble("cannot remove " + loss.data.string() + ": " + failed.message());
  return put_etcd_back(loss);
}

const Effect& etcd_restore() {
  static const EtcdRestore effect;
  return effect;
}

}  // namespace hadrill::agent
