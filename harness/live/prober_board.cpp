#include "live/prober_board.hpp"

#include <algorithm>

namespace hadrill::live {
namespace {

using namespace std::chrono_literals;

/// T0 is known when the fault is proven, which may take this long.
constexpr Duration kProofTakes = 30s;
/// A request that is given up, and the harness's own delay.
constexpr Duration kSlack = 2s;
constexpr Duration kRecent = 10s;

Instant sent_at(const Sample& sample) { return sample.sent.ns != 0 ? sample.sent : sample.scheduled; }

}  // namespace

void ProberBoard::see(const Sample& sample) {
  if (!is_judged(sample.outcome) || static_cast<std::int64_t>(sample.sequence) <= settled_) return;
  open_.emplace(sample.sequence, sample);
}

void ProberBoard::open(const Window* window) {
  window_ = window;
  walk_.emplace(info_, window, IntervalSet{});
}

void ProberBoard::settle(Instant now) {
  const Duration horizon = std::max(info_.timeout + kSlack, kProofTakes);
  while (!open_.empty()) {
    const auto& [sequence, sample] = *open_.begin();
    if (now - sample.scheduled < horizon) return;
    if (walk_ && counts(sample)) walk_->step(sample, false);
    settled_ = sequence;
    const bool good = sample.outcome == Outcome::ok;
    if (good) bad_since_.reset();
    if (!good && !bad_since_) bad_since_ = sent_at(sample);
    open_.erase(open_.begin());
  }
}

ProberOutages ProberBoard::outages() const {
  ProberWalk walk = *walk_;
  for (const auto& [sequence, sample] : open_) {
    if (counts(sample)) walk.step(sample, false);
  }
  return walk.finish();
}

ProberRow ProberBoard::row(Instant now) const {
  ProberRow row;
  row.name = info_.name;
  row.user_facing = info_.user_facing();
  std::optional<Instant> bad_since = bad_since_;
  std::optional<Instant> last;
  for (const auto& [sequence, sample] : open_) {
    const bool good = sample.outcome == Outcome::ok;
    last = sent_at(sample);
    if (good) bad_since.reset();
    if (!good && !bad_since) bad_since = last;
    if (now - *last > kRecent) continue;
    ++row.recent_all;
    row.recent_good += good ? 1 : 0;
  }
  if (bad_since) {
    row.standing = Standing::down;
    row.lasting = now - *bad_since;
  } else if (last) {
    const bool silent = now - *last > gap_limit(info_);
    row.standing = silent ? Standing::no_answer : Standing::up;
    row.lasting = silent ? now - *last : Duration::zero();
  } else if (settled_ >= 0) {
    row.standing = Standing::no_answer;
    row.lasting = kProofTakes;
  }
  return row;
}

}  // namespace hadrill::live
