// Owns how an effect waits: never so long that a fault outlives its time or its owner.
#pragma once

#include <chrono>
#include <functional>

namespace hadrill::agent {

class Patience {
 public:
  enum class Woken {
    ready,    ///< the descriptor can be read
    time,     ///< the time is over
    give_up,  ///< the harness is gone or a fault is overdue: return at once, with an error
  };
  virtual ~Patience() = default;
  /// Waits for `descriptor` to be readable (-1: for nothing), at most `longest`.
  virtual Woken wait(int descriptor, std::chrono::milliseconds longest) = 0;

  /// Asks `done` every `step` until it says yes (true), or `longest` is over or it is time to give up (false).
  bool until(const std::function<bool()>& done, std::chrono::milliseconds longest,
             std::chrono::milliseconds step = std::chrono::milliseconds(10));
};

/// Never gives up before the time is over: for undoing.
class Steadfast final : public Patience {
 public:
  Woken wait(int descriptor, std::chrono::milliseconds longest) override;
};

/// Gives up when nobody holds the other end of the agent's input any more, or at `due_ns` (CLOCK_MONOTONIC).
class Watchful final : public Patience {
 public:
  Watchful(int input, std::int64_t due_ns) : input_(input), due_ns_(due_ns) {}
  Woken wait(int descriptor, std::chrono::milliseconds longest) override;

 private:
  int input_;
  std::int64_t due_ns_;
};

}  // namespace hadrill::agent
