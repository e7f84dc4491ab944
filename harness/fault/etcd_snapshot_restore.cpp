// etcd.snapshot-restore: a snapshot is taken of one member, later the data of all members is lost, and etcd starts on
// the snapshot, as its documentation has it for the loss of a quorum. Healed, every member has the data it had.
#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "fault/agent_fault.hpp"
#include "fault/etcd_restore_run.hpp"
#include "fault/etcd_whole.hpp"
#include "fault/faults.hpp"
#include "plan/instances.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr const char* kName = "etcd.snapshot-restore";
constexpr const char* kDefaultAge = "30s";
/// 70 s for the kubelet to end the pod of etcd, 20 s for an API server to end.
constexpr auto kReturn = 120s;
constexpr auto kMove = 30s;
/// 240 s for every API server to serve the original data, and the restart of a kubelet.
constexpr auto kRenew = 500s;

class EtcdSnapshotRestore final : public Fault {
 public:
  explicit EtcdSnapshotRestore(const FaultDoors& doors) : doors_(doors) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    return {fmt::format("take a snapshot of etcd on {}, {} later stop etcd on every control plane and start it on that "
                        "snapshot",
                        target.node.name, json_text(parameters, "/age", kDefaultAge)),
            "give every member the data it had; API servers, kubelets and the pods of kube-system start anew"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return {TargetRole::etcd, TargetRole::apiserver};
  }
  std::vector<Node> reach(const ResolvedTarget& /*target*/) const override { return members(); }

  Status available(const Injection& injection, const Interrupt& interrupt) override {
    if (injection.target.role != TargetRole::etcd) return usage_error(kName, "its target is of role etcd");
    if (doors_.topology.etcd_is_external())
      return usage_error(kName, "it stops the API servers beside the members, and here there are none beside them");
    if (const auto age = age_of(injection); !age.ok()) return age.error();
    const RestoreIds ids(injection.id);
    for (const Node& node : members()) {
      const bool source = node.name == injection.target.node.name;
      Status planned = plan_effect(doors_.agents, node, ids.folder, folder_request(source), interrupt);
      if (planned.ok()) planned = plan_effect(doors_.agents, node, ids.stop, stop_request(), interrupt);
      if (!planned.ok()) return planned;
    }
    return Ok{};
  }

  Result<InjectionProof> inject(const Injection& injection, const Interrupt& interrupt) override {
    const auto age = age_of(injection);
    if (!age.ok()) return age.error();
    auto proof = EtcdRestoreRun(doors_, injection, *age, interrupt).run();
    // Ctrl-C a second time: the agents undo what is left when their channels end.
    if (proof.ok() || interrupt.count() > 1) return proof;
    const auto undone = heal(injection, Interrupt::never());
    if (undone.ok()) return proof;
    Error error = proof.error();
    error.message += "; undoing it failed too: " + undone.error().text();
    return error;
  }

  Result<Json> prove(const Injection& injection, const Interrupt& interrupt) override {
    Json evidence = Json::array();
    for (const Node& node : members()) {
      const auto proven =
          doors_.agents.ask(node, {{"verb", "prove"}, {"id", RestoreIds(injection.id).restore}}, 10s, interrupt);
      if (!proven.ok()) return proven.error();
      evidence.push_back(proven->value("evidence", Json::object()));
    }
    return Json{{"members", std::move(evidence)}};
  }

  Result<Json> heal(const Injection& injection, const Interrupt& interrupt) override {
    const RestoreIds ids(injection.id);
    const std::vector<Node> all = nodes_with(TargetRole::kubelet, doors_.topology);
    const auto returned = heal_each(members(), ids.restore, kReturn, interrupt);
    if (!returned.ok()) return returned;
    for (const auto& [nodes, id, wait] :
         {Part{members(), ids.stop, kMove}, Part{all, ids.watch, kRenew}, Part{members(), ids.folder, kMove}}) {
      if (const auto healed = heal_each(nodes, id, wait, interrupt); !healed.ok()) return healed;
    }
    return returned;
  }

  Result<Json> prove_healed(const Injection& /*injection*/, const Json& injected, const Interrupt& interrupt) override {
    auto whole = prove_etcd_whole(doors_.docker, doors_.topology, interrupt);
    const std::string before = json_text(injected, "/clusterBefore");
    if (whole.ok() && !before.empty() && whole->at("cluster") != before)
      return infrastructure_error("heal", "etcd does not serve the data it had");
    return whole;
  }

 private:
  struct Part {
    std::vector<Node> nodes;
    std::string id;
    Duration wait;
  };

  static Result<Duration> age_of(const Injection& injection) {
    return parse_duration(json_text(injection.parameters, "/age", kDefaultAge));
  }
  std::vector<Node> members() const { return doors_.topology.etcd_nodes(); }

  /// Undoes fault `id` on each node, on the others too when one fails. Evidence: whether it was in force nowhere.
  Result<Json> heal_each(const std::vector<Node>& nodes, const std::string& id, Duration wait,
                         const Interrupt& interrupt) {
    std::optional<Error> failed;
    bool already = true;
    for (const Node& node : nodes) {
      const auto healed = heal_effect(doors_.agents, node, id, wait, interrupt);
      if (!healed.ok() && !failed) failed = healed.error();
      if (healed.ok()) already = already && healed->value("alreadyHealed", false);
    }
    if (failed) return *failed;
    return Json{{"alreadyHealed", already}};
  }

  const FaultDoors doors_;
};

}  // namespace

std::unique_ptr<Fault> make_etcd_snapshot_restore(const FaultDoors& doors) {
  return std::make_unique<EtcdSnapshotRestore>(doors);
}

}  // namespace hadrill
