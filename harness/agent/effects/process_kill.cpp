// process.kill: a signal to one process, once or to every successor until undone. Nothing is to be taken back: whoever
// started the process starts it again.
#include <csignal>

#include "agent/choose.hpp"
#include "agent/effects/effects.hpp"
#include "agent/worker.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

constexpr int kHighestSignal = 64;
constexpr std::int64_t kLongestWaitMs = 120'000;
/// Between two looks for a successor: it lives this long at most, and the search costs a few ms of one core.
constexpr auto kHoldInterval = 50ms;

constexpr std::int64_t kNsPerMs = 1'000'000;

/// Signals that tell a process to stop, which it handles.
bool is_order(int signal_number) {
  return signal_number == SIGTERM || signal_number == SIGINT || signal_number == SIGHUP;
}

class ProcessKill final : public Effect {
 public:
  const char* name() const override { return "process.kill"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const auto choice = read_choice(parameters);
    if (!choice.ok()) return choice.error();
    const int signal_number = parameters.value("signal", SIGKILL);
    if (signal_number < 1 || signal_number > kHighestSignal) return trouble("no such signal");
    const auto wait_ms = parameters.value("waitMs", kLongestWaitMs);
    if (wait_ms < 0 || wait_ms > kLongestWaitMs) return trouble("waitMs has to be 0 to 120000");
    const auto process = find_oldest(*choice);
    if (!process.ok()) return process.error();
    return Json{{"id", id},
                {"choice", to_json(*choice)},
                {"process", to_json(*process)},
                {"signal", signal_number},
                {"waitMs", wait_ms},
                {"hold", parameters.value("hold", false)}};
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const auto process = read_process_info(undo.at("process"));
    const KillProof kill = kill_process(process, undo.at("signal").get<int>(), patience,
                                        std::chrono::milliseconds(undo.at("waitMs").get<std::int64_t>()));
    if (!kill.gone) return trouble(kill.trouble);
    // Whoever is told to stop begins to at once and may take its time; a process that is killed is there until it is
    // gone.
    const std::int64_t effect_ns = is_order(undo.at("signal").get<int>()) ? kill.sent_ns : kill.after_ns;
    Proof proof{kill.before_ns, effect_ns, to_json(process)};
    proof.evidence["endedAfterMs"] = (kill.after_ns - kill.before_ns) / kNsPerMs;
    if (undo.at("hold").get<bool>()) {
      const auto held = start_worker(undo.at("id").get<std::string>(), "hold", undo, patience, 5s);
      if (!held.ok()) return held.error();
      proof.evidence["held"] = true;
    }
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    const auto process = read_process_info(undo.at("process"));
    if (still_lives(process)) return trouble("the process lives");
    if (undo.at("hold").get<bool>() && find_workers(undo.at("id").get<std::string>()).empty())
      return trouble("nobody keeps its successors down");
    return Json{{"gone", to_json(process)}};
  }

  Status undo(const Json& undo, Patience& patience) const override {
    return end_workers(undo.at("id").get<std::string>(), patience);
  }

  Result<Json> prove_undone(const Json& undo) const override {
    if (!find_workers(undo.at("id").get<std::string>()).empty()) return trouble("its successors are still kept down");
    return Json::object();
  }
};

}  // namespace

int run_hold(const Json& undo, int report) {
  const auto choice = read_choice(undo.at("choice"));
  if (!choice.ok()) return 64;
  report_line(report, {{"ok", true}});
  Steadfast patience;
  for (;;) {
    // Always SIGKILL: a successor that handles its end could take long over it.
    for (const ProcessInfo& process : find_processes(*choice)) static_cast<void>(send_signal(process, SIGKILL));
    patience.wait(-1, kHoldInterval);
  }
}

const Effect& process_kill() {
  static const ProcessKill effect;
  return effect;
}

}  // namespace hadrill::agent
