#include <fmt/format.h>

#include <algorithm>

#include "index/chart.hpp"
#include "index/sections.hpp"
#include "page/sections.hpp"
#include "trend/compare_report.hpp"

namespace hadrill::index {
namespace {

std::string max_label(const Series& series) {
  const char* const what = series.share ? "min" : "max";
  if (!series.quantile) return what;
  // Of a share the least bounds the same quantile from below.
  const double percent = series.share ? 100 - *series.quantile * 100 : *series.quantile * 100;
  return fmt::format("{} ({} p{:.0f})", what, series.share ? "below" : "above", percent);
}

std::string numbers_text(const Series& series) {
  if (series.n == 0) return "no trial that counts has measured it";
  return fmt::format("n {}{}, median {}, {} {}", series.n, series.apart ? " since the last dashed line" : "",
                     trend::range_text(series.median, series.share), max_label(series),
                     trend::range_text(series.worst, series.share));
}

std::string comparison_text(const Series& series, const trend::NotComparable* refused) {
  if (refused != nullptr) return fmt::format("compare: refused, {}", fmt::join(refused->reasons, "; "));
  if (series.compared == nullptr) return "compare: nothing to compare it with";
  const trend::CompareRow& row = *series.compared;
  return fmt::format("compare, {} new against {} before: {}", row.next.n, row.base.n, trend::change_text(row));
}

bool is_called(const Series& series) {
  if (series.compared == nullptr) return false;
  const trend::Change verdict = series.compared->verdict();
  return verdict == trend::Change::worse || verdict == trend::Change::better;
}

Html figure_of(const Series& series, const trend::NotComparable* refused) {
  Html caption;
  caption.element("strong", series.sli);
  caption.element("span", numbers_text(series));
  caption.element("span", comparison_text(series, refused), {{"class", is_called(series) ? "called" : "muted"}});
  if (series.left_out > 0)
    caption.element("span", fmt::format("{} older trials are not drawn", series.left_out), {{"class", "muted"}});
  for (const Point& point : series.points) {
    if (!point.before.empty())
      caption.element("span",
                      fmt::format("from {} on not comparable: {}", minute_text(point.entry->started_utc), point.before),
                      {{"class", "muted"}});
  }
  // One bar is no course: its numbers say all of it.
  Html inner = series.points.size() > 1 ? chart_of(series) : Html();
  inner.element("figcaption", caption);
  Html html;
  html.element("figure", inner, {{"data-sli", series.sli}});
  return html;
}

Html history_of(const Row& row, const trend::Comparison& comparison) {
  const auto all = series_of(row, comparison);
  const trend::NotComparable* refused = comparison.refused(row.scenario, row.topology);
  Html figures;
  std::string calls;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (is_called(all[i])) calls += fmt::format("; {} {}", all[i].sli, trend::word_of(*all[i].compared));
    if (i < kMostSeries) figures.append(figure_of(all[i], refused));
  }
  if (all.empty()) figures.element("p", "No trial has measured an SLI with a budget.", {{"class", "missing"}});
  if (all.size() > kMostSeries)
    figures.element("p", fmt::format("{} more SLIs are not drawn.", all.size() - kMostSeries), {{"class", "missing"}});
  Html head;
  head.element("strong", name_of(row));
  head.text(fmt::format(": {} {}{}", row.trials.size(), row.trials.size() == 1 ? "trial" : "trials", calls));
  Html body;
  body.element("summary", head);
  Html grid;
  grid.element("div", figures, {{"class", "figures"}});
  body.append(grid);
  Html html;
  // What somebody is going to look at is open already; of a single trial the matrix tells as much.
  if ((row.red() && row.trials.size() > 1) || !calls.empty()) {
    html.element("details", body, {{"open", ""}, {"data-row", name_of(row)}});
  } else {
    html.element("details", body, {{"data-row", name_of(row)}});
  }
  return html;
}

Html how_to_read(const trend::Comparison& comparison) {
  Html html;
  html.element(
      "p",
      "A bar reaches from the lower to the upper bound of what a trial measured, the oldest on the left; wide: "
      "failed, thin: passed, hollow: does not count. The line is the budget. A cross: nothing was measured. "
      "An arrow: not seen to end. Behind a dashed line another machine or pace: not comparable.",
      {{"class", "lead"}});
  if (const std::size_t refused = comparison.not_comparable.size(); refused > 0)
    html.element("p",
                 fmt::format("hadrill compare --against-history refuses {} {}: machine or pace differ, as each says.",
                             refused, refused == 1 ? "row" : "rows"),
                 {{"class", "alarm spoiling"}});
  return html;
}

}  // namespace

Html history_section(const Overview& overview, const trend::Comparison& comparison) {
  Html body = how_to_read(comparison);
  for (const Group& group : overview.groups) {
    for (const Row& row : group.rows) body.append(history_of(row, comparison));
  }
  return section("history", "History", body);
}

}  // namespace hadrill::index
