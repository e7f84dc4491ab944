// Owns the parts of the live screen: each a heading and rows, for a given width. Pure.
#pragma once

#include <functional>

#include "live/screen.hpp"

namespace hadrill::live {

/// A part of the screen.
struct Part {
  std::vector<Line> lines;   ///< the heading first; those that matter most before the others
  std::size_t least = 2;     ///< rows without which it says too little
  std::size_t weight = 1;    ///< how many of the rows that are left it gets in turn
  bool latest_last = false;  ///< what does not fit is left out at the beginning, not at the end
  /// The line that stands for that many of the last ones, where they do not fit; empty: one that only counts them.
  std::function<Line(std::size_t left_out)> rest{};
};

Line title_line(const Snapshot& snapshot, std::size_t width);
/// Phase, detail, marks, what is not back. `rows`: how many of them there is room for.
std::vector<Line> head_lines(const Snapshot& snapshot, std::size_t width, std::size_t rows);
Line keys_line(const Snapshot& snapshot, const Panel& panel, std::size_t width);

Part probers_part(const Snapshot& snapshot, std::size_t width, std::size_t rows);
Part slos_part(const Snapshot& snapshot, std::size_t width);
Part leaders_part(const Snapshot& snapshot);
/// The same in one line.
Part leaders_line_part(const Snapshot& snapshot);
Part errors_part(const Snapshot& snapshot);
Part log_part(const Snapshot& snapshot);
Part help_part(const Snapshot& snapshot);

/// At most `rows` lines of it; from three on the last one says how many are left out.
std::vector<Line> shown(const Part& part, std::size_t rows);

}  // namespace hadrill::live
