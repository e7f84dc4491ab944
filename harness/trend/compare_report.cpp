#include "trend/compare_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "report/columns.hpp"
#include "report/markdown.hpp"
#include "stats/order_statistics.hpp"
#include "stats/rank_test.hpp"

namespace hadrill::trend {
namespace {

constexpr double kPercent = 100;

/// "1.204 s", "3.10 %"; `up`: rounded up, else down.
std::string value_text(double value, bool share, bool up, bool sign) {
  // In milliseconds, or hundredths of a percent; the slack keeps 1.1 s from becoming 1.101 s.
  constexpr double kSlack = 1e-6;
  const double scale = share ? kPercent * kPercent : 1000;
  const double steps = up ? std::ceil(value * scale - kSlack) : std::floor(value * scale + kSlack);
  const double rounded = steps == 0 ? 0 : steps / (share ? kPercent : 1000);  // not -0
  if (share) return sign ? fmt::format("{:+.2f} %", rounded) : fmt::format("{:.2f} %", rounded);
  return sign ? fmt::format("{:+.3f} s", rounded) : fmt::format("{:.3f} s", rounded);
}

/// What a greatest value of so many stands for, and never more: "max of 5, at least the p50".
std::string max_label(std::size_t n) {
  const auto quantile = stats::nameable_quantile(n);
  return quantile ? fmt::format("max (above p{:.0f})", *quantile * kPercent) : std::string("max");
}

std::string side_text(const CompareSide& side, bool share) {
  std::string text = fmt::format("n {}, median {}", side.n, range_text(side.median, share));
  if (side.median_interval) text += fmt::format(" [95 %: {}]", range_text(*side.median_interval, share));
  return text + fmt::format(", {} {}", max_label(side.n), range_text(side.max, share));
}

std::string p_text(double p) { return p < 0.001 ? fmt::format("{:.1e}", p) : fmt::format("{:.3f}", p); }

std::string too_few_text(const CompareRow& row, double level) {
  return fmt::format("{} against {} trials cannot show a change at {:.3g} %: p is never below {}", row.base.n,
                     row.next.n, level * kPercent, p_text(stats::smallest_p(row.base.n, row.next.n)));
}

std::string test_text(const CompareRow& row, double level) {
  if (row.change == Change::too_few) return too_few_text(row, level);
  return fmt::format("p {}, adjusted {}; effect {:+.2f} to {:+.2f}; relevant from {}", p_text(row.p),
                     p_text(row.adjusted_p), row.effect.lower, row.effect.upper,
                     value_text(row.relevant, row.share, true, false));
}

/// "3 of 5"; "3 to 4 of 5" where the error bars leave it open.
std::string count_text(const Exceeding& side) {
  return side.proven == side.possible ? fmt::format("{} of {}", side.proven, side.n)
                                      : fmt::format("{} to {} of {}", side.proven, side.possible, side.n);
}

std::string counts_text(const Exceedance& exceedance) {
  return fmt::format("above {:.0f} s: base {}, new {}", exceedance.above, count_text(exceedance.base),
                     count_text(exceedance.next));
}

std::string exceedance_text(const Exceedance& exceedance) {
  const std::string counts = counts_text(exceedance);
  if (exceedance.change == Change::too_few) return counts + "; too few trials";
  return fmt::format("{}; p {}, adjusted {}: {}", counts, p_text(exceedance.p), p_text(exceedance.adjusted_p),
                     word_of(exceedance));
}

/// All thresholds in one cell.
std::string exceedances_cell(const CompareRow& row) {
  std::vector<std::string> parts;
  for (const Exceedance& one : row.exceedances) {
    const bool called = one.change == Change::worse || one.change == Change::better;
    parts.push_back(called ? fmt::format("{}, **{}**", counts_text(one), word_of(one)) : counts_text(one));
  }
  return parts.empty() ? "-" : fmt::format("{}", fmt::join(parts, "; "));
}

std::string shift_text(const CompareRow& row) {
  std::string text = range_text(row.shift, row.share, true);
  if (row.shift_interval) text += fmt::format(" [95 %: {}]", range_text(*row.shift_interval, row.share, true));
  return text;
}

/// One line over everything.
std::string head_text(const Comparison& comparison) {
  std::size_t worse = 0;
  std::size_t better = 0;
  std::size_t few = 0;
  for (const CompareRow& row : comparison.rows) {
    worse += row.verdict() == Change::worse ? 1 : 0;
    better += row.verdict() == Change::better ? 1 : 0;
    few += row.verdict() == Change::too_few ? 1 : 0;
  }
  const std::size_t refused = comparison.options.force ? 0 : comparison.not_comparable.size();
  return fmt::format("{} SLIs compared: {} worse, {} better, {} without a change shown, {} with too few trials{}",
                     comparison.rows.size(), worse, better, comparison.rows.size() - worse - better - few, few,
                     refused > 0 ? fmt::format("; {} refused", refused) : "");
}

std::string name_of(const NotComparable& group) { return group.scenario + " on " + group.topology; }

/// A line for each reason, with all that it is the reason for: another machine spoils everything in the same way.
std::vector<std::string> refusals(const Comparison& comparison) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_reason;
  for (const NotComparable& group : comparison.not_comparable) {
    const std::string why = fmt::format("{}", fmt::join(group.reasons, "; "));
    auto found =
        std::find_if(by_reason.begin(), by_reason.end(), [&why](const auto& entry) { return entry.first == why; });
    if (found == by_reason.end()) found = by_reason.insert(by_reason.end(), {why, {}});
    found->second.push_back(name_of(group));
  }
  std::vector<std::string> out;
  for (const auto& [why, names] : by_reason)
    out.push_back(fmt::format("NOT COMPARABLE{}: {}: {}", comparison.options.force ? "" : ", refused",
                              fmt::join(names, ", "), why));
  return out;
}

/// What a reader has to know before the numbers.
std::vector<std::string> warnings(const Comparison& comparison) {
  std::vector<std::string> out = refusals(comparison);
  for (const std::string& text : comparison.differences) out.push_back("differs: " + text);
  for (const std::string& text : comparison.one_sided) out.push_back("not compared: " + text);
  for (const Excluded& trial : comparison.excluded)
    out.push_back(fmt::format("left out: {}: {}", trial.directory, trial.reason));
  return out;
}

/// What follows the numbers; without numbers, why there are none.
std::vector<std::string> how_to_read(const Comparison& comparison) {
  if (comparison.all_refused())
    return {
        "All that there is to compare was refused: whether anything changed, nobody knows. --force compares all "
        "the same."};
  const double level = comparison.options.level;
  std::vector<std::string> out{
      fmt::format("A change is called when the adjusted p is at most {:.3g} (Mann-Whitney, two-sided, exact; "
                  "Benjamini-Hochberg over {} tests) and the shift (Hodges-Lehmann) is relevant, both also if every "
                  "truth lies where its error bar speaks least for it.",
                  level, comparison.tested),
      "No change shown is not proof that there is none: it may be smaller than so few trials can show."};
  const auto shares = [](const CompareRow& row) { return row.share; };
  if (std::any_of(comparison.rows.begin(), comparison.rows.end(), shares))
    out.emplace_back("Of an availability the share of time that was down is compared: 100 % - availability.");
  const auto counted = [](const CompareRow& row) { return !row.exceedances.empty(); };
  if (std::any_of(comparison.rows.begin(), comparison.rows.end(), counted))
    out.emplace_back("Where most trials had no outage, those above a threshold are counted too (Fisher's exact test).");
  const auto few = [](const CompareRow& row) { return row.change == Change::too_few; };
  if (std::any_of(comparison.rows.begin(), comparison.rows.end(), few)) {
    const std::size_t least = stats::least_group(level);
    out.push_back(
        fmt::format("At {:.3g} % a change needs at least {} against {} trials.", level * kPercent, least, least));
  }
  return out;
}

std::string markdown_rows(const Comparison& comparison) {
  std::string out =
      "\n| scenario | topology | SLI | n | median, base | median, new | max, base | max, new | shift | effect | p, "
      "adjusted | how often | |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const CompareRow& row : comparison.rows) {
    const bool tested = row.change != Change::too_few;
    const bool called = row.verdict() == Change::worse || row.verdict() == Change::better;
    out += fmt::format("| {} | {} | {} | {}, {} | {} | {} | {} | {} | {} | {:+.2f} to {:+.2f} | {} | {} | {} |\n",
                       markdown_text(row.scenario), markdown_text(row.topology), markdown_text(row.sli), row.base.n,
                       row.next.n, range_text(row.base.median, row.share), range_text(row.next.median, row.share),
                       range_text(row.base.max, row.share), range_text(row.next.max, row.share), shift_text(row),
                       row.effect.lower, row.effect.upper, tested ? p_text(row.adjusted_p) : "-", exceedances_cell(row),
                       called ? "**" + word_of(row) + "**" : word_of(row));
  }
  return out;
}

}  // namespace

std::string range_text(const stats::Range& range, bool share, bool sign) {
  const bool below = std::isfinite(range.lower);
  const bool above = std::isfinite(range.upper);
  if (!below && !above) return "not known";
  if (!above) return "at least " + value_text(range.lower, share, false, sign);
  if (!below) return "at most " + value_text(range.upper, share, true, sign);
  return value_text(range.lower, share, false, sign) + " to " + value_text(range.upper, share, true, sign);
}

std::string word_of(const CompareRow& row) {
  const Change verdict = row.verdict();
  const bool how_often = verdict != row.change;
  switch (verdict) {
    case Change::too_few:
      return "too few trials";
    case Change::none:
      return "no change shown";
    case Change::better:
      return how_often ? "less often" : row.share ? "better" : "faster";
    case Change::worse:
      return how_often ? "more often" : row.share ? "worse" : "slower";
  }
  return "unknown";
}

std::string word_of(const Exceedance& exceedance) {
  switch (exceedance.change) {
    case Change::too_few:
      return "too few trials";
    case Change::none:
      return "no change shown";
    case Change::better:
      return "less often";
    case Change::worse:
      return "more often";
  }
  return "unknown";
}

std::string change_text(const CompareRow& row) {
  const Change verdict = row.verdict();
  std::string text = word_of(row);
  if (verdict != Change::worse && verdict != Change::better) return text;
  if (verdict == row.change) return text + " by " + range_text(row.shift, row.share, true);
  for (const Exceedance& one : row.exceedances) {
    if (one.change == verdict) return text + " " + counts_text(one);
  }
  return text;
}

std::string compare_text(const Comparison& comparison) {
  std::string out = wrap("", head_text(comparison));
  for (const std::string& warning : warnings(comparison)) out += wrap("! ", warning);
  std::string group;
  for (const CompareRow& row : comparison.rows) {
    const std::string name = row.scenario + " on " + row.topology;
    if (name != group) out += "\n" + wrap("", name);
    group = name;
    out += wrap("  " + fit(word_of(row), 16), row.sli);
    out += wrap("    base   ", side_text(row.base, row.share));
    out += wrap("    new    ", side_text(row.next, row.share));
    out += wrap("    shift  ", shift_text(row));
    out += wrap("    test   ", test_text(row, comparison.options.level));
    for (const Exceedance& one : row.exceedances) out += wrap("    often  ", exceedance_text(one));
  }
  out += "\n";
  for (const std::string& line : how_to_read(comparison)) out += wrap("", line);
  return out;
}

std::string compare_markdown(const Comparison& comparison) {
  std::string out = head_text(comparison) + ".\n";
  const std::vector<std::string> told = warnings(comparison);
  if (!told.empty()) out += "\n";
  for (const std::string& warning : told) out += "- " + markdown_text(warning) + "\n";
  if (!comparison.rows.empty()) out += markdown_rows(comparison);
  out += "\n";
  for (const std::string& line : how_to_read(comparison)) out += line + "\n";
  return out;
}

}  // namespace hadrill::trend
