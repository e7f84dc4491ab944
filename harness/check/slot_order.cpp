#include "check/slot_order.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace hadrill {
namespace {

constexpr Duration kSecond = std::chrono::seconds(1);

std::int64_t second_of(Instant at, Instant origin) {
  const std::int64_t ns = (at - origin).count();
  const std::int64_t floor = ns / kSecond.count();
  return ns % kSecond.count() < 0 ? floor - 1 : floor;
}

bool slot_before(const Sample& a, const Sample& b) {
  return std::tie(a.scheduled, a.sequence) < std::tie(b.scheduled, b.sequence);
}

}  // namespace

SlotOrder::SlotOrder(std::size_t probers, Instant origin, Duration horizon, bool trusted, Sink sink)
    : probers_(probers),
      origin_(origin),
      horizon_(horizon),
      trusted_(trusted),
      sink_(std::move(sink)),
      closed_before_(std::numeric_limits<std::int64_t>::min()),
      last_sequence_(probers, -1) {}

SlotOrder::Slots& SlotOrder::slots_of(std::int64_t index) {
  if (current_ != nullptr && current_index_ == index) return *current_;
  const auto [at, is_new] = open_.try_emplace(index);
  if (is_new && !spare_.empty()) {
    at->second = std::move(spare_.back());
    spare_.pop_back();
  }
  at->second.resize(probers_);
  current_ = &at->second;
  current_index_ = index;
  return at->second;
}

bool SlotOrder::add(const Sample& sample) {
  const std::int64_t index = second_of(sample.scheduled, origin_);
  if (index < closed_before_) return false;
  slots_of(index)[sample.prober].push_back(sample);
  if (sample.scheduled <= latest_) return true;
  latest_ = sample.scheduled;
  return latest_ < close_at_ || close_before(second_of(latest_ - horizon_, origin_));
}

bool SlotOrder::close_before(std::int64_t index) {
  while (!open_.empty() && open_.begin()->first < index) {
    if (!close_first()) return false;
  }
  closed_before_ = std::max(closed_before_, index);
  // The next one is due when a slot is seen that is a horizon later than its end.
  close_at_ = origin_ + kSecond * (index + 1) + horizon_;
  return true;
}

bool SlotOrder::close_first() {
  const auto first = open_.begin();
  for (std::size_t prober = 0; prober < probers_; ++prober) {
    if (!trusted_ && !put_in_order(first->second[prober], prober)) return false;
  }
  sink_(ClosedSecond(first->first, first->second));
  for (std::vector<Sample>& one : first->second) one.clear();
  spare_.push_back(std::move(first->second));
  open_.erase(first);
  current_ = nullptr;
  return true;
}

bool SlotOrder::put_in_order(std::vector<Sample>& slots, std::size_t prober) {
  if (!std::is_sorted(slots.begin(), slots.end(), slot_before)) {
    std::stable_sort(slots.begin(), slots.end(), slot_before);
  }
  const auto same = [](const Sample& a, const Sample& b) {
    return a.sequence == b.sequence && a.scheduled == b.scheduled;
  };
  slots.erase(std::unique(slots.begin(), slots.end(), same), slots.end());
  for (const Sample& sample : slots) {
    if (sample.sequence <= last_sequence_[prober]) return false;
    last_sequence_[prober] = sample.sequence;
  }
  return true;
}

bool SlotOrder::finish() {
  while (!open_.empty()) {
    if (!close_first()) return false;
  }
  return true;
}

std::vector<Sample> sorted_by_slot(std::vector<Sample> samples) {
  std::erase_if(samples, [](const Sample& sample) { return !is_judged(sample.outcome); });
  const auto number = [](const Sample& sample) { return std::tie(sample.prober, sample.sequence); };
  std::stable_sort(samples.begin(), samples.end(),
                   [&](const Sample& a, const Sample& b) { return number(a) < number(b); });
  samples.erase(std::unique(samples.begin(), samples.end(),
                            [&](const Sample& a, const Sample& b) { return number(a) == number(b); }),
                samples.end());
  // Slots are numbered in the order of their instants; only a damaged history says otherwise.
  std::stable_sort(samples.begin(), samples.end(),
                   [](const Sample& a, const Sample& b) { return a.scheduled < b.scheduled; });
  return samples;
}

}  // namespace hadrill
