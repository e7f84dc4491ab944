// SLOs: the table, and for each the measured interval beside what is allowed, on one scale.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/duration.hpp"
#include "page/headline.hpp"
#include "page/sections.hpp"
#include "report/facts.hpp"

namespace hadrill {
namespace {

/// What a bar shows, in the unit of its scale.
struct Bar {
  double allowed_from = 0;
  double allowed_to = 0;
  double lower = 0;
  std::optional<double> upper;  ///< nullopt: open to above
  double from = 0;              ///< of the scale
  double to = 1;                ///< of the scale
  std::string from_text;
  std::string to_text;
};

/// A round number that is at least `value`: 1, 1.5, 2, 3, 4, 5, 6 or 8 times a power of ten.
double rounded_up(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double factor : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0}) {
    if (value <= factor * power * (1 + 1e-9)) return factor * power;
  }
  return 10 * power;
}

Bar time_bar(const Finding& finding) {
  Bar bar;
  bar.allowed_from = finding.bound ? seconds_of(finding.bound->lower) : 0;
  bar.allowed_to = seconds_of(*finding.time_budget);
  bar.lower = seconds_of(finding.time->lower);
  if (finding.time->upper) bar.upper = seconds_of(*finding.time->upper);
  bar.to = rounded_up(std::max({bar.allowed_to * 1.1, bar.upper.value_or(bar.lower * 1.2), 1e-3}));
  bar.from_text = "0 s";
  bar.to_text = fmt::format("{:g} s", bar.to);
  return bar;
}

Bar share_bar(const Finding& finding) {
  Bar bar;
  bar.allowed_from = *finding.share_budget * 100;
  bar.allowed_to = 100;
  bar.lower = finding.share->lower * 100;
  bar.upper = finding.share->upper * 100;
  const double least = std::max(100 - std::min(bar.allowed_from, bar.lower), 1e-3);
  bar.from = std::max(0.0, 100 - rounded_up(least * 1.1));
  bar.to = 100;
  bar.from_text = fmt::format("{:g} %", bar.from);
  bar.to_text = "100 %";
  return bar;
}

std::string percent(double value) { return fmt::format("{:.3f}%", std::clamp(value, 0.0, 100.0)); }

/// In parts of the width, so that it needs no script and no style to fit any page.
Html bar_svg(const Bar& bar, const std::string& label) {
  const auto at = [&bar](double value) { return (value - bar.from) / (bar.to - bar.from) * 100; };
  const double lower = at(bar.lower);
  const double upper = bar.upper ? at(*bar.upper) : 100;
  Html parts;
  parts.element("title", label);
  parts.element("rect", "", {{"class", "bar-scale"}, {"x", "0"}, {"y", "13"}, {"width", "100%"}, {"height", "1"}});
  parts.element("rect", "",
                {{"class", "bar-allowed"},
                 {"x", percent(at(bar.allowed_from))},
                 {"y", "4"},
                 {"width", percent(at(bar.allowed_to) - at(bar.allowed_from))},
                 {"height", "19"}});
  for (const double limit : {bar.allowed_from, bar.allowed_to}) {
    if (limit <= bar.from || (limit >= bar.to && bar.to_text == "100 %")) continue;
    parts.element(
        "line", "",
        {{"class", "bar-budget"}, {"x1", percent(at(limit))}, {"x2", percent(at(limit))}, {"y1", "1"}, {"y2", "26"}});
  }
  parts.element("rect", "",
                {{"class", bar.upper ? "bar-measured" : "bar-measured bar-open"},
                 {"x", percent(std::min(lower, 99.4))},
                 {"y", "9"},
                 {"width", percent(std::max(upper - lower, 0.6))},
                 {"height", "9"}});
  parts.element("text", bar.from_text, {{"x", "0"}, {"y", "40"}});
  parts.element("text", bar.to_text, {{"x", "100%"}, {"y", "40"}, {"text-anchor", "end"}});
  Html svg;
  svg.element("svg", parts, {{"class", "bar"}, {"role", "img"}, {"width", "100%"}, {"height", "44"}});
  return svg;
}

Html bar_of(const Finding& finding) {
  Html bar;
  const std::string label =
      fmt::format("{}: measured {}, allowed {}", finding.id, measured_text(finding), budget_text(finding));
  if (finding.time && finding.time_budget) {
    bar.append(bar_svg(time_bar(finding), label));
  } else if (finding.share && finding.share_budget) {
    bar.append(bar_svg(share_bar(finding), label));
  } else {
    bar.element("span", "not measured", {{"class", "missing"}});
  }
  return bar;
}

Html row(const Finding& finding) {
  Html cells;
  cells.element("th", finding.id, {{"scope", "row"}});
  cells.element("td", budget_text(finding), {{"data-label", "budget"}});
  cells.element("td", measured_text(finding), {{"data-label", "measured"}});
  const std::string margin = margin_text(finding);
  cells.element("td", margin.empty() ? "unknown" : margin, {{"data-label", "margin"}});
  cells.element("td", bar_of(finding), {{"class", "bar-cell"}});
  cells.element("td", judgement_mark(finding.judgement), {{"data-label", "verdict"}});
  Html line;
  line.element("tr", cells);
  return line;
}

Html origin(const Finding& finding) {
  const bounds::Bound& bound = *finding.bound;
  Html rows;
  const auto line = [&rows](const std::string& name, const std::string& text) {
    Html cells;
    cells.element("th", name, {{"scope", "row"}}).element("td", text);
    rows.element("tr", cells);
  };
  line("earliest", fmt::format("{} = {}", format_seconds(bound.lower), bound.lower_formula));
  line("latest", fmt::format("{} = {}", format_seconds(bound.upper), bound.upper_formula));
  line("measured", measured_text(finding));
  for (const bounds::Input& input : bound.inputs) {
    line(input.symbol.empty() ? input.name : input.symbol,
         fmt::format("{}{} ({}, {})", input.value, input.symbol.empty() ? std::string() : ": " + input.name,
                     bounds::to_string(input.origin), input.source));
  }
  Html table;
  table.element("table", rows, {{"class", "pairs"}});
  Html inner;
  inner.element("summary",
                fmt::format("{}: where its budget comes from ({})", finding.id, bounds::to_string(bound.failover)));
  inner.append(table);
  Html details;
  details.element("details", inner);
  return details;
}

}  // namespace

Html slo_section(const Verdict& verdict) {
  Html rows;
  Html origins;
  for (const Finding& finding : verdict.findings) {
    if (!finding.is_slo) continue;
    rows.append(row(finding));
    if (finding.bound) origins.append(origin(finding));
  }
  if (rows.none())
    return section("slos", "SLOs", Html().element("p", "The scenario promises nothing that has a number."));
  Html head;
  for (const char* name : {"SLO", "budget", "measured, lower to upper", "margin", "measured against budget", "verdict"})
    head.element("th", name, {{"scope", "col"}});
  Html table;
  table.element("thead", Html().element("tr", head)).element("tbody", rows);
  Html body;
  body.element("table", table, {{"class", "cards slos"}});
  Html key;
  key.element("span", "", {{"class", "key key-allowed"}}).text(" allowed ");
  key.element("span", "", {{"class", "key key-measured"}}).text(" measured: the truth lies within ");
  key.element("span", "", {{"class", "key key-open"}}).text(" no upper bound was seen");
  body.element("p", key, {{"class", "legend"}});
  body.append(origins);
  return section("slos", "SLOs", body);
}

}  // namespace hadrill
