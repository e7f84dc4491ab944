// Owns what the workload was told to do wrong, and for how long. Knows no network; times come from outside.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace hadrill::workload {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How requests are taken.
enum class Manner {
  serve,
  hang,     ///< taken and never answered, probes of the kubelet too
  fail,     ///< answered 500, readiness included
  unready,  ///< served, but the readiness probe is answered 503
};

/// nullopt: no such manner.
std::optional<Manner> manner_named(const std::string& name);
std::string to_string(Manner manner);

/// One manner at a time, which wears off; and whether the end was announced.
class Mood {
 public:
  /// Longer is refused: what nobody undoes has to wear off.
  static constexpr milliseconds kLongest = std::chrono::minutes(30);

  /// False: `length` is not within 1 ms and kLongest, and nothing changes.
  bool take(Manner manner, milliseconds length, Clock::time_point now);
  Manner at(Clock::time_point now) const { return now < until_ ? manner_ : Manner::serve; }

  /// SIGTERM came: from now on not ready, and connections end with their next answer.
  void drain() { draining_ = true; }
  bool draining() const { return draining_; }

 private:
  Manner manner_ = Manner::serve;
  Clock::time_point until_{};
  bool draining_ = false;
};

}  // namespace hadrill::workload
