#include "agent/patience.hpp"

#include <poll.h>

#include <algorithm>
#include <array>

#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

std::int64_t after(milliseconds time) { return monotonic_ns() + nanoseconds(time).count(); }

int left_ms(std::int64_t deadline_ns) {
  const auto left = std::chrono::ceil<milliseconds>(nanoseconds(deadline_ns - monotonic_ns()));
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000'000));
}

}  // namespace

bool Patience::until(const std::function<bool()>& done, milliseconds longest, milliseconds step) {
  const std::int64_t end = after(longest);
  while (!done()) {
    if (monotonic_ns() >= end || wait(-1, step) == Woken::give_up) return false;
  }
  return true;
}

Patience::Woken Steadfast::wait(int descriptor, milliseconds longest) {
  const std::int64_t end = after(longest);
  pollfd wanted{descriptor, POLLIN, 0};
  // A signal (a worker's end) cuts the wait short; the rest of the time is waited for again.
  while (poll(&wanted, 1, left_ms(end)) < 0) continue;
  return wanted.revents != 0 ? Woken::ready : Woken::time;
}

Patience::Woken Watchful::wait(int descriptor, milliseconds longest) {
  const std::int64_t end = std::min(after(longest), due_ns_);
  // No event is asked of the input: requests may wait there, only its end counts.
  std::array<pollfd, 2> wanted{{{descriptor, POLLIN, 0}, {input_, 0, 0}}};
  while (poll(wanted.data(), wanted.size(), left_ms(end)) < 0) continue;
  if (wanted[1].revents != 0) return Woken::give_up;
  if (wanted[0].revents != 0) return Woken::ready;
  return monotonic_ns() >= due_ns_ ? Woken::give_up : Woken::time;
}

}  // namespace hadrill::agent
