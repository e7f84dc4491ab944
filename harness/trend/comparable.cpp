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

using Trials = std::vector<const StoredTrial*>;

Trials counted(const std::vector<StoredTrial>& trials) {
  Trials out;
  for (const StoredTrial& trial : trials) {
    if (!why_not_counted(trial)) out.push_back(&trial);
  }
  return out;
}

/// What the trials of one side say to a question, each answer once, in order.
std::set<std::string> answers(const Trials& trials, const std::function<std::string(const StoredTrial&)>& ask) {
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

void look_at_memory(std::vector<std::string>& out, const Trials& base, const Trials& next) {
  std::int64_t least = 0;
  std::int64_t most = 0;
  for (const Trials* side : {&base, &next}) {
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
void look_at_periods(std::vector<std::string>& out, const Trials& base, const Trials& next) {
  std::map<std::string, std::set<Duration>> periods;
  for (const Trials* side : {&base, &next}) {
    for (const StoredTrial* trial : *side) {
      for (const auto& [prober, period] : trial->periods)
        periods[trial->scenario + " on " + trial->topology + ", " + prober].insert(period);
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

std::string of_machine(const StoredTrial& trial, const std::function<std::string(const Machine&)>& ask) {
  return trial.machine ? ask(*trial.machine) : "";
}

}  // namespace

Differences differences_of(const std::vector<StoredTrial>& base, const std::vector<StoredTrial>& next) {
  const Trials before = counted(base);
  const Trials after = counted(next);
  Differences out;
  const auto compare = [&](std::vector<std::string>& to, const std::string& what, const auto& ask) {
    tell_if_different(to, what, answers(before, ask), answers(after, ask));
  };
  const auto machines = [&](std::vector<std::string>& to, const std::string& what, const auto& ask) {
    compare(to, what, [&ask](const StoredTrial& trial) { return of_machine(trial, ask); });
  };
  machines(out.spoiling, "CPUs", [](const Machine& machine) { return std::to_string(machine.cpus); });
  look_at_memory(out.spoiling, before, after);
  machines(out.spoiling, "storage driver", [](const Machine& machine) { return machine.storage_driver; });
  machines(out.spoiling, "cgroup version", [](const Machine& machine) { return machine.cgroup_version; });
  machines(out.spoiling, "load balancer image", [](const Machine& machine) { return machine.load_balancer; });
  look_at_periods(out.spoiling, before, after);
  machines(out.worth_knowing, "kernel", [](const Machine& machine) { return machine.kernel; });
  compare(out.worth_knowing, "Kubernetes", [](const StoredTrial& trial) { return trial.kubernetes; });
  compare(out.worth_knowing, "hadrill", [](const StoredTrial& trial) { return trial.hadrill; });
  const auto unknown = [](const StoredTrial* trial) { return !trial->machine; };
  const auto unknowns =
      std::count_if(before.begin(), before.end(), unknown) + std::count_if(after.begin(), after.end(), unknown);
  if (unknowns > 0) out.worth_knowing.push_back(fmt::format("{} trials do not tell their machine", unknowns));
  return out;
}

}  // namespace hadrill::trend
