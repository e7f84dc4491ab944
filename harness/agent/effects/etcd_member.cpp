// etcd.member-remove: this node's member is taken out of the member list; its process ends and cannot come back.
// etcd.member-replace: it loses its disk: its process is ended, its data gone, and it stays listed as a dead member.
// Both are taken back in the same way: a new member with an empty disk joins in its place.
#include "agent/effects/effects.hpp"
#include "agent/effects/etcd_loss.hpp"
#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

/// A member that is told of its removal ends by itself.
constexpr auto kEnd = 20s;
constexpr auto kStep = 20ms;

class EtcdMemberLoss : public Effect {
 public:
  Result<Json> plan(const std::string& id, const Json& /*parameters*/) const override {
    const auto loss = plan_etcd_loss(id);
    if (!loss.ok()) return loss.error();
    return to_json(*loss);
  }
  Status undo(const Json& undo, Patience& patience) const override {
    return rejoin_etcd(read_etcd_loss(undo), patience);
  }
  Result<Json> prove_undone(const Json& undo) const override { return prove_etcd_rejoined(read_etcd_loss(undo)); }
};

class EtcdMemberRemove final : public EtcdMemberLoss {
 public:
  const char* name() const override { return "etcd.member-remove"; }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const EtcdLoss loss = read_etcd_loss(undo);
    Proof proof;
    proof.before_ns = monotonic_ns();
    if (const Status removed = remove_etcd_member(loss, loss.id, patience); !removed.ok()) return removed.error();
    Result<Json> evidence = trouble("not asked");
    const auto lost = [&] {
      evidence = prove_etcd_lost(loss, false);
      return evidence.ok();
    };
    if (!patience.until(lost, kEnd, kStep)) return evidence.error();
    proof.after_ns = monotonic_ns();
    proof.evidence = *evidence;
    return proof;
  }
  Result<Json> prove(const Json& undo) const override { return prove_etcd_lost(read_etcd_loss(undo), false); }
  std::vector<std::string> residue() const override { return etcd_residue(); }
};

class EtcdMemberReplace final : public EtcdMemberLoss {
 public:
  const char* name() const override { return "etcd.member-replace"; }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const EtcdLoss loss = read_etcd_loss(undo);
    Proof proof;
    proof.before_ns = monotonic_ns();
    // In this order: an etcd that starts on an empty disk with the flags of the first control plane would found a
    // cluster of its own, and the API server beside it would serve that.
    if (const Status down = take_etcd_down(loss, patience); !down.ok()) return down.error();
    if (const Status aside = set_etcd_data_aside(loss); !aside.ok()) return aside.error();
    const auto evidence = prove_etcd_lost(loss, true);
    if (!evidence.ok()) return evidence.error();
    proof.after_ns = monotonic_ns();
    proof.evidence = *evidence;
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    const EtcdLoss loss = read_etcd_loss(undo);
    std::error_code none;
    if (std::filesystem::exists(loss.data, none)) return trouble("its data is there: " + loss.data.string());
    return prove_etcd_lost(loss, true);
  }
};

}  // namespace

const Effect& etcd_member_remove() {
  static const EtcdMemberRemove effect;
  return effect;
}

const Effect& etcd_member_replace() {
  static const EtcdMemberReplace effect;
  return effect;
}

}  // namespace hadrill::agent
