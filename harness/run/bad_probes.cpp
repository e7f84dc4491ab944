#include "run/bad_probes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hadrill {

BadProbes::BadProbes(const SampleHeader& header) {
  for (const ProberInfo& prober : header.probers) probers_.push_back({prober.name});
}

void BadProbes::see(const Sample& sample) {
  if (sample.outcome == Outcome::ok || !is_judged(sample.outcome)) return;
  const std::scoped_lock lock(mutex_);
  Prober& prober = probers_.at(sample.prober);
  ++prober.ended.at(static_cast<std::size_t>(sample.outcome));
  ++prober.all;
}

void BadProbes::restart() {
  const std::scoped_lock lock(mutex_);
  for (Prober& prober : probers_) prober = {std::move(prober.name)};
}

std::string BadProbes::told() const {
  std::vector<Prober> worst;
  {
    const std::scoped_lock lock(mutex_);
    std::ranges::copy_if(probers_, std::back_inserter(worst), [](const Prober& prober) { return prober.all > 0; });
  }
  std::ranges::stable_sort(worst, std::ranges::greater{}, &Prober::all);
  std::uint64_t all = 0;
  std::string probers;
  for (const Prober& prober : worst) {
    all += prober.all;
    probers += (probers.empty() ? "" : "; ") + prober.name;
    const char* separator = " ";
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      if (prober.ended[outcome] == 0) continue;
      probers += fmt::format("{}{} {}", separator, prober.ended[outcome], to_string(static_cast<Outcome>(outcome)));
      separator = ", ";
    }
  }
  return all == 0 ? "" : fmt::format("{} probe{} not good: {}", all, all == 1 ? " was" : "s were", probers);
}

}  // namespace hadrill
