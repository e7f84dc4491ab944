#include "live/screen.hpp"

#include <algorithm>

#include "live/parts.hpp"

namespace hadrill::live {
namespace {

/// From this width on there is room for two columns: beside the probers, SLOs with what was measured.
constexpr std::size_t kTwoColumns = 156;
/// Of the left one: a prober's row.
constexpr std::size_t kLeftColumn = 80;
constexpr std::size_t kGap = 2;
/// From that many rows below the head on there is room for most SLOs, and for a row for each leader.
constexpr std::size_t kRoomForSlos = 14;
constexpr std::size_t kRoomForLeaders = 28;

/// How many of `rows` each part gets: first what it needs at least, in their order; then in turn what they have.
std::vector<std::size_t> share_out(const std::vector<Part>& parts, std::size_t rows) {
  std::vector<std::size_t> given(parts.size(), 0);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t least = std::min(parts[i].least, parts[i].lines.size());
    // A heading without anything below it is a waste.
    if (least > rows) continue;
    given[i] = least;
    rows -= least;
  }
  for (bool more = true; more && rows > 0;) {
    more = false;
    for (std::size_t i = 0; i < parts.size() && rows > 0; ++i) {
      if (given[i] == 0 || given[i] >= parts[i].lines.size()) continue;
      const std::size_t wanted = std::min(parts[i].weight, parts[i].lines.size() - given[i]);
      const std::size_t got = std::min(wanted, rows);
      given[i] += got;
      rows -= got;
      more = true;
    }
  }
  return given;
}

void stack(const std::vector<Part>& parts, std::size_t rows, std::vector<Line>& out) {
  const std::vector<std::size_t> given = share_out(parts, rows);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::vector<Line> lines = shown(parts[i], given[i]);
    out.insert(out.end(), lines.begin(), lines.end());
  }
}

void stack_narrow(const Snapshot& snapshot, const Size& size, std::size_t rows, std::vector<Line>& out) {
  Part slos = slos_part(snapshot, size.columns);
  if (rows >= kRoomForSlos) slos.least = 5;
  stack({probers_part(snapshot, size.columns, rows), std::move(slos),
         rows >= kRoomForLeaders ? leaders_part(snapshot) : leaders_line_part(snapshot), errors_part(snapshot),
         log_part(snapshot)},
        rows, out);
}

void stack_wide(const Snapshot& snapshot, const Size& size, std::size_t rows, std::vector<Line>& out) {
  const std::size_t right_width = size.columns - kLeftColumn - kGap;
  const Part slos = slos_part(snapshot, right_width);
  const Part leaders = leaders_part(snapshot);
  const Part probers = probers_part(snapshot, kLeftColumn, rows);
  // A third is left for what was said last.
  const std::size_t most = rows - rows / 3;
  const std::size_t upper = std::min(most, std::max(probers.lines.size(), slos.lines.size() + leaders.lines.size()));
  const std::vector<Line> left = shown(probers_part(snapshot, kLeftColumn, upper), upper);
  std::vector<Line> right;
  stack({slos, leaders}, upper, right);
  for (std::size_t i = 0; i < upper; ++i) {
    const Line none;
    out.push_back(beside(i < left.size() ? left[i] : none, kLeftColumn + kGap, i < right.size() ? right[i] : none));
  }
  stack({errors_part(snapshot), log_part(snapshot)}, rows - upper, out);
}

}  // namespace

std::vector<Line> render(const Snapshot& snapshot, const Size& size, const Panel& panel) {
  std::vector<Line> lines{title_line(snapshot, size.columns)};
  const std::size_t body = size.rows > 2 ? size.rows - 2 : 0;
  for (Line& line : head_lines(snapshot, size.columns, std::min<std::size_t>(5, body / 3)))
    lines.push_back(std::move(line));
  const std::size_t rows = size.rows > lines.size() + 1 ? size.rows - lines.size() - 1 : 0;
  if (panel.help) {
    stack({help_part(snapshot)}, rows, lines);
  } else if (panel.errors) {
    stack({errors_part(snapshot)}, rows, lines);
  } else if (size.columns >= kTwoColumns) {
    stack_wide(snapshot, size, rows, lines);
  } else {
    stack_narrow(snapshot, size, rows, lines);
  }
  lines.resize(size.rows > 0 ? size.rows - 1 : 0);
  if (size.rows > 0) lines.push_back(keys_line(snapshot, panel, size.columns));
  for (Line& line : lines) line = fitted(std::move(line), size.columns);
  return lines;
}

}  // namespace hadrill::live
