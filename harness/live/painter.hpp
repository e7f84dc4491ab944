// Owns what has to be written for a terminal to show other lines than before: only those that changed.
#pragma once

#include <string>
#include <vector>

#include "live/style.hpp"

namespace hadrill::live {

class Painter {
 public:
  explicit Painter(bool colour) : colour_(colour) {}

  /// The bytes that make `lines` of what was painted last. Empty: nothing changed.
  std::string paint(const std::vector<Line>& lines);
  /// What was painted is gone: the next time everything is.
  void forget() { shown_.clear(); }

 private:
  bool colour_;
  std::vector<std::string> shown_;
};

}  // namespace hadrill::live
