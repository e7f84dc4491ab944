#include "fault/etcd_restore_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "fault/etcd_whole.hpp"
#include "fault/node_files.hpp"
#include "plan/instances.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr const char* kName = "etcd.snapshot-restore";
/// What etcd's documentation recommends: more than any cluster changes between a snapshot and its restore.
constexpr std::uint64_t kBump = 1'000'000'000;

/// A snapshot of a few hundred MB, read twice.
constexpr auto kFolder = 300s;
/// The kubelet notices at the latest after 20 s and gives the pod 30 s to end.
constexpr auto kStop = 75s;
/// 70 s for the pod to be gone, and etcdutl twice over the data.
constexpr auto kExchange = 350s;
constexpr auto kStart = 10s;
/// For all members to serve, and for one API server: both start in seconds; a starved machine gets many times that.
constexpr auto kServe = 240s;
constexpr auto kLookInterval = 200ms;
constexpr auto kLook = 10s;

// The parts of a fault are undone by deadline where nobody says so: first the data comes back, last goes the folder.
constexpr auto kStopOutlives = 5min;
constexpr auto kFolderOutlives = 15min;

Json time_measure(const char* what, Duration lower, Duration upper) {
  return {{"what", what}, {"lowerNs", std::max<Duration>(lower, 0ns).count()}, {"upperNs", upper.count()}};
}

}  // namespace

AgentRequest folder_request(bool snapshot) { return {"etcd.restore-folder", {{"snapshot", snapshot}}, kFolder}; }

AgentRequest stop_request() { return {"static-pod.remove", {{"program", "etcd"}, {"manifest", "etcd"}}, kStop}; }

EtcdRestoreRun::EtcdRestoreRun(const FaultDoors& doors, const Injection& injection, Duration age,
                               const Interrupt& interrupt)
    : doors_(doors), injection_(injection), ids_(injection.id), age_(age), interrupt_(interrupt) {
  members_ = doors.topology.etcd_nodes();
  const std::string& source = injection.target.node.name;
  std::stable_partition(members_.begin(), members_.end(), [&](const Node& node) { return node.name == source; });
}

Result<InjectionProof> EtcdRestoreRun::run() {
  using Run = EtcdRestoreRun;
  for (const auto step : {&Run::take_snapshot, &Run::stop_etcd, &Run::exchange_data, &Run::prepare_return,
                          &Run::start_etcd, &Run::see_it_serve}) {
    if (interrupt_.raised()) return interrupted_error(kName);
    if (const Status done = (this->*step)(); !done.ok()) return done.error();
  }
  return proof();
}

Status EtcdRestoreRun::take_snapshot() {
  for (const Node& node : members_) {
    const bool source = &node == &members_.front();
    const auto made = inject_effect(doors_.agents, node, ids_.folder, folder_request(source),
                                    injection_.ttl + age_ + kFolderOutlives, interrupt_);
    if (!made.ok()) return made.error();
    folders_.push_back(made->evidence);
    if (source) snapshot_ = *made;
  }
  const Status copied = copy_to_nodes(doors_.docker, members_.front(), {members_.begin() + 1, members_.end()},
                                      json_text(snapshot_.evidence, "/snapshot"),
                                      snapshot_.evidence.value("bytes", std::uint64_t{0}), interrupt_);
  if (!copied.ok()) return copied;
  if (!MonotonicClock().wait_until(snapshot_.t0_upper + age_, interrupt_)) return interrupted_error(kName);
  return Ok{};
}

Status EtcdRestoreRun::stop_etcd() {
  for (const Node& node : members_) {
    const auto stopped =
        inject_effect(doors_.agents, node, ids_.stop, stop_request(), injection_.ttl + kStopOutlives, interrupt_);
    if (!stopped.ok()) return stopped.error();
    // The effect begins with the first: the API server beside it serves no more.
    if (t0_lower_.ns == 0) std::tie(t0_lower_, t0_upper_) = std::tie(stopped->t0_lower, stopped->t0_upper);
    all_down_ = stopped->t0_upper;
  }
  return Ok{};
}

Status EtcdRestoreRun::exchange_data() {
  std::string members;
  for (const Json& folder : folders_) {
    // A member with several URLs is listed once for each.
    const std::string urls = json_text(folder, "/peerUrls");
    for (std::size_t begin = 0; begin <= urls.size();) {
      const std::size_t end = std::min(urls.find(',', begin), urls.size());
      members += fmt::format("{}{}={}", members.empty() ? "" : ",", json_text(folder, "/name"),
                             urls.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Json parameters = {{"data", json_text(folders_[i], "/data")},
                             {"folder", ids_.folder},
                             {"name", json_text(folders_[i], "/name")},
                             {"peerUrls", json_text(folders_[i], "/peerUrls")},
                             {"members", members},
                             {"token", injection_.id},
                             {"bump", kBump},
                             {"cluster", json_text(folders_[i], "/cluster")}};
    const auto exchanged = inject_effect(doors_.agents, members_[i], ids_.restore,
                                         {"etcd.restore", parameters, kExchange}, injection_.ttl, interrupt_);
    if (!exchanged.ok()) return exchanged.error();
    last_revision_ = std::max(last_revision_, exchanged->evidence.value("lastRevision", std::uint64_t{0}));
  }
  return Ok{};
}

/// Before anybody can see the restored data: from then on the way back has to make everybody who watches start anew.
Status EtcdRestoreRun::prepare_return() {
  Json servers = Json::array();
  for (const Node& node : members_) servers.push_back(fmt::format("https://{}:6443", node.address));
  const std::uint64_t below = snapshot_.evidence.value("revision", std::uint64_t{0}) + kBump;
  for (const Node& node : nodes_with(TargetRole::kubelet, doors_.topology)) {
    const AgentRequest wanted{"watchers.renew", {{"servers", servers}, {"node", node.name}, {"below", below}}, kStart};
    const auto armed = inject_effect(doors_.agents, node, ids_.watch, wanted, injection_.ttl, interrupt_);
    if (!armed.ok()) return armed.error();
  }
  return Ok{};
}

Status EtcdRestoreRun::start_etcd() {
  for (const Node& node : members_) {
    const auto started = heal_effect(doors_.agents, node, ids_.stop, kStart, interrupt_);
    if (!started.ok()) return started.error();
  }
  return Ok{};
}

bool EtcdRestoreRun::api_serves() const {
  return std::any_of(members_.begin(), members_.end(), [&](const Node& node) {
    return doors_.docker
        .exec(node.name,
              {"curl", "--silent", "--fail", "--output", "/dev/null", "--max-time", "3", "--cacert",
               "/etc/kubernetes/pki/ca.crt", fmt::format("https://{}:6443/readyz", node.address)},
              {}, kLook, interrupt_)
        .ok();
  });
}

std::optional<Json> EtcdRestoreRun::etcd_serves() const {
  auto whole = prove_etcd_whole(doors_.docker, doors_.topology, interrupt_);
  if (!whole.ok() || whole->at("cluster") == json_text(folders_.front(), "/cluster")) return std::nullopt;
  return std::move(*whole);
}

Status EtcdRestoreRun::see_it_serve() {
  MonotonicClock clock;
  const Instant give_up = clock.now() + kServe;
  // Nothing can serve before etcd was down and started again.
  Instant looked = all_down_;
  for (;;) {
    const Instant begin = clock.now();
    if (!api_ && api_serves()) api_ = FirstSeen{looked, clock.now()};
    if (!etcd_) {
      if (auto served = etcd_serves()) {
        etcd_ = FirstSeen{looked, clock.now()};
        served_ = std::move(*served);
      }
    }
    if (api_ && etcd_) return Ok{};
    if (begin >= give_up) {
      return infrastructure_error(kName, fmt::format("{} does not serve the restored data",
                                                     etcd_ ? "no API server" : "not every member of etcd"));
    }
    looked = begin;
    if (!clock.wait_until(clock.now() + kLookInterval, interrupt_)) return interrupted_error(kName);
  }
}

InjectionProof EtcdRestoreRun::proof() const {
  const auto revision = snapshot_.evidence.value("revision", std::uint64_t{0});
  const std::uint64_t lost = last_revision_ - std::min(last_revision_, revision);
  Json measures = Json::array();
  measures.push_back({{"what", "data lost since the snapshot"}, {"value", lost}, {"unit", "revisions of etcd"}});
  measures.push_back(
      time_measure("age of the snapshot", t0_lower_ - snapshot_.t0_upper, t0_upper_ - snapshot_.t0_lower));
  const auto served = [&](const char* what, const FirstSeen& seen) {
    measures.push_back(time_measure(what, seen.not_before - t0_upper_, seen.at - t0_lower_));
  };
  served("time to serve, first API server", *api_);
  served("time to serve, every etcd member", *etcd_);
  InjectionProof proof{t0_lower_, t0_upper_, {}};
  proof.evidence = {{"source", members_.front().name},
                    {"snapshotRevision", revision},
                    {"lastRevision", last_revision_},
                    {"revisionsLost", lost},
                    {"clusterBefore", json_text(folders_.front(), "/cluster")},
                    {"clusterAfter", served_.at("cluster")},
                    {"members", served_.at("members")},
                    {"measures", std::move(measures)}};
  return proof;
}

}  // namespace hadrill
