#include "check/hit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.hpp"

namespace hadrill {
namespace {

std::optional<Ending> ending_of_signal(const std::string& signal) {
  if (signal == "KILL" || signal == "ABRT" || signal == "SEGV" || signal == "QUIT") return Ending::crash;
  if (signal == "TERM" || signal == "INT") return Ending::stop;
  return std::nullopt;  // HUP: what it does depends on the program
}

/// To its peers a member that is cut off from them in both directions is one that hangs.
bool cuts_off_member(const InjectStep& step) {
  constexpr int kPeerPort = 2380;
  const Json& ports = json_array(step.parameters, "/ports");
  return step.fault == "network.partition" && step.target.role == TargetRole::etcd &&
         peers_of(step).count("etcd-members") > 0 && json_text(step.parameters, "/direction", "both") == "both" &&
         (ports.empty() || std::any_of(ports.begin(), ports.end(), [](const Json& one) { return one == kPeerPort; }));
}

std::optional<Ending> ending_of(const InjectStep& step) {
  if (cuts_off_member(step)) return Ending::hang;
  if (step.fault == "process.kill") return ending_of_signal(json_text(step.parameters, "/signal", "KILL"));
  if (step.fault == "static-pod.remove" || step.fault == "etcd.move-leader") return Ending::stop;
  if (step.fault == "process.pause" || step.fault == "container.freeze" || step.fault == "lb.blackhole")
    return Ending::hang;
  if (step.fault == "node.kill" || step.fault == "node.reboot") return Ending::crash;
  if (step.fault == "node.pause") return Ending::hang;
  return std::nullopt;
}

const InjectStep* find_step(const Scenario& scenario, const std::string& id) {
  for (const Step& step : scenario.method) {
    const auto* inject = std::get_if<InjectStep>(&step);
    if (inject != nullptr && inject->id == id) return inject;
  }
  return nullptr;
}

}  // namespace

std::set<std::string> peers_of(const InjectStep& step) {
  if (!step.parameters.contains("peers")) return {"all"};
  if (const std::string word = json_text(step.parameters, "/peers"); !word.empty()) return {word};
  const std::vector<std::string> peers = json_texts(step.parameters, "/peers");
  return {peers.begin(), peers.end()};
}

Error refused(std::string reason) { return infrastructure_error("budget auto", std::move(reason)); }

std::string to_string(const Hit& hit) {
  return fmt::format("{} of {}{}", hit.step->fault, hit.role, hit.leads ? ", the leader" : "");
}

Error no_bounds(const Hit& hit, const std::string& sli) {
  return refused(fmt::format("no bounds are known for {} after {}", sli, to_string(hit)));
}

Result<std::vector<Hit>> read_hits(const RunContext& run) {
  std::vector<Hit> hits;
  for (const Event& event : run.events.events) {
    if (event.type != event_type::fault_injecting) continue;
    const InjectStep* step = find_step(run.scenario, json_text(event.data, "/step"));
    if (step == nullptr) return refused("the fault belongs to no step of the scenario");
    Hit hit{step,
            {},
            {},
            json_text(event.data, "/targets/0/role"),
            json_get<bool>(event.data, "/targets/0/leads").value_or(false),
            ending_of(*step),
            json_get<bool>(step->parameters, "/hold").value_or(false)};
    hit.held = hit.held || step->fault == "static-pod.remove";
    for (const Json& target : json_array(event.data, "/targets")) {
      hit.targets.push_back(json_text(target, "/node"));
      if (target.contains("pod")) hit.pods.push_back(json_text(target, "/pod"));
    }
    hits.push_back(std::move(hit));
  }
  if (hits.empty()) return refused("nothing was broken");
  return hits;
}

std::set<std::string> nodes_touched(const EventLog& events) {
  std::set<std::string> nodes;
  for (const Event& event : events.events) {
    if (event.type != event_type::fault_injecting) continue;
    for (const Json& target : json_array(event.data, "/targets")) {
      if (json_text(target, "/role") != "pod") nodes.insert(json_text(target, "/node"));
    }
  }
  return nodes;
}

Duration spread_of(const EventLog& events) {
  std::optional<std::int64_t> first;
  std::int64_t last = 0;
  std::size_t proofs = 0;
  for (const Event& event : events.events) {
    const auto lower = json_natural(event.data, "/t0LowerNs");
    const auto upper = json_natural(event.data, "/t0UpperNs");
    if (event.type != event_type::fault_proven || !lower || !upper || *lower > *upper) continue;
    first = std::min(first.value_or(*lower), *lower);
    last = std::max(last, *upper);
    ++proofs;
  }
  return proofs > 1 ? Duration(last - *first) : Duration::zero();
}

}  // namespace hadrill
