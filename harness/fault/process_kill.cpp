#include "fault/process_kill.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// A signal that may be handled (TERM) gets this long to take effect before the fault counts as unproven.
constexpr auto kEffectTimeout = 30s;

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

}  // namespace

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
  }
  return {};
}

std::string ProcessKill::describe(const ResolvedTarget& target, const Json& parameters) const {
  return fmt::format("send SIG{} to the {} process on {}; undone by the kubelet, which starts it again",
                     signal_name(parameters), program_of(target.role), target.node.name);
}

Status ProcessKill::prepare(const ResolvedTarget& target, const Interrupt& interrupt) {
  if (const Status installed = agents_.install(target.node, interrupt); !installed.ok()) return installed;
  const auto found =
      agents_.ask(target.node, {{"verb", "resolve"}, {"program", program_of(target.role)}}, 0s, interrupt);
  if (!found.ok()) return found.error();
  if (json_array(*found, "/processes").empty()) {
    return infrastructure_error("process.kill",
                                fmt::format("no process {} on {}", program_of(target.role), target.node.name));
  }
  return Ok{};
}

Result<InjectionProof> ProcessKill::inject(const ResolvedTarget& target, const Json& parameters,
                                           const Interrupt& interrupt) {
  const auto number = signal_number(signal_name(parameters));
  if (!number) return usage_error("process.kill", "no signal " + signal_name(parameters));
  const auto wait_ms = std::chrono::duration_cast<std::chrono::milliseconds>(kEffectTimeout).count();
  const Json request = {
      {"verb", "kill"}, {"program", program_of(target.role)}, {"signal", *number}, {"waitMs", wait_ms}};
  const auto killed = agents_.ask(target.node, request, kEffectTimeout, interrupt);
  if (!killed.ok()) return killed.error();
  InjectionProof proof;
  proof.t0_lower = {json_get<std::int64_t>(*killed, "/beforeNs").value_or(0)};
  proof.t0_upper = {json_get<std::int64_t>(*killed, "/afterNs").value_or(0)};
  if (proof.t0_lower.ns <= 0 || proof.t0_upper < proof.t0_lower) {
    return infrastructure_error("process.kill", "the agent's proof has no instants", killed->dump());
  }
  proof.evidence = {{"program", program_of(target.role)},
                    {"signal", signal_name(parameters)},
                    {"pid", killed->value("pid", 0)},
                    {"startTicks", killed->value("startTicks", std::uint64_t{0})}};
  return proof;
}

Result<Json> ProcessKill::prove_healed(const ResolvedTarget& target, const Json& injected, const Interrupt& interrupt) {
  const std::string program = program_of(target.role);
  const auto found = agents_.ask(target.node, {{"verb", "resolve"}, {"program", program}}, 0s, interrupt);
  if (!found.ok()) return found.error();
  const auto killed = injected.value("startTicks", std::uint64_t{0});
  for (const Json& process : json_array(*found, "/processes")) {
    const auto started = process.value("startTicks", std::uint64_t{0});
    if (started > killed) return Json{{"program", program}, {"pid", process.value("pid", 0)}, {"startTicks", started}};
  }
  return infrastructure_error("process.kill", fmt::format("no new process {} on {}", program, target.node.name));
}

}  // namespace hadrill
