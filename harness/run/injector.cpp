#include "run/injector.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "history/event.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// Between two looks whether something broken works again: the resolution of that time.
constexpr auto kLookInterval = 1s;

Json describe(const ResolvedTarget& target) {
  Json out = {{"role", to_string(target.role)}, {"node", target.node.name}, {"leads", target.leads}};
  if (target.pod) out["pod"] = target.pod->namespace_ + "/" + target.pod->name;
  return out;
}

/// The entry that the history is about: what is broken, or else what is nearest to it.
Json describe(const std::vector<RoleImpact>& impacts) {
  if (impacts.empty()) return {{"members", 0}, {"remaining", 0}, {"needed", 0}, {"kept", true}};
  RoleImpact told = impacts.front();
  for (const RoleImpact& impact : impacts) {
    if (!impact.kept()) told = impact;
  }
  if (const auto lost = broken(impacts)) told = *lost;
  return {{"role", to_string(told.role)}, {"members", told.members}, {"serving", told.serving},
          {"remaining", told.remaining},  {"needed", told.needed},   {"kept", told.kept()}};
}

}  // namespace

std::vector<Loss> losses_of(const Fault& fault, const InjectStep& step, const std::vector<ResolvedTarget>& targets) {
  std::vector<Loss> losses;
  for (const ResolvedTarget& target : targets) {
    for (const Node& node : fault.reach(target)) {
      for (const TargetRole role : fault.takes(target, step.parameters)) losses.push_back({role, node.name});
    }
  }
  return losses;
}

Injector::Injector(InjectorContext context) : context_(std::move(context)) {
  context_.doors.agents.on_news([this](const AgentNews& news) { hear(news); });
}

void Injector::hear(const AgentNews& news) {
  switch (news.kind) {
    case AgentNews::Kind::channel_lost:
      return context_.record(event_type::agent_lost, {{"node", news.node}});
    case AgentNews::Kind::channel_reopened:
      return context_.record(event_type::agent_reopened, {{"node", news.node}});
    case AgentNews::Kind::healed:
      return context_.record(event_type::fault_expired,
                             {{"id", news.id}, {"node", news.node}, {"why", news.why}, {"trouble", news.trouble}});
  }
}

Result<std::vector<ResolvedTarget>> Injector::targets_of(const InjectStep& step) {
  const auto live = context_.readiness.live_state(live_needs(step.target), context_.interrupt);
  if (!live.ok()) return live.error();
  return resolve_target(step.target, step.id, context_.topology, *live, context_.seed);
}

std::vector<Injection> Injector::injections_of(const InjectStep& step, const std::vector<ResolvedTarget>& targets) {
  std::vector<Injection> injections;
  for (const ResolvedTarget& target : targets) {
    const std::string id = fmt::format("{}-{}-{:08x}", step.id.substr(0, 40), injections.size(),
                                       static_cast<std::uint32_t>(context_.seed));
    injections.push_back({id, target, step.parameters, step.ttl});
  }
  return injections;
}

Status Injector::prepare(const std::vector<Step>& method) {
  bool breaks = false;
  for (const Step& step : method) breaks = breaks || std::holds_alternative<InjectStep>(step);
  for (const Node& node : context_.topology.nodes) {
    if (!breaks || !takes_agent(node.role)) continue;
    if (const Status installed = context_.doors.agents.install(node, context_.interrupt); !installed.ok())
      return installed;
  }
  for (const Step& step : method) {
    const auto* wanted = std::get_if<InjectStep>(&step);
    if (wanted == nullptr) continue;
    Fault* fault = context_.catalogue.find(wanted->fault);
    if (fault == nullptr) return usage_error("fault", "unknown fault " + wanted->fault);
    const auto targets = targets_of(*wanted);
    if (!targets.ok()) return targets.error();
    for (const Injection& injection : injections_of(*wanted, *targets)) {
      const Status available = fault->available(injection, context_.interrupt);
      if (!available.ok()) {
        Error error = available.error();
        error.where = fmt::format("step {}: {}: {}", wanted->id, wanted->fault, error.where);
        return error;
      }
    }
  }
  return Ok{};
}

/// Refuses what the scenario did not say it wants.
Status Injector::guard(const InjectStep& step, const std::optional<Check>& now,
                       const std::vector<RoleImpact>& impacts) const {
  if (now && !step.overlapping && !now->holds()) {
    return usage_error("step " + step.id,
                       fmt::format("refused: every spare has to be back before the next fault ({}); observe until "
                                   "recovered first, or say overlap: allowed",
                                   now->reasons()));
  }
  if (const auto lost = broken(impacts); lost && !step.expect_quorum_loss) {
    return usage_error(
        "step " + step.id,
        fmt::format("refused: nobody would be served ({}); say expect: quorum-loss if that is meant", lost->text()));
  }
  return Ok{};
}

Status Injector::inject(const InjectStep& step, const std::optional<Check>& now) {
  const Instant began = context_.clock.now();
  const auto targets = targets_of(step);
  if (!targets.ok()) return targets.error();
  Fault& fault = *context_.catalogue.find(step.fault);
  const LiveHealth health = context_.readiness.health(context_.interrupt);
  if (context_.interrupt.raised()) return interrupted_error("run");
  const auto impacts = impact_of(losses_of(fault, step, *targets), context_.topology, health);
  Json described = Json::array();
  for (const ResolvedTarget& target : *targets) described.push_back(describe(target));
  Json data = {{"step", step.id},
               {"fault", step.fault},
               {"beganNs", began.ns},
               {"targets", std::move(described)},
               {"quorum", describe(impacts)}};
  if (const Status allowed = guard(step, now, impacts); !allowed.ok()) {
    data["reason"] = allowed.error().message;
    context_.record(event_type::fault_refused, std::move(data));
    return allowed;
  }
  context_.record(event_type::fault_injecting, std::move(data));
  for (const Injection& injection : injections_of(step, *targets)) {
    if (context_.interrupt.raised()) return interrupted_error("run");
    if (const Status done = inject_one(step, fault, injection); !done.ok()) return done;
  }
  return Ok{};
}

Status Injector::inject_one(const InjectStep& step, Fault& fault, const Injection& injection) {
  context_.progress(fmt::format("{}: {}", step.id, fault.describe(injection.target, step.parameters).effect));
  // Remembered before it is begun: an injection that fails half way is undone with the others.
  injected_.push_back({step.id, &fault, injection, Json::object()});
  auto proof = fault.inject(injection, context_.interrupt);
  if (!proof.ok()) {
    context_.record(event_type::fault_unproven,
                    {{"step", step.id}, {"target", describe(injection.target)}, {"reason", proof.error().text()}});
    return proof.error();
  }
  context_.record(event_type::fault_proven, {{"step", step.id},
                                             {"id", injection.id},
                                             {"target", describe(injection.target)},
                                             {"t0LowerNs", proof->t0_lower.ns},
                                             {"t0UpperNs", proof->t0_upper.ns},
                                             {"stays", fault.stays(injection.parameters)},
                                             {"proof", proof->evidence}});
  injected_.back().evidence = std::move(proof->evidence);
  injected_.back().proven = true;
  return Ok{};
}

Status Injector::undo(Injected& one, const Interrupt& interrupt) {
  const Instant begun = context_.clock.now();
  const auto undone = one.fault->heal(one.injection, interrupt);
  Json data = {{"step", one.step}, {"target", describe(one.injection.target)}};
  if (!undone.ok()) {
    data["reason"] = undone.error().text();
    context_.record(event_type::heal_unproven, std::move(data));
    return undone.error();
  }
  one.undone = true;
  // What was never proven was undone at once by whoever made it: no news.
  if (one.proven && one.fault->stays(one.injection.parameters) && undone->value("alreadyHealed", false)) {
    context_.record(event_type::fault_expired, {{"id", one.injection.id},
                                                {"node", one.injection.target.node.name},
                                                {"why", "it was not in force any more when it was to be healed"},
                                                {"trouble", ""}});
  }
  data["beganNs"] = begun.ns;
  data["proof"] = *undone;
  context_.record(event_type::fault_undone, std::move(data));
  return Ok{};
}

Status Injector::heal(const std::string& step) {
  context_.progress(fmt::format("healing {}", step));
  for (Injected& one : injected_) {
    if (one.step != step || one.undone) continue;
    if (const Status undone = undo(one, context_.interrupt); !undone.ok()) return undone;
  }
  return Ok{};
}

bool Injector::in_force() const {
  return std::any_of(injected_.begin(), injected_.end(), [](const Injected& one) { return one.in_force(); });
}

Result<std::vector<std::string>> Injector::heal_in_force() {
  std::vector<std::string> steps;
  for (auto one = injected_.rbegin(); one != injected_.rend(); ++one) {
    if (!one->in_force()) continue;
    context_.progress(fmt::format("healing {} on {}", one->step, one->injection.target.node.name));
    if (const Status undone = undo(*one, context_.interrupt); !undone.ok()) return undone.error();
    if (steps.empty() || steps.back() != one->step) steps.push_back(one->step);
  }
  return steps;
}

void Injector::heal_rest() {
  for (auto one = injected_.rbegin(); one != injected_.rend(); ++one) {
    // Ctrl-C a second time: the agents undo what is left when their channels end.
    if (context_.interrupt.count() > 1) return;
    if (!one->undone) static_cast<void>(undo(*one, Interrupt::never()));
  }
}

Status Injector::prove_healed(Duration longest) {
  for (const Injected& one : injected_) {
    const Instant give_up = context_.clock.now() + longest;
    auto healed = one.fault->prove_healed(one.injection, one.evidence, context_.interrupt);
    while (!healed.ok() && context_.clock.now() < give_up) {
      if (!context_.clock.wait_until(context_.clock.now() + kLookInterval, context_.interrupt))
        return interrupted_error("run");
      healed = one.fault->prove_healed(one.injection, one.evidence, context_.interrupt);
    }
    Json data = {{"step", one.step}, {"target", describe(one.injection.target)}};
    if (healed.ok()) {
      data["proof"] = *healed;
    } else {
      data["reason"] = healed.error().text();
    }
    context_.record(healed.ok() ? event_type::heal_proven : event_type::heal_unproven, std::move(data));
  }
  return Ok{};
}

void Injector::find_residue() {
  if (injected_.empty()) return;
  for (const Residue& left : residue(context_.doors, Interrupt::never()))
    context_.record(event_type::residue_found, {{"node", left.where}, {"what", left.what}});
}

}  // namespace hadrill
