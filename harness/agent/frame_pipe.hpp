// Owns the two descriptors frames travel on: non-blocking, many frames to one system call. Used by both ends.
#pragma once

#include "agent/frame.hpp"

namespace hadrill::agent {

class FramePipe {
 public:
  /// The descriptors stay the caller's; they have to be non-blocking.
  FramePipe(int in, int out) : in_(in), out_(out) {}

  int in() const { return in_; }
  int out() const { return out_; }

  enum class Filled { some, nothing, end, broken };
  /// Reads once. After `some`, call next() until it finds nothing.
  Filled fill();
  FrameReader::Found next(Frame& frame) { return reader_.next(frame); }

  /// Frames are put at its end, by the put_* functions.
  std::string& frames() { return waiting_; }
  /// Bytes put and not yet taken by the pipe.
  std::size_t waiting() const { return waiting_.size() - head_; }

  enum class Flushed { all, blocked, broken };
  /// Writes what the pipe takes.
  Flushed flush();

 private:
  int in_;
  int out_;
  FrameReader reader_;
  std::string waiting_;
  std::size_t head_ = 0;
};

}  // namespace hadrill::agent
