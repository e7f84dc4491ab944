#include "fault/engine_fault.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fault/agent_fault.hpp"
#include "fault/guard.hpp"
#include "fault/host_undo.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// For a killed init process to be gone: the kernel ends everything in the container first.
constexpr auto kEndTimeout = 20s;
constexpr auto kLookInterval = 20ms;

}  // namespace

std::vector<TargetRole> EngineFault::takes(const ResolvedTarget& target, const Json& /*parameters*/) const {
  return roles_on(target.node);
}

Result<ContainerState> EngineFault::usable(const ResolvedTarget& target, const Interrupt& interrupt) {
  const bool of_balancer = name_.starts_with("lb.");
  if (of_balancer == takes_agent(target.node.role)) {
    return usage_error(name_, fmt::format("{} is {}: use {}", target.node.name, to_string(target.node.role),
                                          of_balancer ? "node.kill or node.pause" : "lb.kill or lb.pause"));
  }
  auto state = doors_.docker.state(target.node.container_id, interrupt);
  if (!state.ok()) return state;
  if (!state->exists) return infrastructure_error(name_, target.node.name + ": its container does not exist any more");
  if (!state->running) return infrastructure_error(name_, target.node.name + ": its container does not run");
  if (state->paused) return infrastructure_error(name_, target.node.name + ": its container is paused");
  if (state->address.empty() || state->network.empty())
    return infrastructure_error(name_, target.node.name + ": its container has no address");
  if (!target.node.address.empty() && state->address != target.node.address) {
    return infrastructure_error(name_, fmt::format("{}: its address is {}, it was {} when the cluster was read",
                                                   target.node.name, state->address, target.node.address));
  }
  return state;
}

Status EngineFault::available(const Injection& injection, const Interrupt& interrupt) {
  const auto state = usable(injection.target, interrupt);
  if (!state.ok()) return state.error();
  return doors_.guard.ensure();
}

HostEntry EngineFault::entry_of(const Injection& injection) const {
  const Node& node = injection.target.node;
  return {injection.id, name_, node.container_id, node.name, {}, node.address, {}, {}, ProcessName::self()};
}

Result<InjectionProof> EngineFault::inject(const Injection& injection, const Interrupt& interrupt) {
  const auto before = usable(injection.target, interrupt);
  if (!before.ok()) return before.error();
  if (doors_.journal.find(injection.id)) return usage_error(name_, "a fault " + injection.id + " is in force already");
  if (const Status guarded = doors_.guard.ensure(); !guarded.ok()) return guarded.error();
  HostEntry entry = entry_of(injection);
  entry.network = before->network;
  entry.address = before->address;
  entry.started_at = before->started_at;
  entry.deadline = MonotonicClock().now() + injection.ttl;
  if (const Status kept = doors_.journal.write(entry); !kept.ok()) {
    return infrastructure_error(name_, "not done: the journal cannot be written, so it could not be undone",
                                kept.error().text());
  }
  auto proof = break_container(entry, *before, interrupt);
  if (proof.ok() && MonotonicClock().now() >= entry.deadline)
    proof = infrastructure_error(name_, "its time was over before it was proven");
  if (proof.ok()) {
    proof->evidence["container"] = entry.container;
    proof->evidence["containerId"] = entry.container_id;
    proof->evidence["startedAt"] = before->started_at;
    return proof;
  }
  Error error = proof.error();
  for (const HostOutcome& undone : heal_on_host(doors_.docker, doors_.journal, {entry}, Interrupt::never())) {
    if (!undone.trouble.empty()) error.message += "; undoing it failed too: " + undone.trouble;
  }
  return error;
}

Result<Json> EngineFault::prove(const Injection& injection, const Interrupt& interrupt) {
  const auto entry = doors_.journal.find(injection.id);
  if (!entry) {
    return infrastructure_error(
        name_, fmt::format("no fault {} is in force: it was healed, or its time was over", injection.id));
  }
  const auto state = doors_.docker.state(entry->container_id, interrupt);
  if (!state.ok()) return state.error();
  const std::string why_not =
      state->exists ? why_not_in_force(*entry, *state) : "its container does not exist any more";
  if (!why_not.empty()) return infrastructure_error(name_, entry->container + ": " + why_not);
  return Json{{"running", state->running}, {"paused", state->paused}, {"startedAt", state->started_at}};
}

Result<Json> EngineFault::heal(const Injection& injection, const Interrupt& interrupt) {
  const auto entry = doors_.journal.find(injection.id);
  if (!entry) {
    // Never made, or undone by the guard when its time was over. Either way nothing of it may be left.
    auto whole = prove_on_host(doors_.docker, entry_of(injection), interrupt);
    if (whole.ok()) (*whole)["alreadyHealed"] = true;
    return whole;
  }
  auto healed = undo_on_host(doors_.docker, *entry, doors_.journal.read(), interrupt);
  if (!healed.ok()) return healed;
  if (const Status forgotten = doors_.journal.remove(entry->id); !forgotten.ok()) return forgotten.error();
  return healed;
}

Result<Json> EngineFault::prove_healed(const Injection& injection, const Json& /*injected*/,
                                       const Interrupt& interrupt) {
  auto healed = prove_on_host(doors_.docker, entry_of(injection), interrupt);
  if (healed.ok() && healed->contains("removed"))
    return infrastructure_error(name_, injection.target.node.name + ": its container does not exist any more");
  return healed;
}

Result<InjectionProof> EngineFault::kill(const HostEntry& entry, const ContainerState& before,
                                         const Interrupt& interrupt) {
  MonotonicClock clock;
  const auto watch = ExitWatch::open(before.pid, entry.container_id);
  InjectionProof proof;
  proof.t0_lower = clock.now();
  if (const Status killed = doors_.docker.kill(entry.container_id, interrupt); !killed.ok()) return killed.error();
  const Instant give_up = clock.now() + kEndTimeout;
  const auto ended = watch ? watch->ended(kEndTimeout) : std::nullopt;
  if (watch && !ended) return infrastructure_error(name_, "the init process of " + entry.container + " does not end");
  // The engine hears of the end a little later; and it must not start the container again by itself.
  for (;;) {
    const auto state = doors_.docker.state(entry.container_id, interrupt);
    if (!state.ok()) return state.error();
    if (state->restarting || (state->running && state->started_at != before.started_at))
      return infrastructure_error(name_, "the engine started " + entry.container + " again by itself");
    if (!state->running) break;
    if (clock.now() >= give_up) return infrastructure_error(name_, "the engine says that " + entry.container + " runs");
    if (!clock.wait_until(clock.now() + kLookInterval, interrupt)) return interrupted_error(name_);
  }
  proof.t0_upper = ended ? ended->gone_at : clock.now();
  if (ended) proof.t0_lower = std::max(proof.t0_lower, ended->whole_at);
  proof.evidence = {{"running", false}, {"pid", before.pid}, {"seenBy", ended ? "pidfd" : "docker inspect"}};
  return proof;
}

}  // namespace hadrill
