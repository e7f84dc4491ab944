#include "base/clock.hpp"

#include <array>
#include <cassert>
#include <ctime>

#include "base/interrupt.hpp"

namespace hadrill {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

std::int64_t read_clock(clockid_t id) {
  timespec ts{};
  const int status = clock_gettime(id, &ts);
  assert(status == 0);
  static_cast<void>(status);
  return static_cast<std::int64_t>(ts.tv_sec) * kNsPerSecond + ts.tv_nsec;
}

std::string format(std::int64_t realtime_ns, const char* pattern) {
  const std::time_t seconds = realtime_ns / kNsPerSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), pattern, &parts);
  return {text.data(), size};
}

}  // namespace

Instant MonotonicClock::now() const { return {read_clock(CLOCK_MONOTONIC)}; }

bool MonotonicClock::wait_until(Instant deadline, const Interrupt& interrupt) {
  while (!interrupt.raised()) {
    const Duration left = deadline - now();
    if (left <= Duration::zero()) return true;
    interrupt.wait_for(left);
  }
  return false;
}

ClockPair ClockPair::read() { return {{read_clock(CLOCK_MONOTONIC)}, read_clock(CLOCK_REALTIME)}; }

Duration WallClock::stepped(const ClockPair& now) {
  const Duration moved = last_ ? now.moved_since(*last_) : Duration::zero();
  last_ = now;
  return moved > kTolerated || moved < -kTolerated ? moved : Duration::zero();
}

std::string format_utc(std::int64_t realtime_ns) {
  const std::string millis = std::to_string(1000 + realtime_ns / 1'000'000 % 1000).substr(1);
  return format(realtime_ns, "%Y-%m-%dT%H:%M:%S") + "." + millis + "Z";
}

std::string format_utc_compact(std::int64_t realtime_ns) { return format(realtime_ns, "%Y%m%dT%H%M%SZ"); }

}  // namespace hadrill
