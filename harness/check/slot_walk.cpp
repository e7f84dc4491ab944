#include "check/slot_walk.hpp"

#include <algorithm>

namespace hadrill {
namespace {

/// Only judged samples of known probers; as for_each_sample.
template <typename Take>
Result<bool> for_each_judged(SampleStream& samples, Take take) {
  const std::size_t probers = samples.header().probers.size();
  return for_each_sample(samples, [&](const Sample& sample) {
    return !is_judged(sample.outcome) || sample.prober >= probers || take(sample);
  });
}

}  // namespace

Duration slot_horizon(const SampleHeader& header) {
  constexpr Duration kSlack = std::chrono::seconds(60);
  Duration longest{};
  for (const ProberInfo& prober : header.probers) longest = std::max(longest, prober.timeout);
  return longest + kSlack;
}

Status walk_slots(SampleStream& samples, Instant origin, const std::function<void()>& restart,
                  const SlotOrder::Sink& sink) {
  const SampleHeader& header = samples.header();
  restart();
  SlotOrder as_recorded(header.probers.size(), origin, slot_horizon(header), false, sink);
  const auto read = for_each_judged(samples, [&](const Sample& sample) { return as_recorded.add(sample); });
  if (!read.ok()) return read.error();
  if (*read && as_recorded.finish()) return Ok{};

  std::vector<Sample> all;
  const auto again = for_each_judged(samples, [&all](const Sample& sample) {
    all.push_back(sample);
    return true;
  });
  if (!again.ok()) return again.error();
  restart();
  SlotOrder sorted(header.probers.size(), origin, Duration::zero(), true, sink);
  for (const Sample& sample : sorted_by_slot(std::move(all))) sorted.add(sample);
  sorted.finish();
  return Ok{};
}

}  // namespace hadrill
