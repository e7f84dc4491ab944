// workload.restart: a rolling update of the Deployment that a pod belongs to, as after a change of its image: pods are
// made anew, some at a time. Nothing has to be undone.
#include <fmt/format.h>

#include <sstream>

#include "fault/fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookTimeout = 15s;
constexpr auto kRestartTimeout = 30s;

/// Prints the Deployment of a pod. $1: namespace, $2: pod.
constexpr const char* kOwnerScript = R"(set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf
owner() { kubectl -n "$1" get "$2" -o jsonpath='{.metadata.ownerReferences[0].kind}/{.metadata.ownerReferences[0].name}'; }
set_of=$(owner "$1" "pod/$2")
case $set_of in ReplicaSet/*) ;; *) echo "the pod $2 is of $set_of" >&2; exit 3 ;; esac
deployment=$(owner "$1" "replicaset/${set_of#*/}")
case $deployment in Deployment/*) echo "${deployment#*/}" ;; *) echo "the pod $2 is of $set_of" >&2; exit 3 ;; esac
)";

/// Begins the update. Prints the Deployment's generation before and after. $1: namespace, $2: Deployment.
constexpr const char* kRestartScript = R"(set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf
generation() { kubectl -n "$1" get "deployment/$2" -o jsonpath='{.metadata.generation}'; echo; }
generation "$@"
kubectl -n "$1" rollout restart "deployment/$2" >/dev/null
generation "$@"
)";

/// Ends well when every pod is of the latest generation, and ready. $1: namespace, $2: Deployment.
constexpr const char* kDoneScript = R"(set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl -n "$1" rollout status "deployment/$2" --timeout=1s
)";

class WorkloadRestart final : public Fault {
 public:
  explicit WorkloadRestart(const FaultDoors& doors) : docker_(doors.docker), topology_(doors.topology) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format("begin a rolling update of the Deployment of {}", to_string(target)),
            "nothing: it ends by itself"};
  }
  /// How many pods may be missing is the Deployment's own business.
  std::vector<TargetRole> takes(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return {};
  }
  bool stays(const Json& /*parameters*/) const override { return false; }
  Status available(const Injection& injection, const Interrupt& interrupt) override {
    const auto found = deployment(injection, interrupt);
    if (!found.ok()) return found.error();
    return Ok{};
  }
  Result<InjectionProof> inject(const Injection& injection, const Interrupt& interrupt) override {
    const auto found = deployment(injection, interrupt);
    if (!found.ok()) return found.error();
    const MonotonicClock clock;
    InjectionProof proof;
    proof.t0_lower = clock.now();
    const auto done = run(kRestartScript, injection.target.pod->namespace_, *found, kRestartTimeout, interrupt);
    if (!done.ok()) return done.error();
    proof.t0_upper = clock.now();
    std::istringstream lines(*done);
    std::int64_t before = 0;
    std::int64_t after = 0;
    if (!(lines >> before >> after) || after <= before) {
      return infrastructure_error("workload.restart",
                                  fmt::format("Deployment {} has no later generation than before: {}", *found, *done));
    }
    proof.evidence = {{"deployment", *found}, {"generationBefore", before}, {"generationAfter", after}};
    return proof;
  }
  Result<Json> prove(const Injection& injection, const Interrupt& interrupt) override {
    const auto found = deployment(injection, interrupt);
    if (!found.ok()) return found.error();
    return Json{{"deployment", *found}};
  }
  Result<Json> heal(const Injection& /*injection*/, const Interrupt& /*interrupt*/) override {
    return Json{{"undone", "nothing to undo"}};
  }
  Result<Json> prove_healed(const Injection& injection, const Json& injected, const Interrupt& interrupt) override {
    const std::string name = json_text(injected, "/deployment");
    if (name.empty()) return infrastructure_error("workload.restart", "no update was begun");
    const auto done = run(kDoneScript, injection.target.pod->namespace_, name, kLookTimeout, interrupt);
    if (!done.ok()) return done.error();
    return Json{{"deployment", name}, {"rollout", "complete"}};
  }

 private:
  /// The pod that was chosen may be gone: only its Deployment is meant, which is asked for before that.
  Result<std::string> deployment(const Injection& injection, const Interrupt& interrupt) {
    const auto& pod = injection.target.pod;
    if (!pod) return usage_error("workload.restart", "its target is role pod: one of the Deployment's");
    auto said = run(kOwnerScript, pod->namespace_, pod->name, kLookTimeout, interrupt);
    if (!said.ok() && !interrupt.raised()) {
      return usage_error("workload.restart", fmt::format("no Deployment was found: only its pods are made anew by a "
                                                         "rolling update ({})",
                                                         said.error().detail));
    }
    if (!said.ok()) return said.error();
    said->erase(said->find_last_not_of("\n ") + 1);
    return said;
  }

  Result<std::string> run(const char* script, const std::string& name_space, const std::string& name, Duration timeout,
                          const Interrupt& interrupt) {
    const std::string node = topology_.with_role(NodeRole::control_plane).front().name;
    auto done = docker_.exec(node, {"sh", "-c", script, "restart", name_space, name}, {}, timeout, interrupt);
    if (!done.ok()) return done.error();
    return std::move(done->out);
  }

  Docker& docker_;
  const Topology& topology_;
};

}  // namespace

std::unique_ptr<Fault> make_workload_restart(const FaultDoors& doors) {
  return std::make_unique<WorkloadRestart>(doors);
}

}  // namespace hadrill
