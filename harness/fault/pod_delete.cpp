// pod.delete: a pod is deleted through the API, in an orderly way or, with `force`, without asking its kubelet.
// Whatever owns it makes another one; nothing has to be undone.
#include <fmt/format.h>

#include <sstream>

#include "fault/cordon.hpp"
#include "fault/fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr const char* kName = "pod.delete";
constexpr auto kLookTimeout = 20s;
constexpr auto kDeleteTimeout = 30s;
constexpr const char* kLookName = "hadrill-look";

/// Prints "UID DELETED-AT CONTROLLER-KIND CONTROLLER-NAME", with "-" for what there is not. $1: namespace, $2: pod.
constexpr const char* kLookScript = R"sh(
of_pod() { said=$(api -n "$1" get pod "$2" --ignore-not-found -o jsonpath="$3"); printf '%s ' "${said:--}"; }
of_pod "$@" '{.metadata.uid}'
of_pod "$@" '{.metadata.deletionTimestamp}'
of_pod "$@" '{.metadata.ownerReferences[?(@.controller==true)].kind}'
of_pod "$@" '{.metadata.ownerReferences[?(@.controller==true)].name}'
)sh";

/// $1: namespace, $2: pod, then flags.
constexpr const char* kDeleteScript = R"sh(
space=$1 pod=$2
shift 2
api -n "$space" delete pod "$pod" --wait=false "$@"
)sh";

/// Prints the owner's state as JSON. $1: namespace, $2: KIND/NAME.
constexpr const char* kOwnerScript = R"sh(
api -n "$1" get "$2" -o json
)sh";

struct PodLook {
  std::string uid;
  std::string deleted_at;
  std::string kind;   ///< of what owns it
  std::string owner;  ///< its name
};

bool makes_pods_anew(const std::string& kind) {
  return kind == "ReplicaSet" || kind == "StatefulSet" || kind == "DaemonSet";
}

/// How many pods the owner has to have, and has ready.
std::pair<int, int> wanted_and_ready(const std::string& kind, const Json& owner) {
  const bool daemons = kind == "DaemonSet";
  return {json_get<int>(owner, daemons ? "/status/desiredNumberScheduled" : "/spec/replicas").value_or(1),
          json_get<int>(owner, daemons ? "/status/numberReady" : "/status/readyReplicas").value_or(0)};
}

class PodDelete final : public Fault {
 public:
  explicit PodDelete(const FaultDoors& doors) : docker_(doors.docker), topology_(doors.topology) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    return {fmt::format("delete {}{}", to_string(target), forced(parameters) ? " without asking its kubelet" : ""),
            "nothing: what owns the pod makes another one"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return {TargetRole::pod};
  }
  bool stays(const Json& /*parameters*/) const override { return false; }
  Status available(const Injection& injection, const Interrupt& interrupt) override {
    const auto found = usable(injection, interrupt);
    if (!found.ok()) return found.error();
    return Ok{};
  }
  Result<InjectionProof> inject(const Injection& injection, const Interrupt& interrupt) override;
  /// The very pod is gone or on its way out.
  Result<Json> prove(const Injection& injection, const Interrupt& interrupt) override;
  Result<Json> heal(const Injection& /*injection*/, const Interrupt& /*interrupt*/) override {
    return Json{{"undone", "nothing to undo"}};
  }
  Result<Json> prove_healed(const Injection& injection, const Json& injected, const Interrupt& interrupt) override;

 private:
  static bool forced(const Json& parameters) { return parameters.value("force", false); }
  Result<std::string> ask(const char* script, std::vector<std::string> words, Duration timeout,
                          const Interrupt& interrupt) {
    return in_a_control_plane(docker_, control_planes_of(topology_), script, words, timeout, interrupt);
  }
  Result<PodLook> look(const PodRef& pod, const Interrupt& interrupt);
  /// Error: it is not there, or nobody would make another one.
  Result<PodLook> usable(const Injection& injection, const Interrupt& interrupt);

  Docker& docker_;
  const Topology& topology_;
};

Result<PodLook> PodDelete::look(const PodRef& pod, const Interrupt& interrupt) {
  const auto said = ask(kLookScript, {kLookName, pod.namespace_, pod.name}, kLookTimeout, interrupt);
  if (!said.ok()) return said.error();
  PodLook found;
  std::istringstream in(*said);
  if (!(in >> found.uid >> found.deleted_at >> found.kind >> found.owner))
    return infrastructure_error(kName, "the API does not tell of the pod: " + *said);
  return found;
}

Result<PodLook> PodDelete::usable(const Injection& injection, const Interrupt& interrupt) {
  const auto& pod = injection.target.pod;
  if (!pod) return usage_error(kName, "its target is of role pod");
  auto found = look(*pod, interrupt);
  if (!found.ok()) return found;
  if (found->uid != pod->uid || found->deleted_at != "-")
    return infrastructure_error(kName, fmt::format("the pod {} is gone or on its way out", pod->name));
  if (makes_pods_anew(found->kind)) return found;
  if (found->kind == "Node")
    return usage_error(kName, fmt::format("the pod {} is static: its kubelet has it from a manifest and would go on; "
                                          "static-pod.remove takes that away",
                                          pod->name));
  return usage_error(kName, fmt::format("nobody would make the pod {} anew: its owner has to be a ReplicaSet, a "
                                        "StatefulSet or a DaemonSet, and is {}",
                                        pod->name, found->kind == "-" ? "nobody" : "a " + found->kind));
}

Result<InjectionProof> PodDelete::inject(const Injection& injection, const Interrupt& interrupt) {
  const auto before = usable(injection, interrupt);
  if (!before.ok()) return before.error();
  const PodRef& pod = *injection.target.pod;
  const bool force = forced(injection.parameters);
  // Asked for once, of one API server: a second time it might be the successor's turn.
  const auto planes = answering_first(docker_, control_planes_of(topology_), interrupt);
  if (!planes.ok()) return planes.error();
  std::vector<std::string> words{"hadrill-delete", pod.namespace_, pod.name};
  if (force) words.insert(words.end(), {"--force", "--grace-period=0"});
  const MonotonicClock clock;
  InjectionProof proof;
  proof.t0_lower = clock.now();
  const auto deleted = in_a_control_plane(docker_, {planes->front()}, kDeleteScript, words, kDeleteTimeout, interrupt);
  proof.t0_upper = clock.now();
  if (!deleted.ok()) return deleted.error();
  auto seen = prove(injection, interrupt);
  if (!seen.ok()) return seen.error();
  proof.evidence = std::move(*seen);
  proof.evidence["forced"] = force;
  proof.evidence["owner"] = before->kind + "/" + before->owner;
  return proof;
}

Result<Json> PodDelete::prove(const Injection& injection, const Interrupt& interrupt) {
  const PodRef& pod = *injection.target.pod;
  const auto now = look(pod, interrupt);
  if (!now.ok()) return now.error();
  Json evidence = {{"pod", pod.namespace_ + "/" + pod.name}, {"uid", pod.uid}};
  if (now->uid != pod.uid) {
    evidence["state"] = "gone";
  } else if (now->deleted_at != "-") {
    evidence["state"] = "on its way out";
  } else {
    return infrastructure_error(kName, fmt::format("the pod {} is there as before", pod.name));
  }
  return evidence;
}

Result<Json> PodDelete::prove_healed(const Injection& injection, const Json& injected, const Interrupt& interrupt) {
  const std::string owner = json_text(injected, "/owner");
  if (owner.empty()) return infrastructure_error(kName, "no pod was deleted");
  const auto said = ask(kOwnerScript, {kLookName, injection.target.pod->namespace_, owner}, kLookTimeout, interrupt);
  if (!said.ok()) return said.error();
  const auto state = parse_json(*said, owner);
  if (!state.ok()) return state.error();
  const auto [wanted, ready] = wanted_and_ready(owner.substr(0, owner.find('/')), *state);
  if (ready < wanted)
    return infrastructure_error(kName, fmt::format("{} has {} of {} pods ready", owner, ready, wanted));
  return Json{{"owner", owner}, {"wanted", wanted}, {"ready", ready}};
}

}  // namespace

std::unique_ptr<Fault> make_pod_delete(const FaultDoors& doors) { return std::make_unique<PodDelete>(doors); }

}  // namespace hadrill
