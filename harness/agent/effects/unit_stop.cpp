// unit.stop: a systemd unit of the node (kubelet, containerd) stopped, taken back by starting it.
#include <array>

#include "agent/effects/effects.hpp"
#include "agent/proc.hpp"
#include "agent/program.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

/// systemd gives a unit 90 s to stop before it kills it.
constexpr auto kStop = 100s;
constexpr auto kStart = 100s;
constexpr auto kAsk = 10s;
constexpr std::array<const char*, 2> kUnits{"kubelet", "containerd"};

/// "active", "inactive", "activating", ...
std::string state_of(const std::string& unit) {
  const auto said = run_program({"systemctl", "is-active", unit}, kAsk);
  if (!said.ok()) return said.error().message;
  return said->output.substr(0, said->output.find('\n'));
}

/// Stopped for good, whether its end was in order or not (a kubelet that is ended while it starts fails).
bool is_down(const std::string& state) { return state == "inactive" || state == "failed"; }

class UnitStop final : public Effect {
 public:
  const char* name() const override { return "unit.stop"; }

  Result<Json> plan(const std::string& /*id*/, const Json& parameters) const override {
    const auto unit = parameters.at("unit").get<std::string>();
    if (std::find(kUnits.begin(), kUnits.end(), unit) == kUnits.end()) return trouble("no unit " + unit + " to stop");
    const std::string state = state_of(unit);
    if (state != "active") return trouble("unit " + unit + " is " + state + ", not active");
    return Json{{"unit", unit}};
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const auto unit = undo.at("unit").get<std::string>();
    const auto processes = find_processes(unit);
    Proof proof;
    proof.before_ns = monotonic_ns();
    // Not waited for by systemctl: it would not give up when we have to.
    const auto asked = run_checked({"systemctl", "stop", "--no-block", unit}, kAsk);
    if (!asked.ok()) return asked.error();
    std::string state;
    const auto down = [&] {
      state = state_of(unit);
      return is_down(state);
    };
    if (!patience.until(down, kStop)) return trouble("it does not stop");
    proof.after_ns = monotonic_ns();
    if (const auto left = find_processes(unit); !left.empty()) return trouble("the process of " + unit + " still runs");
    proof.evidence = {{"unit", unit}, {"state", state}};
    if (!processes.empty()) proof.evidence["pid"] = processes.front().pid;
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    const auto unit = undo.at("unit").get<std::string>();
    const std::string state = state_of(unit);
    if (!is_down(state)) return trouble("unit " + unit + " is " + state);
    return Json{{"state", state}};
  }

  Status undo(const Json& undo, Patience& patience) const override {
    const auto unit = undo.at("unit").get<std::string>();
    const auto asked = run_checked({"systemctl", "start", "--no-block", unit}, kAsk);
    if (!asked.ok()) return asked.error();
    if (!patience.until([&] { return state_of(unit) == "active"; }, kStart, 100ms))
      return trouble("unit " + unit + " does not start: " + state_of(unit));
    return Ok{};
  }

  Result<Json> prove_undone(const Json& undo) const override {
    const auto unit = undo.at("unit").get<std::string>();
    const std::string state = state_of(unit);
    if (state != "active") return trouble("unit " + unit + " is " + state);
    return Json{{"unit", unit}, {"state", state}};
  }

  std::vector<std::string> residue() const override {
    std::vector<std::string> left;
    for (const char* unit : kUnits) {
      const auto known = run_program({"systemctl", "cat", unit}, kAsk);
      if (!known.ok() || known->exit_code != 0) continue;  // not a node of a cluster
      if (const std::string state = state_of(unit); is_down(state))
        left.push_back(std::string("unit ") + unit + " is " + state);
    }
    return left;
  }
};

}  // namespace

const Effect& unit_stop() {
  static const UnitStop effect;
  return effect;
}

}  // namespace hadrill::agent
