#include "trend/comparable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "base/duration.hpp"

namespace hadrill::trend {
namespace {

/// Memory that is given to a virtual machine anew is seldom the same to the byte.
constexpr double kSameMemory = 0.05;
constexpr double kGibibyte = 1024.0 * 1024 * 1024;

using Ask = std::function<std::string(const StoredTrial&)>;

/// What the trials of one side say to a question, each answer once, in order.
std::set<std::string> answers(const TrialSet& trials, const Ask& ask) {
  std::set<std::string> out;
  for (const StoredTrial* trial : trials) out.insert(ask(*trial));
  out.erase("");
  return out;
}

/// "CPUs: base 2, new 4"; nothing when all trials of both sides say the same.
void tell_if_different(std::vector<std::string>& out, const std::string& what, const std::set<std::string>& base,
                       const std::set<std::string>& next) {
  if (base.empty() || next.empty() || (base == next && base.size() == 1)) return;
  out.push_back(fmt::format("{}: base {}, new {}", what, fmt::join(base, " and "), fmt::join(next, " and ")));
}

void look_at_memory(std::vector<std::string>& out, const TrialSet& base, const TrialSet& next) {
  std::int64_t least = 0;
  std::int64_t most = 0;
  for (const TrialSet* side : {&base, &next}) {
    for (const StoredTrial* trial : *side) {
      if (!trial->machine || trial->machine->memory_bytes <= 0) continue;
      const std::int64_t bytes = trial->machine->memory_bytes;
      least = least == 0 ? bytes : std::min(least, bytes);
      most = std::max(most, bytes);
    }
  }
  if (static_cast<double>(most - least) > kSameMemory * static_cast<double>(most)) {
    out.push_back(fmt::format("memory: from {:.1f} to {:.1f} GiB", static_cast<double>(least) / kGibibyte,
                              static_cast<double>(most) / kGibibyte));
  }
}

/// A prober that asks less often sees less finely, and loads the machine less.
void look_at_periods(std::vector<std::string>& out, const TrialSet& base, const TrialSet& next) {
  std::map<std::string, std::set<Duration>> periods;
  for (const TrialSet* side : {&base, &next}) {
    for (const StoredTrial* trial : *side) {
      for (const auto& [prober, period] : trial->periods) periods[prober].insert(period);
    }
  }
  for (const auto& [prober, different] : periods) {
    if (different.size() < 2) continue;
    std::vector<std::string> words;
    std::transform(different.begin(), different.end(), std::back_inserter(words), format_duration);
    out.push_back(fmt::format("pace of the probers: {} asks every {}", prober, fmt::join(words, " and every ")));
    return;  // the others differ in the same way
  }
}

/// A question to the machine; a trial that does not tell its machine does not answer.
Ask of_machine(std::function<std::string(const Machine&)> ask) {
  return [ask = std::move(ask)](const StoredTrial& trial) { return trial.machine ? ask(*trial.machine) : ""; };
}

void ask_both(std::vector<std::string>& out, const std::string& what, const TrialSet& base, const TrialSet& next,
              const Ask& ask) {
  tell_if_different(out, what, answers(base, ask), answers(next, ask));
}

}  // namespace

std::vector<std::string> spoiling_differences(const TrialSet& base, const TrialSet& next) {
  std::vector<std::string> out;
  ask_both(out, "CPUs", base, next, of_machine([](const Machine& machine) { return std::to_string(machine.cpus); }));
  look_at_memory(out, base, next);
  ask_both(out, "storage driver", base, next,
           of_machine([](const Machine& machine) { return machine.storage_driver; }));
  ask_both(out, "cgroup version", base, next,
           of_machine([](const Machine& machine) { return machine.cgroup_version; }));
  ask_both(out, "load balancer image", base, next,
           of_machine([](const Machine& machine) { return machine.load_balancer; }));
  look_at_periods(out, base, next);
  return out;
}

std::vector<std::string> other_differences(const TrialSet& base, const TrialSet& next) {
  std::vector<std::string> out;
  ask_both(out, "kernel", base, next, of_machine([](const Machine& machine) { return machine.kernel; }));
  ask_both(out, "Kubernetes", base, next, [](const StoredTrial& trial) { return trial.kubernetes; });
  ask_both(out, "hadrill", base, next, [](const StoredTrial& trial) { return trial.hadrill; });
  const auto unknown = [](const StoredTrial* trial) { return !trial->machine; };
  const auto unknowns =
      std::count_if(base.begin(), base.end(), unknown) + std::count_if(next.begin(), next.end(), unknown);
  if (unknowns > 0) out.push_back(fmt::format("{} trials do not tell their machine", unknowns));
  return out;
}

}  // namespace hadrill::trend
