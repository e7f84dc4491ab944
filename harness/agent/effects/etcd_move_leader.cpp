// etcd.move-leader: the member of this node, the leader, hands its leadership to a follower. There is nothing to undo:
// any member may lead. With "ifLeading", a member that does not lead has nothing to hand over, which is fine; with
// "to", the name of a member, that one takes over and not the one that is furthest.
#include "agent/effects/effects.hpp"
#include "agent/etcd.hpp"
#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kEffect = 10s;
constexpr auto kStep = 5ms;

/// The follower that has most of the log, so that the hand-over is quick; nullptr when none answers.
const EtcdMember* best_follower(const std::vector<EtcdMember>& members, const std::string& leader) {
  const EtcdMember* best = nullptr;
  std::uint64_t furthest = 0;
  for (const EtcdMember& member : members) {
    if (member.id == leader || !member.is_started_voter()) continue;
    const auto status = etcd_status(member.client_urls.front());
    if (!status.ok() || (best != nullptr && status->index <= furthest)) continue;
    best = &member;
    furthest = status->index;
  }
  return best;
}

const EtcdMember* called(const std::vector<EtcdMember>& members, const std::string& name) {
  for (const EtcdMember& member : members) {
    if (member.name == name && member.is_started_voter()) return &member;
  }
  return nullptr;
}

class EtcdMoveLeader final : public Effect {
 public:
  const char* name() const override { return "etcd.move-leader"; }

  Result<Json> plan(const std::string& /*id*/, const Json& parameters) const override {
    const auto status = etcd_status(kLocalEtcd);
    if (!status.ok()) return status.error();
    const bool leads = status->leader_id == status->member_id;
    if (!leads && parameters.value("ifLeading", false)) return Json{{"follower", status->member_id}};
    if (!leads) return trouble("the etcd member of this node does not lead: target the current leader");
    const auto members = etcd_members({kLocalEtcd});
    if (!members.ok()) return members.error();
    const std::string to = parameters.value("to", "");
    const EtcdMember* follower = to.empty() ? best_follower(*members, status->member_id) : called(*members, to);
    if (follower == nullptr && !to.empty()) return trouble("etcd has no voting member called " + to);
    if (follower == nullptr) return trouble("no other voting member of etcd answers: nobody could lead instead");
    return Json{
        {"leader", status->member_id}, {"term", status->term}, {"to", follower->id}, {"toName", follower->name}};
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    Proof proof;
    proof.before_ns = monotonic_ns();
    if (undo.contains("follower")) {
      const auto follows = prove(undo);
      if (!follows.ok()) return follows.error();
      proof.after_ns = monotonic_ns();
      proof.evidence = *follows;
      return proof;
    }
    const auto asked = ask_etcd(kLocalEtcd, "maintenance/transfer-leadership", {{"targetID", undo.at("to")}});
    if (!asked.ok()) return asked.error();
    EtcdStatus now;
    const auto moved = [&] {
      const auto status = etcd_status(kLocalEtcd);
      if (status.ok()) now = *status;
      return now.knows_leader() && is_moved(now, undo);
    };
    if (!patience.until(moved, kEffect, kStep)) return trouble("the leader does not change");
    proof.after_ns = monotonic_ns();
    proof.evidence = evidence_of(now, undo);
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    const auto status = etcd_status(kLocalEtcd);
    if (!status.ok()) return status.error();
    if (undo.contains("follower")) {
      if (status->leader_id == status->member_id) return trouble("the member leads meanwhile");
      return Json{{"handedOver", false}, {"leader", status->leader_id}};
    }
    if (!is_moved(*status, undo)) return trouble("the leader is the one it was");
    return evidence_of(*status, undo);
  }

  Status undo(const Json& /*undo*/, Patience& /*patience*/) const override { return Ok{}; }
  Result<Json> prove_undone(const Json& /*undo*/) const override { return Json::object(); }

 private:
  static bool is_moved(const EtcdStatus& now, const Json& undo) {
    return now.leader_id != undo.at("leader").get<std::string>() && now.term > undo.at("term").get<std::uint64_t>();
  }
  static Json evidence_of(const EtcdStatus& now, const Json& undo) {
    return {{"from", undo.at("leader")}, {"to", now.leader_id}, {"term", now.term}, {"termBefore", undo.at("term")}};
  }
};

}  // namespace

const Effect& etcd_move_leader() {
  static const EtcdMoveLeader effect;
  return effect;
}

}  // namespace hadrill::agent
