#include "check/outages.hpp"

#include <algorithm>

#include "base/duration.hpp"

namespace hadrill {
namespace {

/// A sample on its way to an outage.
struct Probe {
  Instant at;  ///< when it was sent; never earlier than the one before
  bool good = false;
  bool judged = false;  ///< the fault can have caused it
  bool proven = false;  ///< judged, bad, and not the harness's own doing
};

bool harness_may_be_to_blame(Outcome outcome) {
  // Refused, reset, an HTTP status ... are facts however late the harness was; being slow is not.
  return outcome == Outcome::slow || outcome == Outcome::timeout || outcome == Outcome::unsent;
}

std::vector<Probe> probes_of(const Series& series, const ProberInfo& prober, const Window& window,
                             const LatenessWindows& lateness) {
  std::vector<Probe> probes;
  probes.reserve(series.size());
  Instant at{};
  for (const Sample& sample : series) {
    at = std::max(at, sample.sent.ns != 0 ? sample.sent : sample.scheduled);
    const bool good = sample.outcome == Outcome::ok;
    const bool judged = !known_before(sample, prober, window.t0_lower);
    const bool suspect = harness_may_be_to_blame(sample.outcome) && lateness.invalid_at(sample.scheduled);
    probes.push_back({at, good, judged, !good && judged && !suspect});
  }
  return probes;
}

/// Walks over one prober's probes and collects runs of bad ones and gaps.
class Walk {
 public:
  Walk(const ProberInfo& prober, const Window& window, ProberOutages& out)
      : limit_(gap_limit(prober)), window_(window), out_(out) {}

  void step(const Probe& probe) {
    const Instant before = previous_ ? previous_->at : kDistantPast;
    const bool gap = previous_ && probe.at - previous_->at > limit_;
    if (gap) unknown_.push_back({before, probe.at});
    if (probe.good) {
      if (run_) {
        end_run(probe.at);
      } else if (gap || !previous_) {
        possible({before, probe.at});
      }
    } else {
      extend_run(probe, before);
    }
    previous_ = probe;
  }

  void finish() {
    const bool unseen = !previous_ || window_.end - previous_->at > limit_;
    const Instant last = previous_ ? previous_->at : kDistantPast;
    if (run_) {
      end_run(kDistantFuture);
    } else if (unseen) {
      possible({last, kDistantFuture});
    }
    if (unseen) unknown_.push_back({last, kDistantFuture});
    const IntervalSet unknown = unite(clip(unknown_, window_.t0_lower, window_.end), Touching::join);
    out_.result.unknown = total(unknown).value_or(Duration::zero());
  }

 private:
  /// Between a good sample (or none) and the next good one (or none).
  struct Run {
    Instant after;
    Outage outage;
    bool judged = false;
    IntervalSet proven;
  };

  void possible(const Interval& interval) {
    if (interval.end > window_.t0_lower) out_.downtime.possible.push_back(interval);
  }

  void extend_run(const Probe& probe, Instant before) {
    if (!run_) run_ = Run{before, {probe.at, probe.at, 0, {}}, false, {}};
    ++run_->outage.bad;
    run_->outage.last_bad = probe.at;
    run_->judged |= probe.judged;
    if (probe.judged) {
      ++out_.result.summary.bad;
      if (!out_.result.impact) out_.result.impact = probe.at;
    }
    if (!probe.proven) return;
    // Between two proven samples far apart nothing is proven.
    const bool near = !run_->proven.empty() && probe.at - run_->proven.back().end <= limit_;
    if (near) {
      run_->proven.back().end = probe.at;
    } else {
      run_->proven.push_back({probe.at, probe.at});
    }
  }

  void end_run(Instant end) {
    // Over before the fault: the baseline's business.
    if (run_->judged || end > window_.t0_lower) {
      const IntervalSet whole{{run_->after, end}};
      run_->outage.length = {total(unite(run_->proven, Touching::join)).value_or(Duration::zero()), total(whole)};
      out_.result.outages.push_back(run_->outage);
      out_.downtime.possible.push_back(whole.front());
      out_.downtime.proven.insert(out_.downtime.proven.end(), run_->proven.begin(), run_->proven.end());
    }
    run_.reset();
  }

  Duration limit_;
  const Window& window_;
  ProberOutages& out_;
  std::optional<Probe> previous_;
  std::optional<Run> run_;
  IntervalSet unknown_;
};

/// T3 - T0: from the last bad probe (or gap) before the first good run that is long enough, to its first probe.
std::optional<Bounds> find_failover(const std::vector<Probe>& probes, const ProberInfo& prober, const Window& window) {
  constexpr std::size_t kLeastSamples = 20;
  constexpr Duration kLeastLength = std::chrono::seconds(2);
  const auto impact =
      std::find_if(probes.begin(), probes.end(), [](const Probe& probe) { return probe.judged && !probe.good; });
  if (impact == probes.end()) return std::nullopt;
  auto before = impact;  // the last probe that the good run does not contain
  auto last_bad = impact;
  for (auto at = impact + 1; at != probes.end(); ++at) {
    const bool gap = at->at - (at - 1)->at > gap_limit(prober);
    if (!at->good) {
      before = last_bad = at;
    } else if (gap) {
      before = at - 1;
    }
    const auto first = before + 1;
    if (!at->good || static_cast<std::size_t>(at - before) < kLeastSamples || at->at - first->at < kLeastLength)
      continue;
    const Duration lower = std::max(Duration::zero(), last_bad->at - window.t0_upper);
    return Bounds{lower, std::max(lower, first->at - window.t0_lower)};
  }
  return Bounds{std::max(Duration::zero(), last_bad->at - window.t0_upper), std::nullopt};
}

void count(const Series& series, const ProberInfo& prober, const std::optional<Window>& window, ProberResult& result) {
  for (const Sample& sample : series) {
    const bool good = sample.outcome == Outcome::ok;
    if (!window || known_before(sample, prober, window->t0_lower)) {
      const bool warm_up = window && window->steady_began && sample.scheduled < *window->steady_began;
      if (warm_up) continue;
      good ? ++result.baseline_ok : ++result.baseline_bad;
    } else {
      ++result.n;
      ++result.outcomes.at(static_cast<std::size_t>(sample.outcome));
    }
  }
}

}  // namespace

std::vector<Series> series_of(const SampleLog& log, std::optional<Instant> end) {
  std::vector<Series> all(log.header.probers.size());
  for (const Sample& sample : log.samples) {
    if (sample.outcome == Outcome::aborted || sample.prober >= all.size() || (end && sample.scheduled > *end)) continue;
    all[sample.prober].push_back(sample);
  }
  for (Series& series : all) {
    std::stable_sort(series.begin(), series.end(),
                     [](const Sample& a, const Sample& b) { return a.sequence < b.sequence; });
    const auto same = [](const Sample& a, const Sample& b) { return a.sequence == b.sequence; };
    series.erase(std::unique(series.begin(), series.end(), same), series.end());
    // Slots are numbered in the order of their instants; only a damaged history says otherwise.
    std::stable_sort(series.begin(), series.end(),
                     [](const Sample& a, const Sample& b) { return a.scheduled < b.scheduled; });
  }
  return all;
}

bool known_before(const Sample& sample, const ProberInfo& prober, Instant t0_lower) {
  if (sample.sent.ns == 0) return sample.scheduled < t0_lower;
  const Instant overdue = sample.scheduled + prober.deadline;
  return (sample.done.ns == 0 ? overdue : std::min(sample.done, overdue)) < t0_lower;
}

Duration gap_limit(const ProberInfo& prober) { return 3 * prober.period + std::chrono::milliseconds(100); }

ProberOutages find_outages(const Series& series, const ProberInfo& prober, const std::optional<Window>& window,
                           const LatenessWindows* lateness) {
  ProberOutages out;
  out.result.prober = prober;
  out.result.recorded = series.size();
  count(series, prober, window, out.result);
  if (!window || lateness == nullptr) return out;
  const std::vector<Probe> probes = probes_of(series, prober, *window, *lateness);
  Walk walk(prober, *window, out);
  for (const Probe& probe : probes) walk.step(probe);
  walk.finish();
  if (prober.through_load_balancer()) out.result.failover = find_failover(probes, prober, *window);
  out.result.summary = summarise(out.downtime, *window, out.result.summary.bad);
  return out;
}

OutageSummary summarise(const Downtime& downtime, const Window& window, std::size_t bad) {
  const IntervalSet proven = unite(downtime.proven, Touching::join);
  const IntervalSet possible = unite(downtime.possible, Touching::apart);
  OutageSummary summary;
  summary.bad = bad;
  summary.proven = !proven.empty();
  const auto bounds = [](std::optional<Duration> lower, std::optional<Duration> upper) {
    // Proven is part of possible except at single instants, when probes were sent at the same nanosecond.
    return Bounds{*lower, upper ? std::optional(std::max(*lower, *upper)) : std::nullopt};
  };
  summary.longest = bounds(longest(proven), longest(possible));
  summary.total = bounds(total(proven), total(possible));
  const auto share = [&window](const IntervalSet& set) {
    const Duration inside = total(clip(set, window.t0_lower, window.end)).value_or(Duration::zero());
    return 1 - seconds_of(inside) / seconds_of(window.end - window.t0_lower);
  };
  summary.availability = {share(possible), share(proven)};
  return summary;
}

}  // namespace hadrill
