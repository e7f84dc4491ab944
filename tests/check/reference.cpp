#include "reference.hpp"

#include <algorithm>

#include "base/duration.hpp"
#include "check/redundancy.hpp"
#include "check/timeline.hpp"

namespace hadrill::test {
namespace {

using Series = std::vector<Sample>;

/// One prober's samples up to the end of the window, in the order of their slots, each slot once, without those that
/// are not judged.
std::vector<Series> series_of(const SampleLog& log, std::optional<Instant> end) {
  std::vector<Series> all(log.header.probers.size());
  for (const Sample& sample : log.samples) {
    if (!is_judged(sample.outcome) || sample.prober >= all.size() || (end && sample.scheduled > *end)) continue;
    all[sample.prober].push_back(sample);
  }
  for (Series& series : all) {
    std::stable_sort(series.begin(), series.end(),
                     [](const Sample& a, const Sample& b) { return a.sequence < b.sequence; });
    const auto same = [](const Sample& a, const Sample& b) { return a.sequence == b.sequence; };
    series.erase(std::unique(series.begin(), series.end(), same), series.end());
    std::stable_sort(series.begin(), series.end(),
                     [](const Sample& a, const Sample& b) { return a.scheduled < b.scheduled; });
  }
  return all;
}

bool was_known_before(const Sample& sample, const ProberInfo& prober, Instant t0_lower) {
  if (sample.sent.ns == 0) return sample.scheduled < t0_lower;
  const Instant overdue = sample.scheduled + prober.deadline;
  return (sample.done.ns == 0 ? overdue : std::min(sample.done, overdue)) < t0_lower;
}

Duration longest_step(const ProberInfo& prober) { return 3 * prober.period + std::chrono::milliseconds(100); }

/// The window in seconds from T0, and which of them do not count.
class Seconds {
 public:
  Seconds(const std::vector<Series>& all, const std::vector<ProberInfo>& probers, const Window& window)
      : window_(window) {
    const Duration length = window.end - window.t0_lower;
    seconds_.resize(static_cast<std::size_t>((length + kSecond - Duration(1)) / kSecond));
    for (std::size_t i = 0; i < all.size(); ++i) {
      expects_samples_ |= probers[i].period <= kSecond / 2;
      for (const Sample& sample : all[i]) look_at(sample, probers[i].through == "local-echo");
    }
  }

  bool invalid_at(Instant at) const {
    const auto index = index_of(at);
    return index && invalid(*index);
  }

  Validity summary(Instant end) const {
    Validity validity;
    for (std::size_t i = 0; i < seconds_.size(); ++i) {
      if (window_.t0_lower + kSecond * static_cast<std::int64_t>(i) >= end) break;
      ++validity.windows;
      if (invalid(i)) ++validity.invalid_windows;
      if (seconds_[i].null_bad) ++validity.null_bad_windows;
    }
    std::vector<Duration> late;
    for (const auto& [scheduled, lateness] : lateness_) {
      if (scheduled < end) late.push_back(lateness);
    }
    if (late.empty()) return validity;
    std::sort(late.begin(), late.end());
    validity.max_lateness = late.back();
    validity.p99_lateness = late[(late.size() * 99 + 99) / 100 - 1];
    return validity;
  }

 private:
  static constexpr Duration kSecond = std::chrono::seconds(1);
  struct Second {
    bool seen = false;
    bool late = false;
    bool null_bad = false;
  };

  void look_at(const Sample& sample, bool null_prober) {
    const auto index = index_of(sample.scheduled);
    if (!index) return;
    Second& second = seconds_[*index];
    second.seen = true;
    second.null_bad |= null_prober && sample.outcome != Outcome::ok;
    if (sample.sent.ns == 0) return;
    const Duration late = std::max(Duration::zero(), sample.sent - sample.scheduled);
    second.late |= late > std::chrono::milliseconds(50);
    lateness_.emplace_back(sample.scheduled, late);
  }

  std::optional<std::size_t> index_of(Instant at) const {
    if (at < window_.t0_lower || at >= window_.end) return std::nullopt;
    return static_cast<std::size_t>((at - window_.t0_lower) / kSecond);
  }

  bool invalid(std::size_t index) const {
    const bool whole = window_.t0_lower + kSecond * static_cast<std::int64_t>(index + 1) <= window_.end;
    return seconds_[index].late || seconds_[index].null_bad || (expects_samples_ && whole && !seconds_[index].seen);
  }

  Window window_;
  bool expects_samples_ = false;
  std::vector<Second> seconds_;
  std::vector<std::pair<Instant, Duration>> lateness_;
};

struct Probe {
  Instant at;
  bool good = false;
  bool judged = false;
  bool proven = false;
};

std::vector<Probe> probes_of(const Series& series, const ProberInfo& prober, const Window& window,
                             const Seconds& seconds) {
  std::vector<Probe> probes;
  Instant at{};
  for (const Sample& sample : series) {
    at = std::max(at, sample.sent.ns != 0 ? sample.sent : sample.scheduled);
    const bool good = sample.outcome == Outcome::ok;
    const bool judged = !was_known_before(sample, prober, window.t0_lower);
    const bool doubtful =
        sample.outcome == Outcome::slow || sample.outcome == Outcome::timeout || sample.outcome == Outcome::unsent;
    const bool suspect = doubtful && seconds.invalid_at(sample.scheduled);
    probes.push_back({at, good, judged, !good && judged && !suspect});
  }
  return probes;
}

struct Found {
  ProberResult result;
  IntervalSet proven;
  IntervalSet possible;
};

/// Runs of bad probes from index `from` to before `to`.
void add_run(const std::vector<Probe>& probes, std::size_t from, std::size_t to, Duration limit, const Window& window,
             Found& found) {
  const Instant after = from == 0 ? kDistantPast : probes[from - 1].at;
  const Instant end = to == probes.size() ? kDistantFuture : probes[to].at;
  IntervalSet proven;
  bool judged = false;
  for (std::size_t i = from; i < to; ++i) {
    judged |= probes[i].judged;
    if (!probes[i].proven) continue;
    if (!proven.empty() && probes[i].at - proven.back().end <= limit) {
      proven.back().end = probes[i].at;
    } else {
      proven.push_back({probes[i].at, probes[i].at});
    }
  }
  if (!judged && end <= window.t0_lower) return;
  const Duration lower = total(unite(proven, Touching::join)).value();
  found.result.outages.push_back({probes[from].at, probes[to - 1].at, to - from, {lower, total({{after, end}})}});
  found.possible.push_back({after, end});
  found.proven.insert(found.proven.end(), proven.begin(), proven.end());
}

void add_gap(const Interval& gap, const Window& window, Found& found) {
  if (gap.end > window.t0_lower) found.possible.push_back(gap);
}

void find_runs(const std::vector<Probe>& probes, Duration limit, const Window& window, Found& found) {
  for (std::size_t from = 0; from < probes.size();) {
    std::size_t to = from;
    while (to < probes.size() && !probes[to].good) ++to;
    if (to > from) add_run(probes, from, to, limit, window, found);
    from = std::max(to, from + 1);
  }
  IntervalSet unknown;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const bool first = i == 0;
    const bool gap = !first && probes[i].at - probes[i - 1].at > limit;
    const bool after_good = first || probes[i - 1].good;
    const Interval before{first ? kDistantPast : probes[i - 1].at, probes[i].at};
    if (gap) unknown.push_back(before);
    if (probes[i].good && after_good && (gap || first)) add_gap(before, window, found);
  }
  const Instant last = probes.empty() ? kDistantPast : probes.back().at;
  if (probes.empty() || window.end - last > limit) {
    unknown.push_back({last, kDistantFuture});
    if (probes.empty() || probes.back().good) add_gap({last, kDistantFuture}, window, found);
  }
  const IntervalSet inside = unite(clip(unknown, window.t0_lower, window.end), Touching::join);
  found.result.unknown = total(inside).value();
}

std::optional<Bounds> find_failover(const std::vector<Probe>& probes, const ProberInfo& prober, const Window& window) {
  const auto impact =
      std::find_if(probes.begin(), probes.end(), [](const Probe& probe) { return probe.judged && !probe.good; });
  if (impact == probes.end()) return std::nullopt;
  auto before = impact;  // the last probe that the good run does not contain
  auto last_bad = impact;
  for (auto at = impact + 1; at != probes.end(); ++at) {
    const bool gap = at->at - (at - 1)->at > longest_step(prober);
    if (!at->good) {
      before = last_bad = at;
    } else if (gap) {
      before = at - 1;
    }
    const auto first = before + 1;
    if (!at->good || at - before < 20 || at->at - first->at < std::chrono::seconds(2)) continue;
    const Duration lower = std::max(Duration::zero(), last_bad->at - window.t0_upper);
    return Bounds{lower, std::max(lower, first->at - window.t0_lower)};
  }
  return Bounds{std::max(Duration::zero(), last_bad->at - window.t0_upper), std::nullopt};
}

void count(const Series& series, const ProberInfo& prober, const std::optional<Window>& window, ProberResult& result) {
  result.recorded = series.size();
  for (const Sample& sample : series) {
    const bool good = sample.outcome == Outcome::ok;
    if (window && !was_known_before(sample, prober, window->t0_lower)) {
      ++result.n;
      ++result.outcomes.at(static_cast<std::size_t>(sample.outcome));
      result.summary.bad += good ? 0 : 1;
      result.summary.late += sample.outcome == Outcome::slow ? 1 : 0;
    } else if (window && window->preparing_from && !was_known_before(sample, prober, *window->preparing_from)) {
      result.preparation_bad += good ? 0 : 1;
    } else if (!window || !window->steady_began || sample.scheduled >= *window->steady_began) {
      good ? ++result.baseline_ok : ++result.baseline_bad;
    }
  }
}

void summarise(const IntervalSet& all_proven, const IntervalSet& all_possible, const Window& window,
               OutageSummary& summary) {
  const IntervalSet proven = unite(all_proven, Touching::join);
  const IntervalSet possible = unite(all_possible, Touching::apart);
  summary.proven = !proven.empty();
  const auto bounds = [](std::optional<Duration> lower, std::optional<Duration> upper) {
    return Bounds{*lower, upper ? std::optional(std::max(*lower, *upper)) : std::nullopt};
  };
  summary.longest = bounds(longest(proven), longest(possible));
  summary.total = bounds(total(proven), total(possible));
  const auto share = [&window](const IntervalSet& set) {
    const Duration inside = total(clip(set, window.t0_lower, window.end)).value_or(Duration::zero());
    return 1 - seconds_of(inside) / seconds_of(window.end - window.t0_lower);
  };
  summary.availability = {share(possible), share(proven)};
}

Found find_all(const Series& series, const ProberInfo& prober, const std::optional<Window>& window,
               const Seconds* seconds) {
  Found found;
  found.result.prober = prober;
  count(series, prober, window, found.result);
  if (!window) return found;
  const std::vector<Probe> probes = probes_of(series, prober, *window, *seconds);
  find_runs(probes, longest_step(prober), *window, found);
  found.result.outage_count = found.result.outages.size();
  for (const Probe& probe : probes) {
    if (probe.judged && !probe.good && !found.result.impact) found.result.impact = probe.at;
  }
  if (prober.user_facing()) found.result.failover = find_failover(probes, prober, *window);
  summarise(found.proven, found.possible, *window, found.result.summary);
  return found;
}

Timeline timeline_of(const RunRecord& record) {
  Timeline timeline = read_timeline(record);
  std::optional<Instant> last;
  for (const Sample& sample : record.samples.samples) {
    if (is_judged(sample.outcome)) last = std::max(last.value_or(sample.scheduled), sample.scheduled);
  }
  if (!timeline.window_end) timeline.window_end = last;
  return timeline;
}

}  // namespace

Reference reference_judge(const RunRecord& record) {
  const Timeline timeline = timeline_of(record);
  const std::optional<Window> window = judged_window(timeline);
  const std::vector<ProberInfo>& probers = record.samples.header.probers;
  const std::vector<Series> all = series_of(record.samples, timeline.window_end);
  Reference reference;
  std::optional<Seconds> seconds;
  if (window) {
    seconds.emplace(all, probers, *window);
    const Redundancy redundancy = redundancy_restored(record.events, *window);
    reference.validity = seconds->summary(std::min(redundancy.back.value_or(window->end), window->end));
  }
  Found merged;
  bool any = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Found found = find_all(all[i], probers[i], window, seconds ? &*seconds : nullptr);
    const auto& impact = found.result.impact;
    if (impact && !probers[i].null_prober()) {
      reference.impact = std::min(reference.impact.value_or(*impact), *impact);
    }
    if (probers[i].through_load_balancer()) {
      any = true;
      merged.result.summary.bad += found.result.summary.bad;
      merged.result.summary.late += found.result.summary.late;
      merged.proven.insert(merged.proven.end(), found.proven.begin(), found.proven.end());
      merged.possible.insert(merged.possible.end(), found.possible.begin(), found.possible.end());
    }
    reference.probers.push_back(std::move(found.result));
  }
  if (any && window) {
    summarise(merged.proven, merged.possible, *window, merged.result.summary);
    reference.api = merged.result.summary;
  }
  return reference;
}

}  // namespace hadrill::test
