// Trials in a few words.
#pragma once

#include <string>
#include <vector>

#include "trend/trial.hpp"

namespace hadrill::test {

using namespace std::chrono_literals;

inline constexpr const char* kSli = "api.longest_outage";

inline trend::Machine machine() { return {2, 25'000'000'000, "6.1", "overlayfs", "2", "as named"}; }

/// One that measured one SLI between `lower` and `upper`.
inline trend::StoredTrial trial(int number, Duration lower, std::optional<Duration> upper,
                                const std::string& side = "runs") {
  trend::StoredTrial out;
  out.scenario = "apiserver-kill";
  out.topology = "stacked";
  out.started_utc = "2027-01-" + std::to_string(10 + number) + "T03:00:00.000Z";
  out.directory = side + "/apiserver-kill/" + std::to_string(number);
  out.judgement = Judgement::pass;
  out.seed = static_cast<std::uint64_t>(number);
  out.hadrill = "0.1.0";
  out.kubernetes = "v1.37.2";
  out.machine = machine();
  out.periods["api.read.new"] = 100ms;
  trend::Measure slo;
  slo.id = kSli;
  slo.time = Bounds{lower, upper};
  slo.time_budget = 5s;
  out.slos.push_back(slo);
  return out;
}

/// `n` trials whose SLI lies between `first` and `first` + `width`, each 10 ms later than the one before.
inline std::vector<trend::StoredTrial> trials(int n, Duration first, Duration width, const std::string& side) {
  std::vector<trend::StoredTrial> out;
  for (int i = 0; i < n; ++i) out.push_back(trial(i, first + i * 10ms, first + i * 10ms + width, side));
  return out;
}

/// The same of an availability.
inline std::vector<trend::StoredTrial> shares(int n, double lower, double upper, const std::string& side) {
  std::vector<trend::StoredTrial> out = trials(n, 0s, 0s, side);
  for (std::size_t i = 0; i < out.size(); ++i) {
    trend::Measure& slo = out[i].slos.front();
    slo.id = "api.availability";
    slo.time.reset();
    slo.time_budget.reset();
    slo.share = ShareBounds{lower - 0.0001 * static_cast<double>(i), upper - 0.0001 * static_cast<double>(i)};
    slo.share_budget = 0.9;
  }
  return out;
}

}  // namespace hadrill::test
