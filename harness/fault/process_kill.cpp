// process.kill: a signal to one component's process, once or to every successor. Once, it heals by itself: the kubelet
// starts static pods again, systemd its units. With ifLeading nothing is done to a target that does not lead: told to
// stop, one that does hands its Lease over, as before maintenance.
#include <fmt/format.h>

#include <array>
#include <csignal>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// A signal that may be handled (TERM) gets this long to take effect before the fault counts as unproven: an API server
/// waits for its requests in flight, up to --request-timeout (60 s), before it ends.
constexpr auto kEffectTimeout = 90s;

struct Signal {
  const char* name;
  int number;
};
constexpr std::array<Signal, 7> kSignals{{{"KILL", SIGKILL},
                                          {"TERM", SIGTERM},
                                          {"INT", SIGINT},
                                          {"QUIT", SIGQUIT},
                                          {"ABRT", SIGABRT},
                                          {"SEGV", SIGSEGV},
                                          {"HUP", SIGHUP}}};

std::optional<int> signal_number(const std::string& name) {
  for (const Signal& signal : kSignals) {
    if (name == signal.name) return signal.number;
  }
  return std::nullopt;
}

std::string signal_name(const Json& parameters) { return json_text(parameters, "/signal", "KILL"); }
bool holds(const Json& parameters) { return json_get<bool>(parameters, "/hold").value_or(false); }

/// Nothing is to be done to it.
bool is_spared(const ResolvedTarget& target, const Json& parameters) {
  return if_leading(parameters) && has_leader(target.role) && !target.leads;
}

Json spared_evidence() { return {{"leads", false}}; }

class ProcessKill final : public AgentFault {
 public:
  explicit ProcessKill(Agents& agents) : AgentFault(agents) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    if (is_spared(target, parameters))
      return {fmt::format("nothing, unless {} leads by then", process_text(target)), "nothing"};
    const std::string then = holds(parameters) ? ", and SIGKILL to every process that follows it" : "";
    return {fmt::format("send SIG{} to {}{}", signal_name(parameters), process_text(target), then),
            "whoever started it starts it again: the kubelet, or systemd"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& parameters) const override {
    return is_spared(target, parameters) ? std::vector<TargetRole>() : std::vector{target.role};
  }
  Result<InjectionProof> inject(const Injection& injection, const Interrupt& interrupt) override {
    if (!is_spared(injection.target, injection.parameters)) return AgentFault::inject(injection, interrupt);
    const Instant now = MonotonicClock().now();
    return InjectionProof{now, now, spared_evidence()};
  }
  Result<Json> prove(const Injection& injection, const Interrupt& interrupt) override {
    if (is_spared(injection.target, injection.parameters)) return spared_evidence();
    return AgentFault::prove(injection, interrupt);
  }
  Result<Json> heal(const Injection& injection, const Interrupt& interrupt) override {
    if (is_spared(injection.target, injection.parameters)) return Json::object();
    return AgentFault::heal(injection, interrupt);
  }
  bool stays(const Json& parameters) const override { return holds(parameters); }
  Result<Json> prove_healed(const Injection& injection, const Json& injected, const Interrupt& interrupt) override {
    if (is_spared(injection.target, injection.parameters)) return Json::object();
    return prove_successor(injection, injected, Json::json_pointer(), interrupt);
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& parameters) const override {
    const auto number = signal_number(signal_name(parameters));
    if (!number) return usage_error("process.kill", "no signal " + signal_name(parameters));
    if (if_leading(parameters) && !has_leader(target.role))
      return usage_error("process.kill", fmt::format("ifLeading: of {} none leads", to_string(target.role)));
    AgentRequest out{"process.kill", process_choice(target), kEffectTimeout};
    out.parameters["signal"] = *number;
    out.parameters["waitMs"] = std::chrono::duration_cast<std::chrono::milliseconds>(kEffectTimeout).count();
    out.parameters["hold"] = holds(parameters);
    return out;
  }
};

}  // namespace

std::unique_ptr<Fault> make_process_kill(const FaultDoors& doors) {
  return std::make_unique<ProcessKill>(doors.agents);
}

}  // namespace hadrill
