// Owns the way of a history from the threads that make it to the one that draws: the prober thread never waits and
// never allocates.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "history/watcher.hpp"
#include "live/board.hpp"

namespace hadrill::live {

class Feed final : public HistoryWatcher {
 public:
  /// Samples between two drains; at the standard pace 100 come in a second.
  static constexpr std::size_t kRoom = 8192;

  Feed() : samples_(std::make_unique<Sample[]>(kRoom)) {}

  void begin(const SampleHeader& header) override;
  /// From one thread. A sample for which there is no room is counted and left out.
  void see(const Sample& sample) override;
  void see(const Event& event) override;
  /// A line of progress, from any thread.
  void say(std::string line);

  /// Hands on what came since the last call. From one thread.
  void drain(Board& board);

 private:
  std::unique_ptr<Sample[]> samples_;  ///< a ring: written by one thread, read by one other
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> read_{0};
  std::atomic<std::size_t> missed_{0};
  std::mutex mutex_;  ///< guards what is below; held for a push or a swap
  std::optional<SampleHeader> header_;
  std::vector<std::variant<Event, std::string>> told_;
};

}  // namespace hadrill::live
