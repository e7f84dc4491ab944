#include "check/prober_walk.hpp"

#include <algorithm>

namespace hadrill {
namespace {

bool harness_may_be_to_blame(Outcome outcome) {
  // Refused, reset, an HTTP status ... are facts however late the harness was; being slow is not.
  return outcome == Outcome::slow || outcome == Outcome::timeout || outcome == Outcome::unsent;
}

}  // namespace

ProberWalk::ProberWalk(const ProberInfo& prober, const Window* window, IntervalSet not_owed)
    : prober_(prober), window_(window), limit_(gap_limit(prober)) {
  out_.result.prober = prober;
  out_.not_owed = std::move(not_owed);
}

void ProberWalk::step(const Sample& sample, bool harness_late) {
  ++out_.result.recorded;
  const bool before = window_ == nullptr || known_before(sample, prober_, window_->t0_lower);
  count(sample, before);
  if (window_ == nullptr) return;
  Probe probe;
  probe.at = std::max(previous_.value_or(Instant{}), sample.sent.ns != 0 ? sample.sent : sample.scheduled);
  probe.good = sample.outcome == Outcome::ok;
  probe.judged = !before;
  const bool suspect = harness_late && harness_may_be_to_blame(sample.outcome);
  probe.proven = !probe.good && probe.judged && !suspect;
  if (!probe.good && probe.judged) count_bad(sample, probe);
  walk(probe);
  previous_ = probe.at;
}

void ProberWalk::count(const Sample& sample, bool before) {
  if (!before) {
    ++out_.result.n;
    ++out_.result.outcomes.at(static_cast<std::size_t>(sample.outcome));
    return;
  }
  const bool good = sample.outcome == Outcome::ok;
  if (window_ != nullptr && !known_before(sample, prober_, window_->baseline_end())) {
    if (!good) ++out_.result.preparation_bad;
    return;
  }
  const bool warm_up = window_ != nullptr && window_->steady_began && sample.scheduled < *window_->steady_began;
  if (!warm_up) ++(good ? out_.result.baseline_ok : out_.result.baseline_bad);
}

void ProberWalk::count_bad(const Sample& sample, const Probe& probe) {
  const BadCounts one{1, sample.outcome == Outcome::slow ? std::size_t{1} : 0, probe.proven};
  out_.counts.whole.add(one);
  (caught_while_not_owed(sample, probe.at) ? out_.counts.not_owed : out_.counts.owed).add(one);
  if (!out_.result.impact) out_.result.impact = probe.at;
}

bool ProberWalk::caught_while_not_owed(const Sample& sample, Instant at) {
  for (Interval& stretch : out_.not_owed) {
    if (at >= stretch.end || known_at(sample, prober_) < stretch.begin) continue;
    stretch.begin = std::min(stretch.begin, at);
    return true;
  }
  return false;
}

void ProberWalk::walk(const Probe& probe) {
  const Instant before = previous_.value_or(kDistantPast);
  const bool gap = previous_ && probe.at - before > limit_;
  if (gap) unknown_ += covered({{before, probe.at}}, window_->t0_lower, window_->end);
  if (!probe.good) {
    extend_run(probe, before);
  } else if (run_) {
    end_run(probe.at);
  } else if (gap || !previous_) {
    possible({before, probe.at});
  }
  look_for_failover(probe, gap);
}

void ProberWalk::possible(const Interval& interval) {
  if (interval.end > window_->t0_lower) out_.downtime.unclear.push_back(interval);
}

void ProberWalk::extend_run(const Probe& probe, Instant before) {
  if (!run_) {
    run_ = Run{};
    run_->after = before;
    run_->outage.first_bad = probe.at;
  }
  ++run_->outage.bad;
  run_->outage.last_bad = probe.at;
  run_->judged |= probe.judged;
  if (probe.proven) extend_proven(*run_, probe.at);
}

void ProberWalk::extend_proven(Run& run, Instant at) {
  // Between two proven samples far apart nothing is proven.
  if (run.any_proven && at - run.proven.end <= limit_) {
    run.proven.end = at;
    return;
  }
  if (run.any_proven) close_proven(run);
  run.any_proven = true;
  run.proven = {at, at};
}

void ProberWalk::close_proven(Run& run) {
  run.length += run.proven.end - run.proven.begin;
  if (run.proven.begin < run.proven.end) out_.downtime.proven.push_back(run.proven);
}

void ProberWalk::end_run(Instant end) {
  if (run_->any_proven) close_proven(*run_);
  // Over before the fault: the baseline's business.
  if (run_->judged || end > window_->t0_lower) {
    const Interval whole{run_->after, end};
    run_->outage.length = {run_->length, total({whole})};
    out_.result.outages.push_back(run_->outage);
    ++out_.result.outage_count;
    if (out_.result.outages.size() >= 2 * kOutagesListed) keep_longest(out_.result.outages);
    (run_->any_proven ? out_.downtime.down : out_.downtime.unclear).push_back(whole);
  }
  run_.reset();
}

/// T3 - T0: from the last bad probe (or gap) before the first good run that is long enough, to its first probe.
void ProberWalk::look_for_failover(const Probe& probe, bool gap) {
  constexpr std::size_t kLeastSamples = 20;
  constexpr Duration kLeastLength = std::chrono::seconds(2);
  if (!failover_) {
    if (probe.judged && !probe.good) failover_ = Failover{probe.at, {}, 0, false};
    return;
  }
  Failover& failover = *failover_;
  if (failover.found) return;
  if (!probe.good) {
    failover.last_bad = probe.at;
    failover.good = 0;
    return;
  }
  if (gap) failover.good = 0;
  if (failover.good++ == 0) failover.first_good = probe.at;
  failover.found = failover.good >= kLeastSamples && probe.at - failover.first_good >= kLeastLength;
}

ProberOutages ProberWalk::finish() {
  if (window_ == nullptr) return std::move(out_);
  const bool unseen = !previous_ || window_->end - *previous_ > limit_;
  const Instant last = previous_.value_or(kDistantPast);
  if (run_) {
    end_run(kDistantFuture);
  } else if (unseen) {
    possible({last, kDistantFuture});
  }
  if (unseen) unknown_ += covered({{last, kDistantFuture}}, window_->t0_lower, window_->end);
  ProberResult& result = out_.result;
  result.unknown = unknown_;
  keep_longest(result.outages);
  if (failover_) {
    const Duration lower = std::max(Duration::zero(), failover_->last_bad - window_->t0_upper);
    result.served_again = Bounds{lower, std::nullopt};
    if (failover_->found) result.served_again->upper = std::max(lower, failover_->first_good - window_->t0_lower);
    if (prober_.user_facing()) result.failover = result.served_again;
  }
  return std::move(out_);
}

}  // namespace hadrill
