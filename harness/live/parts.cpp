#include "live/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/duration.hpp"
#include "report/columns.hpp"

namespace hadrill::live {
namespace {

constexpr std::size_t kNarrow = 60;
constexpr std::size_t kShareColumn = 14;
constexpr std::size_t kStandingColumn = 16;
constexpr std::size_t kRecentColumn = 10;
constexpr std::size_t kLongestColumn = 15;

std::string short_share(const ShareBounds& share) {
  constexpr double kSlack = 1e-6;
  if (share.lower >= 1) return "100 %";
  return fmt::format("{:.1f}-{:.1f} %", std::abs(std::floor(share.lower * 1e3 + kSlack) / 10),
                     std::abs(std::ceil(share.upper * 1e3 - kSlack)) / 10);
}

/// Rounded outwards, as to_text is, and shorter.
std::string short_bounds(const Bounds& bounds) {
  const double lower = std::floor(seconds_of(bounds.lower) * 100 + 1e-6) / 100;
  if (!bounds.upper) return fmt::format(">= {:.2f} s", lower);
  const double upper = std::ceil(seconds_of(*bounds.upper) * 100 - 1e-6) / 100;
  if (upper <= 0) return "-";
  return fmt::format("{:.2f}-{:.2f} s", lower, upper);
}

Span standing_of(const ProberRow& row) {
  const std::string lasting = " " + format_seconds(row.lasting, 1);
  switch (row.standing) {
    case Standing::not_asked:
      break;
    case Standing::up:
      return {"up", Ink::good};
    case Standing::no_answer:
      return {"no answer" + lasting, Ink::warn};
    case Standing::down:
      return {"DOWN" + lasting, Ink::bad};
  }
  return {"not asked", Ink::dim};
}

Line prober_line(const ProberRow& row, std::size_t width) {
  const Span standing = standing_of(row);
  const std::string recent =
      row.recent_all == 0 ? std::string("-") : fmt::format("{}/{}", row.recent_good, row.recent_all);
  const Ink recent_ink = row.recent_good < row.recent_all ? Ink::warn : Ink::plain;
  if (width < kNarrow) {
    const std::size_t name = width > kStandingColumn + 4 ? width - kStandingColumn - 1 : width;
    return {{fit(row.name, name) + " "}, standing};
  }
  const std::size_t fixed = kStandingColumn + kShareColumn + kRecentColumn + kLongestColumn;
  Line line{{fit(row.name, width - fixed - 1) + " "}, {fit(standing.text, kStandingColumn), standing.ink}};
  const bool known = row.since_t0.has_value();
  line.push_back({fit(known ? short_share(row.since_t0->availability) : "", kShareColumn)});
  line.push_back({fit(recent, kRecentColumn), recent_ink});
  line.push_back({known ? short_bounds(row.since_t0->longest) : ""});
  return line;
}

Line prober_heading(std::size_t width, bool since_t0) {
  if (width < kNarrow) return {{"who is asked", Ink::heading}};
  const std::size_t fixed = kStandingColumn + kShareColumn + kRecentColumn + kLongestColumn;
  return {{fit("who is asked", width - fixed - 1) + " " + fit("now", kStandingColumn) +
               fit(since_t0 ? "up since T0" : "", kShareColumn) + fit("last 10 s", kRecentColumn) +
               (since_t0 ? "longest outage" : ""),
           Ink::heading}};
}

/// What is not up comes before the rest when there is no room for all.
std::vector<ProberRow> by_importance(std::vector<ProberRow> rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const ProberRow& a, const ProberRow& b) {
    const auto rank = [](const ProberRow& row) {
      const bool hurt = row.standing == Standing::down || row.standing == Standing::no_answer;
      return (row.user_facing ? 0 : 2) + (hurt ? 0 : 1);
    };
    return rank(a) < rank(b);
  });
  return rows;
}

Line left_out_line(const std::vector<ProberRow>& rows, std::size_t from) {
  std::size_t hurt = 0;
  for (std::size_t i = from; i < rows.size(); ++i) {
    hurt += rows[i].standing == Standing::down || rows[i].standing == Standing::no_answer ? 1 : 0;
  }
  const std::string text = fmt::format("and {} more, ", rows.size() - from);
  if (hurt == 0) return {{text + "none of them down", Ink::dim}};
  return {{text + fmt::format("{} of them not answering", hurt), Ink::warn}};
}

Span state_of(const SloRow& row) {
  switch (row.state) {
    case SloRow::State::kept:
      return {"kept so far", Ink::good};
    case SloRow::State::overdue:
      return {"over budget", Ink::bad};
    case SloRow::State::missed:
      return {"MISSED", Ink::bad};
    case SloRow::State::at_end:
      return {"told at the end", Ink::dim};
    case SloRow::State::open:
      break;
  }
  return {"open", Ink::warn};
}

/// How much of a budget is used up.
std::string bar(double used) {
  constexpr std::size_t kCells = 10;
  if (used < 0) return std::string(kCells + 2, ' ');
  const auto full = static_cast<std::size_t>(std::min(1.0, used) * kCells);
  return "[" + std::string(full, '#') + std::string(kCells - full, '.') + "]";
}

std::string mark_text(const MarkRow& mark) {
  if (mark.id == "T0") return "T0 in force";
  if (!mark.since_t0) return fmt::format("{} {}: nobody so far", mark.id, mark.what);
  return fmt::format("{} {} {}", mark.id, mark.what, short_bounds(*mark.since_t0));
}

}  // namespace

Line title_line(const Snapshot& snapshot, std::size_t width) {
  std::string left = fmt::format(" hadrill  {} on {}", snapshot.scenario, snapshot.topology);
  if (width >= kNarrow) left += "  seed " + snapshot.seed;
  const std::string right = fmt::format("{}{} ", snapshot.since_t0 ? "T0+" : "+", format_seconds(snapshot.elapsed, 1));
  const std::size_t room = width > right.size() ? width - right.size() : 0;
  return {{fit(left, room) + right, Ink::title}};
}

std::vector<Line> head_lines(const Snapshot& snapshot, std::size_t width, std::size_t rows) {
  const Ink ink = snapshot.mood == Mood::broken ? Ink::bad : snapshot.mood == Mood::mending ? Ink::warn : Ink::heading;
  std::vector<Line> lines{{{snapshot.phase, ink}}};
  const std::string step = snapshot.method.empty() ? snapshot.detail : snapshot.method + ": " + snapshot.detail;
  lines.push_back({{step}});
  if (!snapshot.marks.empty()) {
    Line marks;
    // The latest ones when there is no room for all.
    std::size_t room = width;
    for (auto mark = snapshot.marks.rbegin(); mark != snapshot.marks.rend(); ++mark) {
      const std::string text = mark_text(*mark) + "   ";
      if (text.size() > room + 3) break;
      room -= std::min(room, text.size());
      marks.insert(marks.begin(), {text});
    }
    lines.push_back(std::move(marks));
  }
  if (!snapshot.spares.empty()) {
    const bool back = snapshot.spares == "every condition holds";
    lines.push_back({{"spares: "}, {snapshot.spares, back ? Ink::good : Ink::warn}});
  }
  if (!snapshot.hypothesis.empty()) lines.push_back({{"expected: " + snapshot.hypothesis, Ink::dim}});
  if (lines.size() > rows) lines.resize(std::max<std::size_t>(rows, 1));
  return lines;
}

Line keys_line(const Snapshot& snapshot, const Panel& panel, std::size_t width) {
  std::string text = " a abort and heal   h heal now   e errors   ? help";
  if (width < kNarrow) text = " a abort  h heal  e errors  ? help";
  if (panel.help || panel.errors)
    text = width < kNarrow ? " any key: back" : " any key: back   a abort and heal   h heal now";
  if (!panel.notice.empty()) text = " " + panel.notice;
  std::string right = "numbers are preliminary ";
  if (snapshot.missed_samples > 0) right = fmt::format("{} samples not shown ", snapshot.missed_samples);
  if (hadrill::width_of(text) + right.size() + 2 > width) return {{fit(text, width), Ink::title}};
  return {{fit(text, width - right.size()) + right, Ink::title}};
}

Part probers_part(const Snapshot& snapshot, std::size_t width, std::size_t rows) {
  Part part{{prober_heading(width, snapshot.since_t0)}, 4, 2};
  const bool crowded = snapshot.probers.size() + 1 > rows;
  const std::vector<ProberRow> ordered = crowded ? by_importance(snapshot.probers) : snapshot.probers;
  for (const ProberRow& row : ordered) part.lines.push_back(prober_line(row, width));
  part.rest = [ordered](std::size_t left_out) { return left_out_line(ordered, ordered.size() - left_out); };
  return part;
}

Part slos_part(const Snapshot& snapshot, std::size_t width) {
  Part part{{{{"SLO so far", Ink::heading}}}, 2};
  if (snapshot.slos.empty()) return {};
  constexpr std::size_t kMeasured = 21;
  constexpr std::size_t kBudget = 12;
  constexpr std::size_t kState = 16;
  constexpr std::size_t kBar = 13;
  constexpr std::size_t kLeastName = 24;
  std::vector<SloRow> rows = snapshot.slos;
  // Where there is no room for all, what is missed is not left out.
  std::stable_partition(rows.begin(), rows.end(), [](const SloRow& row) {
    return row.state == SloRow::State::missed || row.state == SloRow::State::overdue;
  });
  for (const SloRow& row : rows) {
    const Span state = state_of(row);
    Line line;
    if (width >= kLeastName + kMeasured + kBudget + kState) {
      const bool with_bar = width >= kLeastName + kMeasured + kBudget + kState + kBar;
      const std::size_t name = width - kMeasured - kBudget - kState - (with_bar ? kBar : 0);
      line = {{fit(row.sli, name - 1) + " "}, {fit(row.so_far, kMeasured)}, {fit(row.budget, kBudget)}};
      if (with_bar) line.push_back({bar(row.used) + " ", row.used >= 1 ? Ink::bad : Ink::plain});
      line.push_back(state);
    } else {
      const std::size_t name = width > kState + 4 ? width - kState : width;
      line = {{fit(row.sli, name - 1) + " "}, state};
    }
    part.lines.push_back(std::move(line));
  }
  return part;
}

Part leaders_part(const Snapshot& snapshot) {
  Part part{{{{"leaders", Ink::heading}}}, 2};
  constexpr std::size_t kComponent = 20;
  for (const LeaderRow& row : snapshot.leaders) {
    const Ink ink = row.doubtful ? Ink::warn : Ink::plain;
    part.lines.push_back({{fit(row.component, kComponent)},
                          {row.who.empty() ? row.detail : fmt::format("{}  ({})", row.who, row.detail), ink}});
  }
  return part;
}

Part leaders_line_part(const Snapshot& snapshot) {
  Line line{{"leaders  ", Ink::heading}};
  for (const LeaderRow& row : snapshot.leaders) {
    // The long name leaves no room for the others.
    const std::string component = row.component == component::controller_manager ? "controllers" : row.component;
    line.push_back({component + " "});
    line.push_back({row.who.empty() ? "not known" : row.who, row.doubtful ? Ink::warn : Ink::plain});
    line.push_back({row.doubtful && !row.who.empty() ? " (lapsed)  " : "  "});
  }
  if (snapshot.leaders.empty()) return {};
  return {{std::move(line)}, 1};
}

Part errors_part(const Snapshot& snapshot) {
  Part part{{{{"last errors", Ink::heading}}}, 2, 1, true};
  if (snapshot.errors.empty()) part.lines.push_back({{"none", Ink::dim}});
  for (const ErrorRow& row : snapshot.errors) {
    part.lines.push_back({{fit(row.when, 22) + " "},
                          {row.who + "  "},
                          {row.what + (row.count > 1 ? fmt::format("  x{}", row.count) : ""), Ink::warn}});
  }
  return part;
}

Part log_part(const Snapshot& snapshot) {
  Part part{{{{"progress", Ink::heading}}}, 2, 1, true};
  if (snapshot.log.empty()) return {};
  for (const std::string& line : snapshot.log) part.lines.push_back({{line, Ink::dim}});
  return part;
}

Part help_part(const Snapshot& snapshot) {
  Part part{{{{"keys", Ink::heading}}}, 1};
  for (const char* line :
       {"a       abort: heal everything, then report what was seen (as the first Ctrl-C)",
        "h       heal now: undo what is in force, skip what would break more, and wait",
        "        for every spare; the verdict says so and is no pass", "e       the last errors", "?       this page",
        "Ctrl-L  draw the screen anew", "Ctrl-Z  suspend: nobody probes until `fg`, and the verdict will say so",
        "Ctrl-C  once: abort and heal; twice: leave healing to the agents", ""})
    part.lines.push_back({{line}});
  part.lines.push_back({{"words", Ink::heading}});
  for (const char* line : {"DOWN         the latest request was bad; the time since the first bad one",
                           "no answer    requests are not back yet: it may be down",
                           "last 10 s    good of all requests that were sent then and ended",
                           "up since T0  the least and the most that the share of time can be",
                           "longest      outage, from proven to possible; >= it has not ended",
                           "All numbers are preliminary: the verdict is made from the history on disk."})
    part.lines.push_back({{line}});
  if (!snapshot.hypothesis.empty()) {
    part.lines.push_back({});
    part.lines.push_back({{"expected: " + snapshot.hypothesis}});
  }
  return part;
}

std::vector<Line> shown(const Part& part, std::size_t rows) {
  std::vector<Line> lines = part.lines;
  if (lines.size() <= rows) return lines;
  if (rows == 0) return {};
  if (part.latest_last) {
    lines.erase(lines.begin() + 1, lines.end() - static_cast<std::ptrdiff_t>(rows - 1));
    return lines;
  }
  const std::size_t left_out = lines.size() - rows + 1;
  lines.resize(rows);
  if (rows > 2) lines.back() = part.rest ? part.rest(left_out) : Line{{fmt::format("and {} more", left_out), Ink::dim}};
  return lines;
}

}  // namespace hadrill::live
