// node.drain: a node is emptied before maintenance the way the API has for it: cordoned, then its pods evicted, so that
// PodDisruptionBudgets are respected. Healed, it takes pods again; those that went stay where they are now.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "base/duration.hpp"
#include "fault/cordon.hpp"
#include "fault/fault.hpp"
#include "fault/faults.hpp"
#include "fault/host_undo.hpp"
#include "fault/node_pods.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr const char* kName = "node.drain";
constexpr const char* kDefaultTimeout = "2m";
constexpr auto kCordonTimeout = 30s;
/// For kubectl to end after its own time is over.
constexpr auto kDrainMargin = 30s;
/// Of /proc/uptime.
constexpr auto kUptimeTick = 10ms;

/// Prints "node/NAME cordoned". $1: node.
constexpr const char* kCordonScript = R"sh(
api cordon "$1"
)sh";

/// Prints the node's uptime in seconds before and after. $1: node, $2: how long at most.
constexpr const char* kDrainScript = R"sh(
uptime() { cut -d' ' -f1 /proc/uptime; }
began=$(uptime)
api drain "$1" --ignore-daemonsets --delete-emptydir-data --timeout="$2" >&2
echo "$began $(uptime)"
)sh";

Json time_measure(const char* what, Duration lower, Duration upper) {
  return {{"what", what}, {"lowerNs", std::max<Duration>(lower, 0ns).count()}, {"upperNs", upper.count()}};
}

/// At least how long the drain took, by the uptimes it printed.
Duration lasted(const std::string& uptimes) {
  std::istringstream in(uptimes);
  double began = 0;
  double ended = 0;
  if (!(in >> began >> ended) || ended < began) return 0s;
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(ended - began)) - kUptimeTick;
}

std::vector<NodePod> movable(std::vector<NodePod> pods) {
  std::erase_if(pods, [](const NodePod& pod) { return pod.bound(); });
  return pods;
}

class NodeDrain final : public Fault {
 public:
  explicit NodeDrain(const FaultDoors& doors) : doors_(doors) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    return {fmt::format("cordon {} and evict its pods, respecting disruption budgets, within {}", target.node.name,
                        json_text(parameters, "/timeout", kDefaultTimeout)),
            "uncordon it; pods that moved stay where they are"};
  }
  /// What is of a DaemonSet or static stays and serves: etcd and the API server of a control plane as well.
  std::vector<TargetRole> takes(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return {TargetRole::pod};
  }
  Status available(const Injection& injection, const Interrupt& interrupt) override;
  Result<InjectionProof> inject(const Injection& injection, const Interrupt& interrupt) override;
  Result<Json> prove(const Injection& injection, const Interrupt& interrupt) override;
  Result<Json> heal(const Injection& injection, const Interrupt& interrupt) override;
  Result<Json> prove_healed(const Injection& injection, const Json& /*injected*/, const Interrupt& interrupt) override {
    return prove_on_host(doors_.docker, entry_of(injection), interrupt);
  }

 private:
  /// What a drain starts from.
  struct Start {
    std::vector<std::string> control_planes;  ///< the one that is asked first
    std::vector<NodePod> pods;                ///< that have to go
    Duration timeout{};
  };

  /// Error: it is no node, is cordoned, or has pods that cannot be evicted.
  Result<Start> start_of(const Injection& injection, const Interrupt& interrupt);
  Result<InjectionProof> drain(const std::string& node, const Start& start, const Interrupt& interrupt);
  /// What cordoning and draining came to, when the node is empty now.
  Result<Json> evidence(const std::string& node, const Start& start, const Interrupt& interrupt);
  Error not_empty(const std::string& node, const Start& start, const Error& said, const Interrupt& interrupt);
  HostEntry entry_of(const Injection& injection) const {
    const Node& node = injection.target.node;
    HostEntry entry{injection.id, kName, node.container_id, node.name, {}, {}, {}, {}, ProcessName::self()};
    entry.undo = HostUndo::uncordon;
    entry.control_planes = control_planes_of(doors_.topology);
    return entry;
  }

  const FaultDoors doors_;
};

/// Why a drain would have to leave or to lose one of `pods`; "" when it would not.
std::string hindrance(const std::vector<NodePod>& pods) {
  std::vector<NodePod> bare;
  for (const NodePod& pod : pods) {
    if (!pod.controller.empty() || pod.finished) continue;
    if (pod.ours) return fmt::format("hadrill's own pod {} looks from there: drain another node", pod.text());
    bare.push_back(pod);
  }
  if (bare.empty()) return {};
  return fmt::format("nobody would make these pods anew elsewhere, so that they are not evicted: {}", names_of(bare));
}

Result<NodeDrain::Start> NodeDrain::start_of(const Injection& injection, const Interrupt& interrupt) {
  const Node& node = injection.target.node;
  if (node.role != NodeRole::worker && node.role != NodeRole::control_plane)
    return usage_error(kName, "its target is of role worker or control-plane");
  const auto timeout = parse_duration(json_text(injection.parameters, "/timeout", kDefaultTimeout));
  if (!timeout.ok()) return usage_error(kName, "timeout: " + timeout.error().message);
  if (node.name == doors_.own_pod_node) {
    return usage_error(kName, fmt::format("hadrill's own pod will be on {}, because probers of this scenario look from "
                                          "it: drain another node",
                                          node.name));
  }
  auto control_planes = answering_first(doors_.docker, control_planes_of(doors_.topology), interrupt);
  if (!control_planes.ok()) return control_planes.error();
  const auto schedulable = prove_schedulable(doors_.docker, *control_planes, node.name, interrupt);
  if (!schedulable.ok()) return schedulable.error();
  if (schedulable->contains("removed")) return infrastructure_error(kName, node.name + " is not registered");
  const auto pods = pods_on_node(doors_.docker, *control_planes, node.name, interrupt);
  if (!pods.ok()) return pods.error();
  Start start{std::move(*control_planes), movable(*pods), *timeout};
  if (const std::string why_not = hindrance(start.pods); !why_not.empty())
    return usage_error(kName, node.name + ": " + why_not);
  return start;
}

Status NodeDrain::available(const Injection& injection, const Interrupt& interrupt) {
  const auto start = start_of(injection, interrupt);
  if (!start.ok()) return start.error();
  return doors_.guard.ensure();
}

Result<InjectionProof> NodeDrain::inject(const Injection& injection, const Interrupt& interrupt) {
  const auto start = start_of(injection, interrupt);
  if (!start.ok()) return start.error();
  if (doors_.journal.find(injection.id)) return usage_error(kName, "a fault " + injection.id + " is in force already");
  if (const Status guarded = doors_.guard.ensure(); !guarded.ok()) return guarded.error();
  const MonotonicClock clock;
  HostEntry entry = entry_of(injection);
  // Where the drain runs, undoing has to end it.
  entry.control_planes = start->control_planes;
  entry.deadline = clock.now() + start->timeout + kDrainMargin + injection.ttl;
  if (const Status kept = doors_.journal.write(entry); !kept.ok()) {
    return infrastructure_error(kName, "not done: the journal cannot be written, so it could not be undone",
                                kept.error().text());
  }
  auto proof = drain(entry.container, *start, interrupt);
  // It is in force from now on: its time begins.
  entry.deadline = clock.now() + injection.ttl;
  if (proof.ok()) {
    if (const Status kept = doors_.journal.write(entry); !kept.ok()) proof = kept.error();
  }
  if (proof.ok()) return proof;
  Error error = proof.error();
  for (const HostOutcome& undone : heal_on_host(doors_.docker, doors_.journal, {entry}, Interrupt::never())) {
    if (!undone.trouble.empty()) error.message += "; undoing it failed too: " + undone.trouble;
  }
  return error;
}

Result<InjectionProof> NodeDrain::drain(const std::string& node, const Start& start, const Interrupt& interrupt) {
  const MonotonicClock clock;
  const std::vector<std::string> asked{start.control_planes.front()};
  InjectionProof proof;
  proof.t0_lower = clock.now();
  const auto cordoned =
      in_a_control_plane(doors_.docker, asked, kCordonScript, {kDrainCommand, node}, kCordonTimeout, interrupt);
  proof.t0_upper = clock.now();
  if (!cordoned.ok()) return cordoned.error();
  const auto drained = doors_.docker.exec(
      asked.front(), {"sh", "-c", kube_script(kDrainScript), kDrainCommand, node, format_duration(start.timeout)}, {},
      start.timeout + kDrainMargin, interrupt);
  const Instant over = clock.now();
  if (!drained.ok()) return not_empty(node, start, drained.error(), interrupt);
  auto seen = evidence(node, start, interrupt);
  if (!seen.ok()) return seen.error();
  proof.evidence = std::move(*seen);
  proof.evidence["measures"] = {{{"what", "pods evicted"}, {"value", start.pods.size()}, {"unit", "pods"}},
                                time_measure("time to drain", lasted(drained->out), over - proof.t0_lower)};
  return proof;
}

Error NodeDrain::not_empty(const std::string& node, const Start& start, const Error& said, const Interrupt& interrupt) {
  if (interrupt.raised()) return said;
  const auto pods = pods_on_node(doors_.docker, start.control_planes, node, interrupt);
  return infrastructure_error(
      kName,
      fmt::format("{} is not empty within {}: left are {}", node, format_duration(start.timeout),
                  pods.ok() ? names_of(movable(*pods)) : "pods that the API does not tell"),
      said.detail);
}

Result<Json> NodeDrain::evidence(const std::string& node, const Start& start, const Interrupt& interrupt) {
  const auto look = look_at_node(doors_.docker, start.control_planes, node, interrupt);
  if (!look.ok()) return look.error();
  if (!look->cordoned) return infrastructure_error(kName, node + " was drained and is not cordoned");
  const auto pods = pods_on_node(doors_.docker, start.control_planes, node, interrupt);
  if (!pods.ok()) return pods.error();
  if (const auto left = movable(*pods); !left.empty())
    return infrastructure_error(kName,
                                fmt::format("{} was drained, and these pods are on it: {}", node, names_of(left)));
  Json bound = Json::array();
  for (const NodePod& pod : *pods) bound.push_back(pod.text());
  return Json{{"unschedulable", true},
              {"podsEvicted", start.pods.size()},
              {"podsLeft", std::move(bound)},
              {"askedIn", start.control_planes.front()}};
}

Result<Json> NodeDrain::prove(const Injection& injection, const Interrupt& interrupt) {
  const auto entry = doors_.journal.find(injection.id);
  if (!entry) {
    return infrastructure_error(
        kName, fmt::format("no fault {} is in force: it was healed, or its time was over", injection.id));
  }
  const auto look = look_at_node(doors_.docker, entry->control_planes, entry->container, interrupt);
  if (!look.ok()) return look.error();
  if (!look->cordoned) return infrastructure_error(kName, entry->container + ": it is not cordoned");
  return Json{{"unschedulable", true}};
}

Result<Json> NodeDrain::heal(const Injection& injection, const Interrupt& interrupt) {
  const auto entry = doors_.journal.find(injection.id);
  if (!entry) {
    // Never made, or undone by the guard when its time was over. Either way nothing of it may be left.
    auto whole = prove_on_host(doors_.docker, entry_of(injection), interrupt);
    if (whole.ok()) (*whole)["alreadyHealed"] = true;
    return whole;
  }
  auto healed = undo_on_host(doors_.docker, *entry, {}, interrupt);
  if (!healed.ok()) return healed;
  if (const Status forgotten = doors_.journal.remove(entry->id); !forgotten.ok()) return forgotten.error();
  return healed;
}

}  // namespace

std::unique_ptr<Fault> make_node_drain(const FaultDoors& doors) { return std::make_unique<NodeDrain>(doors); }

}  // namespace hadrill
