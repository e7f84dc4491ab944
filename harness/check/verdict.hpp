// Owns what a judged run says: status, findings, and every number with its bounds. docs/sli-reference.md explains them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/duration_histogram.hpp"
#include "bounds/bound.hpp"
#include "check/attribution.hpp"
#include "check/hypothesis.hpp"
#include "check/intervals.hpp"
#include "check/leadership.hpp"
#include "check/worst_window.hpp"
#include "history/sample.hpp"
#include "history/sample_header.hpp"

namespace hadrill {

/// What is said about a run or one of its findings. A run is the worst of its findings, but never `not_owed`; worst
/// last.
enum class Judgement {
  not_owed,      ///< shown, but no promise: the service could not be up, by what the scenario did on purpose
  pass,          ///< the SLO is kept whatever the truth within the bounds
  inconclusive,  ///< the bounds straddle the budget, or the measurement cannot be trusted
  fail,          ///< the SLO is missed whatever the truth within the bounds
  aborted,       ///< somebody stopped the run; what was measured so far is told but is no verdict
  error,         ///< nothing can be said: no data, an unproven fault, trouble of the harness
};

/// "not owed", "pass", "inconclusive", "fail", "aborted", "error".
std::string to_string(Judgement judgement);

/// One thing that was checked.
struct Finding {
  std::string id;  ///< the SLI as written, or run, fault.STEP, heal.STEP, coverage, baseline, validity, recovery.STEP
  bool is_slo = false;
  Judgement judgement = Judgement::pass;
  std::string text;                     ///< one sentence with the numbers
  std::optional<Bounds> time;           ///< measured; SLIs that are times
  std::optional<Duration> time_budget;  ///< the most allowed
  std::optional<ShareBounds> share;     ///< measured; SLIs that are availabilities
  std::optional<double> share_budget;   ///< the least allowed
  /// "budget: auto": what the budget follows from. time_budget is its upper end.
  std::optional<bounds::Bound> bound = std::nullopt;
};

/// One that is no SLO: an id, what it says and in which words.
Finding make_finding(std::string id, Judgement judgement, std::string text);

/// A maximal run of samples without a good one. Source: samples. Resolution: one period on each side.
struct Outage {
  Instant first_bad;    ///< sent
  Instant last_bad;     ///< sent
  std::size_t bad = 0;  ///< bad samples in it
  Bounds length;  ///< lower: proven by samples after the fault; upper: from the last good to the first good sample
};

/// Lists of outages are cut to the longest ones (by upper bound); how many there were is told beside them.
inline constexpr std::size_t kOutagesListed = 1000;

/// When something was down within the judged window. Valid only if finding `validity` passes. As made: nothing is
/// known.
struct OutageSummary {
  std::size_t bad = 0;               ///< bad samples that the fault can have caused
  std::size_t late = 0;              ///< of those, late successes: right, but after the SLI deadline
  bool proven = false;               ///< at least one of them cannot be the harness's own doing
  Bounds longest{{}, std::nullopt};  ///< longest single outage
  Bounds total{{}, std::nullopt};    ///< all outages together
  ShareBounds availability{0, 1};    ///< 1 - down / window, window = [t0.lower, end]
};

/// Outages of users in the whole window, with what they are worth while service was owed and while it was not.
struct UserOutages : OutageSummary {
  /// With stretches that are not owed: the rest of the window, and those stretches. The rest may be nothing.
  std::optional<OutageSummary> owed;
  std::optional<OutageSummary> not_owed;
  /// Worst availability over all windows of a length, in the whole judged window.
  std::vector<WorstWindow> worst_windows;
};

/// One prober's row. Counts are of samples that the fault can have touched, unless they say otherwise.
struct ProberResult {
  ProberInfo prober;
  std::size_t planned = 0;       ///< slots from the probers' start to the end of the window
  std::size_t recorded = 0;      ///< of those, with a sample (unsent counts, aborted does not)
  std::size_t baseline_ok = 0;   ///< good samples that ended before the fault's preparation, from steady_state.began on
  std::size_t baseline_bad = 0;  ///< bad samples known bad before it, likewise
  std::size_t preparation_bad = 0;  ///< bad samples known bad after that and before the fault: its preparation
  std::size_t n = 0;                ///< samples judged; sum of `outcomes`
  std::array<std::size_t, kOutcomes> outcomes{};  ///< by Outcome; ok and slow ("late successes") are among them
  std::vector<Outage> outages;                    ///< those that ended after the fault, in order; the longest ones
  std::size_t outage_count = 0;                   ///< all of them
  Duration unknown{};                             ///< time within the window without samples (gaps)
  OutageSummary summary;
  std::optional<UserOutages> user;  ///< user-facing probers; the same as `summary`, and more
  std::optional<Instant> impact;    ///< T1 of this prober: its first bad sample, sent
  /// T3 - T0, user-facing probers with an impact: start of the first good run of >= 20 samples and >= 2 s after it.
  /// An upper of nullopt: no such run until the end.
  std::optional<Bounds> failover;
  /// The same of any prober; nullopt: it was not hurt.
  std::optional<Bounds> served_again;

  std::size_t count(Outcome outcome) const { return outcomes.at(static_cast<std::size_t>(outcome)); }
};

/// All probers through the load balancer, merged: down when any of them is.
struct ApiResult : UserOutages {
  std::vector<MergedOutage> outages;  ///< in order; the longest ones
  std::size_t outage_count = 0;
};

/// One of T1 to T6: an instant of the run counted from T0, with its source, or why it is not known.
struct RunTime {
  std::string id;                  ///< "T1", "T2", "T3", "T3'", "T4", "T5", "T6"; of workloads "W1" to "W13"
  std::string what;                ///< "failover"
  std::string about;               ///< of whom: a prober, a component, an instance; may be empty
  std::string source;              ///< "samples", "checks", or the type of event
  std::optional<Bounds> since_t0;  ///< an upper of nullopt: not seen until the end of the window
  std::string not_measured;        ///< why there is none
};

/// The instants everything is counted from. Source: events.
struct Times {
  std::optional<Instant> t0_lower;    ///< the fault was not in force before this
  std::optional<Instant> t0_upper;    ///< it was in force by this
  std::optional<Instant> window_end;  ///< end of the last observe step; of the samples when the run ended early
  std::optional<Instant> impact;      ///< T1: sent instant of the first bad sample of any prober but the null prober
  std::optional<Bounds> redundancy;   ///< T5 - T0: every redundancy condition holds again. Resolution: one check
  std::vector<RunTime> course;        ///< T1 to T6, in that order, several of one kind by time; empty without a window
};

/// How punctual the harness itself was between T0 and T5 (or the end of the window). Source: sent - scheduled, and the
/// null prober.
struct Validity {
  std::size_t windows = 0;           ///< of 1 s, aligned to T0
  std::size_t invalid_windows = 0;   ///< late, without any sample, or with the null prober bad; each counted once
  std::size_t null_bad_windows = 0;  ///< of those, with a bad sample of the null prober
  bool null_prober = false;          ///< there was one
  Duration max_lateness{};
  Duration p99_lateness{};  ///< DurationHistogram::kRelativeError
  double invalid_share() const {
    return windows == 0 ? 0 : static_cast<double>(invalid_windows) / static_cast<double>(windows);
  }
};

/// A stretch in which availability is not owed: a fault was meant to take away more than the rest can make up for.
struct NotOwed {
  Instant begin;  ///< the fault that broke the quorum was not in force before this
  Instant end;    ///< it is proven that there can be a quorum again; kDistantFuture when that was not seen
  std::string step;
  std::string reason;  ///< in words, with what ended it
};

/// One class of requests. Anti-vacuity: each needs a success before the fault.
struct OperationResult {
  std::string operation;
  std::size_t probers = 0;
  std::size_t planned = 0;
  std::size_t recorded = 0;
  std::size_t baseline_ok = 0;
  std::size_t judged = 0;
};

/// What the harness itself cost, from the probers' start to their end. Source: probers.stopped, samples.
struct HarnessCost {
  std::optional<double> cpu_seconds;        ///< of the prober thread
  std::optional<std::int64_t> max_rss_kib;  ///< of the process
  std::size_t requests = 0;                 ///< sent
  std::size_t connections_opened = 0;       ///< with a new TCP and TLS connection
  DurationHistogram lateness;               ///< sent - scheduled of every request
};

struct Verdict {
  Judgement judgement = Judgement::error;
  std::vector<Finding> findings;  ///< never empty; SLOs in the order of the scenario, then gates
  std::vector<ProberResult> probers;
  std::optional<ApiResult> api;
  std::vector<OperationResult> operations;
  std::vector<NotOwed> not_owed;  ///< within the window, in order, disjoint
  /// etcd, controller manager, scheduler, in that order.
  std::vector<LeadershipResult> leadership;
  /// What became of the workloads that probers ask, W1 to W13; empty where nothing changed.
  std::vector<RunTime> workload;
  Times times;
  Validity validity;
  HarnessCost harness;
  std::vector<std::string> notes;  ///< what a reader has to know about the numbers, e.g. a torn record
  /// Faults proven in force and not proven healed, for any reason: "STEP on NODE", of a pod "STEP on pod NAMESPACE/NAME
  /// on NODE".
  std::vector<std::string> unhealed;
  bool cleanup_incomplete = false;             ///< healing was tried and not proven
  std::optional<HypothesisResult> hypothesis;  ///< what somebody had expected; no part of the judgement
};

/// "1.150 s to 1.251 s" or "at least 1.150 s"; rounded outwards, so that the text never claims more than was measured.
std::string to_text(const Bounds& bounds);
/// "97.12 % to 98.50 %", rounded outwards.
std::string to_text(const ShareBounds& bounds);

/// The worst of them; pass for none, and for findings that are only not owed.
Judgement worst(const std::vector<Finding>& findings);

/// docs/architecture.md, "Exit codes": 4 when cleanup is incomplete, else pass 0, fail 1, inconclusive 2, aborted 3,
/// error 5.
int exit_code(const Verdict& verdict);

}  // namespace hadrill
