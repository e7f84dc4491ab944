#include "fault/agent_fault.hpp"

#include <fmt/format.h>

namespace hadrill {
namespace {

std::int64_t milliseconds(Duration time) { return std::chrono::duration_cast<std::chrono::milliseconds>(time).count(); }

}  // namespace

Result<AgentRequest> AgentFault::prepare(const Injection& injection, const Interrupt& /*interrupt*/) {
  return request(injection.target, injection.parameters);
}

Status plan_effect(Agents& agents, const Node& node, const std::string& id, const AgentRequest& wanted,
                   const Interrupt& interrupt) {
  if (const Status installed = agents.install(node, interrupt); !installed.ok()) return installed;
  const auto planned =
      agents.ask(node, {{"verb", "plan"}, {"id", id}, {"effect", wanted.effect}, {"parameters", wanted.parameters}},
                 wanted.wait, interrupt);
  if (!planned.ok()) return planned.error();
  return Ok{};
}

Result<InjectionProof> inject_effect(Agents& agents, const Node& node, const std::string& id,
                                     const AgentRequest& wanted, Duration ttl, const Interrupt& interrupt) {
  const auto done = agents.ask(node,
                               {{"verb", "inject"},
                                {"id", id},
                                {"effect", wanted.effect},
                                {"parameters", wanted.parameters},
                                {"ttlMs", milliseconds(ttl)}},
                               wanted.wait, interrupt);
  if (!done.ok()) return done.error();
  InjectionProof proof;
  proof.t0_lower = {json_get<std::int64_t>(*done, "/beforeNs").value_or(0)};
  proof.t0_upper = {json_get<std::int64_t>(*done, "/afterNs").value_or(0)};
  if (proof.t0_lower.ns <= 0 || proof.t0_upper < proof.t0_lower)
    return infrastructure_error(wanted.effect, "the agent's proof has no instants", done->dump());
  proof.evidence = done->value("evidence", Json::object());
  return proof;
}

Result<Json> heal_effect(Agents& agents, const Node& node, const std::string& id, Duration wait,
                         const Interrupt& interrupt) {
  auto healed = agents.ask(node, {{"verb", "heal"}, {"id", id}}, wait, interrupt);
  if (!healed.ok()) return healed;
  return healed->value("evidence", Json::object());
}

Status AgentFault::available(const Injection& injection, const Interrupt& interrupt) {
  const auto wanted = prepare(injection, interrupt);
  if (!wanted.ok()) return wanted.error();
  return plan_effect(agents_, injection.target.node, injection.id, *wanted, interrupt);
}

Result<InjectionProof> AgentFault::inject(const Injection& injection, const Interrupt& interrupt) {
  const auto wanted = prepare(injection, interrupt);
  if (!wanted.ok()) return wanted.error();
  return inject_effect(agents_, injection.target.node, injection.id, *wanted, injection.ttl, interrupt);
}

Result<Json> AgentFault::prove(const Injection& injection, const Interrupt& interrupt) {
  auto proven =
      agents_.ask(injection.target.node, {{"verb", "prove"}, {"id", injection.id}}, Duration::zero(), interrupt);
  if (!proven.ok()) return proven;
  return proven->value("evidence", Json::object());
}

Result<Json> AgentFault::heal(const Injection& injection, const Interrupt& interrupt) {
  const auto wanted = request(injection.target, injection.parameters);
  if (!wanted.ok()) return wanted.error();
  return heal_effect(agents_, injection.target.node, injection.id, wanted->wait, interrupt);
}

Result<Json> AgentFault::prove_healed(const Injection& /*injection*/, const Json& /*injected*/,
                                      const Interrupt& /*interrupt*/) {
  return Json::object();
}

Result<Json> AgentFault::prove_successor(const Injection& injection, const Json& injected,
                                         const Json::json_pointer& pointer, const Interrupt& interrupt) {
  return prove_running(agents_, injection.target, injected.value(pointer / "startTicks", std::uint64_t{0}), interrupt);
}

bool if_leading(const Json& parameters) { return json_get<bool>(parameters, "/ifLeading").value_or(false); }

std::string program_of(TargetRole role) {
  switch (role) {
    case TargetRole::apiserver:
      return "kube-apiserver";
    case TargetRole::etcd:
      return "etcd";
    case TargetRole::controller_manager:
      return "kube-controller-manager";
    case TargetRole::scheduler:
      return "kube-scheduler";
    case TargetRole::kubelet:
      return "kubelet";
    case TargetRole::containerd:
      return "containerd";
    case TargetRole::control_plane:
    case TargetRole::worker:
    case TargetRole::load_balancer:
    case TargetRole::node_load_balancer:
    case TargetRole::pod:
      return {};
  }
  return {};
}

std::string process_text(const ResolvedTarget& target) {
  if (target.pod) return "the process of " + to_string(target);
  return fmt::format("the {} process on {}", program_of(target.role), target.node.name);
}

Json process_choice(const ResolvedTarget& target) {
  if (target.pod) return {{"pod", target.pod->uid}};
  return {{"program", program_of(target.role)}};
}

std::vector<TargetRole> roles_on(const Node& node) {
  switch (node.role) {
    case NodeRole::control_plane:
      return {TargetRole::etcd,    TargetRole::apiserver,  TargetRole::controller_manager, TargetRole::scheduler,
              TargetRole::kubelet, TargetRole::containerd, TargetRole::control_plane};
    case NodeRole::worker:
      return {TargetRole::kubelet, TargetRole::containerd, TargetRole::worker};
    case NodeRole::etcd:
      return {TargetRole::etcd};
    case NodeRole::load_balancer:
      return {TargetRole::load_balancer};
    case NodeRole::node_load_balancer:
      return {TargetRole::node_load_balancer};
  }
  return {};
}

Result<Json> prove_running(Agents& agents, const ResolvedTarget& target, std::uint64_t after,
                           const Interrupt& interrupt) {
  Json request = process_choice(target);
  request["verb"] = "resolve";
  const auto found = agents.ask(target.node, request, Duration::zero(), interrupt);
  if (!found.ok()) return found.error();
  for (const Json& process : json_array(*found, "/processes")) {
    if (process.value("startTicks", std::uint64_t{0}) > after) return process;
  }
  return infrastructure_error("heal",
                              fmt::format("{} does not run{}", process_text(target), after > 0 ? " again" : ""));
}

}  // namespace hadrill
