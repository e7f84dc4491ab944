// Owns time. All arithmetic is on CLOCK_MONOTONIC, which every kind node shares with the host; wall time is printed
// only.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace hadrill {

using Duration = std::chrono::nanoseconds;

/// An instant on CLOCK_MONOTONIC, in nanoseconds since its (arbitrary) origin.
struct Instant {
  std::int64_t ns = 0;

  friend auto operator<=>(const Instant&, const Instant&) = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14
  friend Duration operator-(Instant a, Instant b) { return Duration(a.ns - b.ns); }
  friend Instant operator+(Instant a, Duration d) { return {a.ns + d.count()}; }
  friend Instant operator-(Instant a, Duration d) { return {a.ns - d.count()}; }
};

class Interrupt;

/// The door to time: tests put a manual clock here.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  /// Waits until `deadline` or until `interrupt` was raised; true when the deadline was reached.
  virtual bool wait_until(Instant deadline, const Interrupt& interrupt) = 0;
};

/// CLOCK_MONOTONIC itself.
class MonotonicClock final : public Clock {
 public:
  Instant now() const override;
  bool wait_until(Instant deadline, const Interrupt& interrupt) override;
};

/// A (monotonic, realtime) pair read together: translates instants to wall time for people and foreign logs.
struct ClockPair {
  Instant monotonic;
  std::int64_t realtime_ns = 0;  ///< since the Unix epoch

  static ClockPair read();
  /// Wall time of `instant` in ns since the Unix epoch, right as long as the wall clock was not stepped between.
  std::int64_t realtime_of(Instant instant) const { return realtime_ns + (instant.ns - monotonic.ns); }
  /// The instant of a wall time, likewise.
  Instant instant_of(std::int64_t realtime) const { return {monotonic.ns + (realtime - realtime_ns)}; }
  /// By how much the wall clock moved on beside the monotonic one since `before` was read; negative: back.
  Duration moved_since(const ClockPair& before) const { return Duration(realtime_ns - before.realtime_of(monotonic)); }
};

/// Notices that the wall clock was set: no duration of ours depends on it, but times of day in foreign logs do.
class WallClock {
 public:
  /// A correction that is no step: slewing changes the rate by 0.05 % at most (adjtimex(2)), and two clocks are not
  /// read at the very same instant.
  static constexpr Duration kTolerated = std::chrono::milliseconds(50);

  /// By how much it was stepped between the last call and this one, forward or back; zero for kTolerated and less.
  Duration stepped(const ClockPair& now);

 private:
  std::optional<ClockPair> last_;
};

/// UTC as 2026-01-31T12:00:00.123Z.
std::string format_utc(std::int64_t realtime_ns);
/// UTC as 20260131T120000Z, fit for a directory name.
std::string format_utc_compact(std::int64_t realtime_ns);

}  // namespace hadrill
