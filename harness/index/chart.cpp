#include "index/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "trend/compare_report.hpp"

namespace hadrill::index {
namespace {

// In the units of the chart, which are pixels where there is room for it.
constexpr double kWidth = 360;
constexpr double kHeight = 128;
constexpr double kLeft = 62;  // of the plot: labels of values are beside it
constexpr double kRight = 352;
constexpr double kTop = 14;
constexpr double kBottom = 98;
constexpr double kCrosses = 106;  // below the plot
constexpr double kDates = 124;
constexpr double kLine = 13;    // height of a label
constexpr double kWidest = 22;  // of a slot
constexpr double kHeadroom = 1.06;

std::string number(double value) { return fmt::format("{:.1f}", value); }

/// Where values and trials lie.
struct Scale {
  double least = 0;
  double most = 1;
  bool open = false;  ///< something was not seen to end
  double slot = kWidest;

  double y(double value) const {
    return kBottom - (std::clamp(value, least, most) - least) / (most - least) * (kBottom - kTop);
  }
  /// The middle of a slot; the newest trial is at the right end.
  double x(std::size_t i, std::size_t points) const { return kRight - (static_cast<double>(points - i) - 0.5) * slot; }
};

Scale scale_of(const Series& series) {
  Scale scale;
  double least = series.share ? 1 : 0;
  double most = 0;
  for (const Point& point : series.points) {
    if (point.budget) most = std::max(most, *point.budget);
    if (point.budget) least = std::min(least, *point.budget);
    if (!point.value) continue;
    least = std::min(least, point.value->lower);
    most = std::max(most, point.value->lower);
    if (std::isfinite(point.value->upper)) most = std::max(most, point.value->upper);
    scale.open = scale.open || !std::isfinite(point.value->upper);
  }
  if (series.share) {
    scale.most = 1;
    scale.least = std::min(std::max(0.0, 1 - (1 - least) * kHeadroom), 0.999);
  } else {
    scale.most = most > 0 ? most * kHeadroom : 1;
  }
  const auto points = static_cast<double>(std::max<std::size_t>(series.points.size(), 1));
  scale.slot = std::min(kWidest, (kRight - kLeft) / points);
  return scale;
}

/// "12 s", "0.35 s", "99.2 %": short, for an axis.
std::string label_of(double value, bool share) {
  if (share) return fmt::format("{:.4g} %", value * 100);
  return fmt::format("{:.3g} s", value);
}

Html line(double x1, double y1, double x2, double y2, std::string_view kind) {
  Html html;
  html.element("line", "",
               {{"x1", number(x1)}, {"y1", number(y1)}, {"x2", number(x2)}, {"y2", number(y2)}, {"class", kind}});
  return html;
}

Html label(double x, double y, std::string_view anchor, const std::string& text) {
  Html html;
  html.element("text", text, {{"x", number(x)}, {"y", number(y)}, {"text-anchor", anchor}});
  return html;
}

/// Ends of the scale and the newest budget, without those that would lie over it.
Html axis(const Series& series, const Scale& scale) {
  Html html;
  html.append(line(kLeft, kTop, kLeft, kBottom, "c-axis")).append(line(kLeft, kBottom, kRight, kBottom, "c-axis"));
  std::optional<double> budget;
  for (const Point& point : series.points) {
    if (point.budget) budget = point.budget;
  }
  if (budget) html.append(label(kLeft - 6, scale.y(*budget) + 4, "end", label_of(*budget, series.share)));
  for (const double end : {scale.least, scale.most}) {
    if (budget && std::abs(scale.y(end) - scale.y(*budget)) < kLine) continue;
    html.append(label(kLeft - 6, scale.y(end) + 4, "end", label_of(end, series.share)));
  }
  return html;
}

Html dates(const Series& series, const Scale& scale) {
  Html html;
  const std::size_t points = series.points.size();
  const auto day = [&](std::size_t i) {
    constexpr std::size_t kDate = 10;
    const std::string text = minute_text(series.points[i].entry->started_utc);
    return text.starts_with("at ") ? std::string("?") : text.substr(0, kDate);
  };
  html.append(label(kRight, kDates, "end", day(points - 1)));
  constexpr double kDateWidth = 70;
  const double first = std::max(kLeft, scale.x(0, points) - scale.slot / 2);
  if (points > 1 && day(0) != day(points - 1) && first + 2 * kDateWidth < kRight)
    html.append(label(first, kDates, "start", day(0)));
  return html;
}

/// What is allowed, trial by trial: a line with a step where it changed. `of` gives the value, if there is one.
Html steps(const Series& series, const Scale& scale, std::optional<double> Point::*of, std::string_view kind) {
  std::string path;
  std::string at;  // the height that the line is at; "" it is interrupted
  const std::size_t points = series.points.size();
  for (std::size_t i = 0; i < points; ++i) {
    const auto& value = series.points[i].*of;
    const std::string next = value ? number(scale.y(*value)) : "";
    const double left = scale.x(i, points) - scale.slot / 2;
    if (!next.empty() && next != at) path += fmt::format("M{:.1f} {}", left, next);
    const bool ends = !next.empty() && (i + 1 == points || series.points[i + 1].*of != value);
    if (ends) path += fmt::format("H{:.1f}", left + scale.slot);
    at = next;
  }
  Html html;
  if (!path.empty()) html.element("path", "", {{"d", path}, {"class", kind}});
  return html;
}

/// The bar of one trial, and its values for who points at it.
Html bar(const Point& point, const Scale& scale, double x, bool share) {
  Html inner;
  inner.element("title", point_text(point, share));
  // Something to point at also where there is little to see.
  inner.element("rect", "",
                {{"x", number(x - scale.slot / 2)},
                 {"y", number(kTop)},
                 {"width", number(scale.slot)},
                 {"height", number(kCrosses + 4 - kTop)},
                 {"class", "c-hit"}});
  if (!point.value) {
    const double arm = std::min(3.0, scale.slot / 2.5);
    inner.append(line(x - arm, kCrosses - arm, x + arm, kCrosses + arm, "c-cross"));
    inner.append(line(x - arm, kCrosses + arm, x + arm, kCrosses - arm, "c-cross"));
  } else {
    const bool open = !std::isfinite(point.value->upper);
    const double top = open ? kTop - 4 : scale.y(point.value->upper);
    const double height = std::max(2.0, scale.y(point.value->lower) - top);
    const bool failed = point.judgement == Judgement::fail;
    const double width = std::min(failed ? 9.0 : 5.0, scale.slot * (failed ? 0.9 : 0.55));
    const std::string kind = !point.counts ? "c-apart" : "c-" + to_string(point.judgement);
    inner.element("rect", "",
                  {{"x", number(x - width / 2)},
                   {"y", number(top)},
                   {"width", number(width)},
                   {"height", number(height)},
                   {"class", kind}});
    if (open)
      inner.element("path", "",
                    {{"d", fmt::format("M{:.1f} {:.1f}l{:.1f} 6h{:.1f}z", x, kTop - 11, width / 2 + 2, -(width + 4))},
                     {"class", kind}});
  }
  Html html;
  html.element("g", inner);
  return html;
}

}  // namespace

std::string point_text(const Point& point, bool share) {
  std::string text = minute_text(point.entry->started_utc);
  if (point.entry->seed) text += fmt::format(", seed {}", *point.entry->seed);
  if (!point.value) return text + ": not measured (" + text_of(state_of(*point.entry)).word + ")";
  text += ": " + trend::range_text(*point.value, share) + ", " + to_string(point.judgement);
  if (!point.counts) text += "; does not count: " + trend::why_not_counted(*point.entry->stored).value_or("");
  if (!point.before.empty()) text += "; cannot be compared with those before: " + point.before;
  return text;
}

Html chart_of(const Series& series) {
  const Scale scale = scale_of(series);
  const std::size_t points = series.points.size();
  Html inner;
  inner.append(axis(series, scale));
  inner.append(steps(series, scale, &Point::budget, "c-budget")).append(steps(series, scale, &Point::least, "c-least"));
  for (std::size_t i = 0; i < points; ++i) {
    const Point& point = series.points[i];
    const double x = scale.x(i, points);
    const double left = x - scale.slot / 2;
    if (!point.before.empty()) inner.append(line(left, 2, left, kBottom, "c-break"));
    inner.append(bar(point, scale, x, series.share));
  }
  inner.append(dates(series, scale));
  Html html;
  html.element("svg", inner,
               {{"viewBox", fmt::format("0 0 {:.0f} {:.0f}", kWidth, kHeight)},
                {"class", "chart"},
                {"role", "img"},
                {"aria-label", fmt::format("{} over {} trials", series.sli, points)}});
  return html;
}

}  // namespace hadrill::index
