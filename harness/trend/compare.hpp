// Owns the comparison of two sets of trials: which SLI got slower, by how much, and how sure that is. Pure. What is
// called a change and what is not: docs/ci.md, "Compare".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stats/shift.hpp"
#include "trend/change.hpp"
#include "trend/comparable.hpp"
#include "trend/exceedance.hpp"
#include "trend/trial.hpp"

namespace hadrill::trend {

/// The least shift that matters, however small the base's median is: without it, of a median of 0 a millisecond would.
inline constexpr double kLeastSeconds = 1;
/// Of an availability: a share of the time that was down. A second of a window of 100 s; windows are a minute to five.
inline constexpr double kLeastShare = 0.01;

/// From which shift on a change matters.
struct Relevance {
  double share = 0.1;            ///< of the base's median (of upper bounds)
  std::optional<Duration> time;  ///< instead, for times; nullopt: by share, with floors
  /// No shift matters that is smaller than the middle width of the error bars, or than kLeastSeconds or kLeastShare.
  bool floors = true;
};

/// "10%" of the base's median, or a time such as "500ms". Error: usage.
Result<Relevance> parse_relevance(const std::string& text);

struct CompareOptions {
  double level = kLevel;  ///< of the two-sided adjusted p
  Relevance relevance;
  bool phases = false;  ///< T1 to T6 as well; a family twice as large needs smaller p
  bool force = false;   ///< compares all the same what is not comparable
};

/// The trials of one side that measured an SLI. Values are times in seconds; of an availability the share of time that
/// was down, so that more is worse everywhere. Each has a lower and an upper bound; infinity: not seen to end.
struct CompareSide {
  std::size_t n = 0;
  stats::Range median;
  std::optional<stats::Range> median_interval;  ///< stats::median_places; nullopt: n is too small
  stats::Range max;
};

/// One SLI on both sides.
struct CompareRow {
  std::string scenario;
  std::string topology;
  std::string sli;
  bool share = false;  ///< of time that was down, 0..1; else seconds
  CompareSide base;
  CompareSide next;
  /// Hodges and Lehmann's shift from base to new: lower when every truth lies where it makes the shift smallest, upper
  /// where it makes it greatest.
  stats::Range shift;
  std::optional<stats::Range> shift_interval;  ///< with 95 %, the error bars included
  stats::Range effect;                         ///< Cliff's delta, likewise
  double p = 1;                  ///< two-sided, for the truths within the error bars that speak least for a change
  double adjusted_p = 1;         ///< within the family of all rows that were tested
  double relevant = 0;           ///< from which shift on it matters; unit as of the values
  Change change = Change::none;  ///< of the shift
  std::vector<Exceedance> exceedances;  ///< of a time that is mostly nothing; else none

  /// Of the shift and of how often: worse if either is, else better if either is, else what is said of the shift.
  Change verdict() const;
};

/// A trial that was left out, and why.
struct Excluded {
  std::string directory;
  std::string reason;
};

/// A scenario on a topology whose trials were not made the same way: it has no rows, unless that is forced.
struct NotComparable {
  std::string scenario;
  std::string topology;
  std::vector<std::string> reasons;  ///< spoiling_differences
};

struct Comparison {
  std::vector<CompareRow> rows;  ///< by scenario, topology, then in the order of the SLOs
  std::vector<Excluded> excluded;
  std::vector<NotComparable> not_comparable;  ///< by scenario, topology
  std::vector<std::string> differences;       ///< other_differences of all that count
  std::vector<std::string> one_sided;         ///< "SCENARIO on TOPOLOGY" that only one side has trials of that count
  std::size_t tested = 0;                     ///< tests in the family: of shifts and of how often
  CompareOptions options;

  bool regression() const;   ///< any row is worse
  bool all_refused() const;  ///< both sides have trials of something, and nothing of it is comparable
  /// Why this scenario on this topology has no rows; nullptr: it was not refused.
  const NotComparable* refused(const std::string& scenario, const std::string& topology) const;
};

/// Never fails; without trials that count on both sides there are no rows. What is comparable is compared, whatever
/// else is not: one scenario whose probers got another pace, or one trial from another machine, silences no other one.
Comparison compare(const std::vector<StoredTrial>& base, const std::vector<StoredTrial>& next,
                   const CompareOptions& options);

/// The last `newest` trials that count, of each scenario on each topology, and those before them: base, then new.
/// Trials that do not count go where they lie in time.
std::pair<std::vector<StoredTrial>, std::vector<StoredTrial>> split_history(std::vector<StoredTrial> trials,
                                                                            std::size_t newest);

}  // namespace hadrill::trend
