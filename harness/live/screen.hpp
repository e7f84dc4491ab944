// Owns how a snapshot becomes the lines of a screen. Pure: the same snapshot, size and panel give the same lines.
#pragma once

#include "live/snapshot.hpp"
#include "live/style.hpp"

namespace hadrill::live {

/// What the person at the keys asked to see.
struct Panel {
  bool help = false;
  bool errors = false;  ///< as many of the last errors as there is room for
  std::string notice;   ///< an answer to a key; instead of the line about keys
};

/// Exactly `size.rows` lines of `size.columns` columns each, whatever the size.
std::vector<Line> render(const Snapshot& snapshot, const Size& size, const Panel& panel);

}  // namespace hadrill::live
