#include "live/feed.hpp"

namespace hadrill::live {

void Feed::begin(const SampleHeader& header) {
  const std::scoped_lock lock(mutex_);
  header_ = header;
}

void Feed::see(const Sample& sample) {
  const std::uint64_t at = written_.load(std::memory_order_relaxed);
  if (at - read_.load(std::memory_order_acquire) >= kRoom) {
    missed_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  samples_[at % kRoom] = sample;
  written_.store(at + 1, std::memory_order_release);
}

void Feed::see(const Event& event) {
  const std::scoped_lock lock(mutex_);
  told_.emplace_back(event);
}

void Feed::say(std::string line) {
  const std::scoped_lock lock(mutex_);
  told_.emplace_back(std::move(line));
}

void Feed::drain(Board& board) {
  std::vector<std::variant<Event, std::string>> told;
  std::optional<SampleHeader> header;
  {
    const std::scoped_lock lock(mutex_);
    told.swap(told_);
    header.swap(header_);
  }
  if (header) board.begin(*header);
  // Samples first: what an event tells of them has happened.
  const std::uint64_t until = written_.load(std::memory_order_acquire);
  for (std::uint64_t at = read_.load(std::memory_order_relaxed); at < until; ++at) {
    board.see(samples_[at % kRoom]);
    read_.store(at + 1, std::memory_order_release);
  }
  for (auto& one : told) {
    if (auto* event = std::get_if<Event>(&one)) {
      board.see(*event);
    } else {
      board.say(std::move(std::get<std::string>(one)));
    }
  }
  if (const std::size_t missed = missed_.exchange(0, std::memory_order_relaxed); missed > 0) board.miss(missed);
}

}  // namespace hadrill::live
