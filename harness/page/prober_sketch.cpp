#include "page/prober_sketch.hpp"

#include <algorithm>

#include "check/outages.hpp"

namespace hadrill {

void BadMarks::add(const BadMark& mark) {
  if (count_++ % every_ != 0) return;
  marks_.push_back(mark);
  if (marks_.size() <= kMost) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < marks_.size(); i += 2) marks_[kept++] = marks_[i];
  marks_.resize(kept);
  every_ *= 2;
}

ProberSketcher::ProberSketcher(const ProberInfo& prober, const Axis& axis, const BinGrid& grid)
    : axis_(axis), grid_(grid), gap_(gap_limit(prober)) {
  out_.lane.name = prober.name;
  out_.bins.resize(grid.bins());
}

void ProberSketcher::add(const Sample& sample) {
  const Instant sent = sample.sent.ns != 0 ? sample.sent : sample.scheduled;
  const Instant at = std::max(previous_.value_or(sent), sent);
  if (at < axis_.begin || at > axis_.end) return;
  const bool good = sample.outcome == Outcome::ok;
  extend_lane(at, good);

  const std::size_t bin = grid_.bin_of(at, bin_);
  if (bin != bin_) close_bin();
  bin_ = bin;
  LatencyBin& counts = out_.bins[bin_];
  ++counts.asked;
  if (!good) ++counts.failed;
  const bool answered = good || sample.outcome == Outcome::slow;
  if (answered) latencies_.push_back(std::max(Duration::zero(), sample.done - sample.scheduled));
  if (!good) {
    const bool ended = sample.done.ns != 0 && sample.done >= sample.scheduled;
    out_.bad.add({at, ended ? std::optional(sample.done - sample.scheduled) : std::nullopt, sample.outcome});
  }
}

void ProberSketcher::extend_lane(Instant at, bool good) {
  // Between two samples too far apart nobody asked: no stretch.
  if (previous_ && at - *previous_ <= gap_) {
    if (previous_good_ != good) {
      extend(at, LaneState::maybe);
    } else {
      extend(at, good ? LaneState::up : LaneState::down);
    }
  }
  previous_ = at;
  previous_good_ = good;
  std::vector<Stretch>& stretches = out_.lane.stretches;
  const LaneState state = good ? LaneState::up : LaneState::down;
  const bool inside = !stretches.empty() && stretches.back().state == state && stretches.back().end == at;
  if (!inside) stretches.push_back({at, at, state});
  ++stretches.back().asked;
  if (!good) ++stretches.back().failed;
  if (stretches.size() > 2 * kMostStretches) thin(stretches);
}

/// From the sample before to `at`.
void ProberSketcher::extend(Instant at, LaneState state) {
  std::vector<Stretch>& stretches = out_.lane.stretches;
  Stretch& last = stretches.back();
  if (last.state == state) {
    last.end = at;
    return;
  }
  // A good sample alone is no stretch: what it proves is no longer than an instant. A bad one is drawn for itself.
  const Instant from = *previous_;
  stretches.push_back({from, at, state});
}

void ProberSketcher::close_bin() {
  LatencyBin& bin = out_.bins[bin_];
  bin.answered = latencies_.size();
  if (latencies_.empty()) return;
  const auto middle = latencies_.begin() + static_cast<std::ptrdiff_t>((latencies_.size() - 1) / 2);
  std::nth_element(latencies_.begin(), middle, latencies_.end());
  bin.median = *middle;
  bin.least = *std::min_element(latencies_.begin(), middle + 1);
  bin.most = *std::max_element(middle, latencies_.end());
  latencies_.clear();
}

ProberSketch ProberSketcher::finish() {
  close_bin();
  thin(out_.lane.stretches);
  if (out_.lane.stretches.empty()) out_.lane.note = "no sample";
  return std::move(out_);
}

}  // namespace hadrill
