// network.bandwidth: all that the node sends limited by a token bucket (tbf) on the interface of its default route.
#include "agent/effects/effects.hpp"
#include "agent/proc.hpp"
#include "agent/traffic_control.hpp"

namespace hadrill::agent {
namespace {

constexpr std::int64_t kSlowest = 8;
constexpr std::int64_t kFastest = 10'000'000;

class NetworkBandwidth final : public Effect {
 public:
  const char* name() const override { return "network.bandwidth"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const auto kilobits = parameters.at("kilobitsPerSecond").get<std::int64_t>();
    if (kilobits < kSlowest || kilobits > kFastest) return trouble("kilobitsPerSecond has to be 8 to 10000000");
    const auto device = way_out(read_routes());
    if (!device.ok()) return device.error();
    const std::string handle = discipline_handle(id);
    if (const Status possible = try_script(limiting_script("lo", handle, kilobits)); !possible.ok())
      return trouble(
          "bandwidth needs tbf (sch_tbf) in the kernel; network.delay and network.loss slow traffic down "
          "without it. " +
          possible.error().message);
    if (const Status free = free_root(*device); !free.ok()) return free.error();
    return Json{{"device", *device}, {"handle", handle}, {"script", limiting_script(*device, handle, kilobits)}};
  }

  Result<Proof> inject(const Json& undo, Patience& /*patience*/) const override {
    Proof proof;
    proof.before_ns = monotonic_ns();
    if (const Status done = run_script(undo.at("script").get<std::string>()); !done.ok()) return done.error();
    auto evidence = prove(undo);
    if (!evidence.ok()) return evidence.error();
    proof.after_ns = monotonic_ns();
    proof.evidence = std::move(*evidence);
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    const auto device = undo.at("device").get<std::string>();
    const auto listing = prove_root(device, undo.at("handle").get<std::string>());
    if (!listing.ok()) return listing.error();
    return Json{{"device", device}, {"discipline", *listing}};
  }

  Status undo(const Json& undo, Patience& /*patience*/) const override {
    return remove_root(undo.at("device").get<std::string>(), undo.at("handle").get<std::string>());
  }

  Result<Json> prove_undone(const Json& undo) const override {
    const auto device = undo.at("device").get<std::string>();
    if (const Status gone = prove_root_removed(device, undo.at("handle").get<std::string>()); !gone.ok())
      return gone.error();
    return Json{{"device", device}, {"state", "removed"}};
  }

  std::vector<std::string> residue() const override { return left_disciplines("tbf"); }
};

}  // namespace

const Effect& network_bandwidth() {
  static const NetworkBandwidth effect;
  return effect;
}

}  // namespace hadrill::agent
