#include "agent/frame_pipe.hpp"

#include <unistd.h>

#include <cerrno>

namespace hadrill::agent {

FramePipe::Filled FramePipe::fill() {
  const std::span<char> space = reader_.space();
  ssize_t size = 0;
  do {
    size = read(in_, space.data(), space.size());
  } while (size < 0 && errno == EINTR);
  if (size == 0) return Filled::end;
  if (size < 0) return errno == EAGAIN ? Filled::nothing : Filled::broken;
  reader_.filled(static_cast<std::size_t>(size));
  return Filled::some;
}

FramePipe::Flushed FramePipe::flush() {
  while (waiting() > 0) {
    const ssize_t size = write(out_, waiting_.data() + head_, waiting());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) break;
    if (size < 0) return Flushed::broken;
    head_ += static_cast<std::size_t>(size);
  }
  if (waiting() == 0) {
    waiting_.clear();
    head_ = 0;
    return Flushed::all;
  }
  if (head_ >= kPipeHighWater) {
    waiting_.erase(0, head_);
    head_ = 0;
  }
  return Flushed::blocked;
}

}  // namespace hadrill::agent
