// Owns one conversation with the harness: requests in, answers out, faults undone when their time is over and all of
// them when nobody listens any more.
#pragma once

#include <string>

#include "agent/fault_book.hpp"

namespace hadrill::agent {

class Session {
 public:
  /// The descriptors stay the caller's.
  Session(int in, int out, FaultBook book) : in_(in), out_(out), book_(std::move(book)) {}
  /// Answers until the input ends or breaks the protocol; undoes every fault of this process then. Exit code: 0 when
  /// nothing is left in force, 1 otherwise.
  int serve();

 private:
  /// Answers the lines that are complete; false when the input is not what the protocol allows.
  bool answer_lines();
  void say(const Json& line);
  void undo_overdue();

  int in_;
  int out_;
  FaultBook book_;
  std::string waiting_;
};

}  // namespace hadrill::agent
