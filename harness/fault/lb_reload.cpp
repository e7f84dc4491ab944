// lb.reload: the load balancer reads its configuration anew, as after a change of its backends: new workers take the
// new connections, the old ones serve theirs to their end. Nothing has to be undone.
#include <fmt/format.h>

#include <sstream>

#include "fault/fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookTimeout = 10s;
constexpr auto kReloadTimeout = 30s;

/// Prints "PROGRAM MASTER". pgrep is in the images that hadrill makes; Envoy's has none, and Envoy cannot be reloaded.
constexpr const char* kLookScript = R"(for program in haproxy nginx; do
  master=$(pgrep -o -x "$program" 2>/dev/null) || continue
  echo "$program $master"
  exit 0
done
exit 1
)";

/// Tells the master to read its configuration and waits for a worker that was not there before. Prints the workers
/// before and after. $1: signal, $2: master, $3: program.
constexpr const char* kReloadScript = R"(set -eu
workers() { pgrep -P "$2" -x "$3" | sort | tr '\n' ' '; }
before=$(workers "$@")
kill -s "$1" "$2"
for _ in $(seq 200); do
  for worker in $(workers "$@"); do
    case " $before" in *" $worker "*) ;; *) echo "$before"; workers "$@"; exit 0 ;; esac
  done
  sleep 0.05
done
echo 'no new worker' >&2
exit 1
)";

struct Master {
  std::string program;
  std::string pid;
};

class LbReload final : public Fault {
 public:
  explicit LbReload(const FaultDoors& doors) : docker_(doors.docker) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format("make the load balancer {} read its configuration anew", target.node.name),
            "nothing: it is the same configuration"};
  }
  /// New connections find a worker at any time.
  std::vector<TargetRole> takes(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return {};
  }
  Status available(const Injection& injection, const Interrupt& interrupt) override {
    const auto found = master(injection, interrupt);
    if (!found.ok()) return found.error();
    return Ok{};
  }
  Result<InjectionProof> inject(const Injection& injection, const Interrupt& interrupt) override {
    const auto found = master(injection, interrupt);
    if (!found.ok()) return found.error();
    const MonotonicClock clock;
    InjectionProof proof;
    proof.t0_lower = clock.now();
    const char* signal = found->program == "nginx" ? "HUP" : "USR2";
    const auto done = docker_.exec(injection.target.node.name,
                                   {"sh", "-c", kReloadScript, "reload", signal, found->pid, found->program}, {},
                                   kReloadTimeout, interrupt);
    if (!done.ok()) return done.error();
    proof.t0_upper = clock.now();
    std::istringstream lines(done->out);
    std::string before;
    std::string after;
    std::getline(lines, before);
    std::getline(lines, after);
    proof.evidence = {
        {"program", found->program}, {"signal", signal}, {"workersBefore", before}, {"workersAfter", after}};
    return proof;
  }
  Result<Json> prove(const Injection& injection, const Interrupt& interrupt) override {
    return prove_healed(injection, Json::object(), interrupt);
  }
  Result<Json> heal(const Injection& /*injection*/, const Interrupt& /*interrupt*/) override {
    return Json{{"undone", "nothing to undo"}};
  }
  Result<Json> prove_healed(const Injection& injection, const Json& /*injected*/, const Interrupt& interrupt) override {
    const auto found = master(injection, interrupt);
    if (!found.ok()) return found.error();
    return Json{{"program", found->program}, {"master", found->pid}};
  }

 private:
  Result<Master> master(const Injection& injection, const Interrupt& interrupt) {
    const std::string& name = injection.target.node.name;
    if (takes_agent(injection.target.node.role)) return usage_error("lb.reload", "its target is role load-balancer");
    const auto said = docker_.exec(name, {"sh", "-c", kLookScript}, {}, kLookTimeout, interrupt);
    if (!said.ok() && interrupt.raised()) return said.error();
    if (!said.ok())
      return usage_error("lb.reload", name +
                                          " runs neither nginx nor haproxy; kind's Envoy takes new configuration "
                                          "by itself and cannot be told to: use topology nginx or haproxy");
    Master out;
    std::istringstream(said->out) >> out.program >> out.pid;
    return out;
  }

  Docker& docker_;
};

}  // namespace

std::unique_ptr<Fault> make_lb_reload(const FaultDoors& doors) { return std::make_unique<LbReload>(doors); }

}  // namespace hadrill
