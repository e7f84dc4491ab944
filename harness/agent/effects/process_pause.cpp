// process.pause: SIGSTOP, taken back with SIGCONT. The process keeps its sockets: peers see it hang, not refuse.
#include <csignal>

#include "agent/choose.hpp"
#include "agent/effects/effects.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kEffect = 5s;
constexpr auto kStep = 1ms;

bool stopped(const ProcessInfo& process) {
  const auto stat = stat_of(process.pid);
  return stat && stat->start_ticks == process.start_ticks && (stat->state == "T" || stat->state == "t");
}

class ProcessPause final : public Effect {
 public:
  const char* name() const override { return "process.pause"; }

  Result<Json> plan(const std::string& /*id*/, const Json& parameters) const override {
    const auto choice = read_choice(parameters);
    if (!choice.ok()) return choice.error();
    const auto process = find_oldest(*choice);
    if (!process.ok()) return process.error();
    if (stopped(*process)) return trouble(describe(*choice) + " is stopped already, and not by this fault");
    return Json{{"process", to_json(*process)}};
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const auto process = read_process_info(undo.at("process"));
    Proof proof;
    proof.before_ns = monotonic_ns();
    if (const Status sent = send_signal(process, SIGSTOP); !sent.ok()) return sent.error();
    if (!patience.until([&] { return stopped(process); }, kEffect, kStep)) return trouble("it does not stop");
    proof.after_ns = monotonic_ns();
    proof.evidence = to_json(process);
    proof.evidence["state"] = "stopped";
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    const auto process = read_process_info(undo.at("process"));
    if (!still_lives(process)) return trouble("the process was ended: it is not paused any more");
    if (!stopped(process)) return trouble("the process runs");
    return Json{{"state", "stopped"}};
  }

  Status undo(const Json& undo, Patience& patience) const override {
    const auto process = read_process_info(undo.at("process"));
    // Ended meanwhile, by a liveness probe or a restart of the node: there is nothing to continue.
    if (!send_signal(process, SIGCONT).ok()) return Ok{};
    if (!patience.until([&] { return !stopped(process); }, kEffect, kStep)) return trouble("it does not continue");
    return Ok{};
  }

  Result<Json> prove_undone(const Json& undo) const override {
    const auto process = read_process_info(undo.at("process"));
    if (stopped(process)) return trouble("the process is still stopped");
    return Json{{"samePid", still_lives(process)}};
  }

  std::vector<std::string> residue() const override {
    std::vector<std::string> left;
    for (const ProcessInfo& process : all_processes()) {
      if (stopped(process)) left.push_back("process " + process.program + " is stopped (SIGSTOP)");
    }
    return left;
  }
};

}  // namespace

const Effect& process_pause() {
  static const ProcessPause effect;
  return effect;
}

}  // namespace hadrill::agent
