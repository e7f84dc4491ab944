#include "run/lives_watch.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// A node that is down is asked again after this.
constexpr auto kAskAgain = 1s;
/// How soon it is noticed that nobody wants to know any more.
constexpr int kPollMs = 200;
/// A line of the agent has a hundred bytes per pod.
constexpr std::size_t kLongestLine = 1024UL * 1024;

}  // namespace

LivesWatch::LivesWatch(std::string node, Command command, PodLives::Sink events)
    : command_(std::move(command)), lives_(std::move(node), std::move(events)), thread_([this] { serve(); }) {}

LivesWatch::~LivesWatch() { stop_.raise(); }

void LivesWatch::serve() {
  while (!stop_.raised()) {
    const auto channel = Channel::start(command_);
    if (channel.ok()) read(**channel);
    lives_.lost();
    if (!stop_.raised()) stop_.wait_for(kAskAgain);
  }
}

void LivesWatch::read(Channel& channel) {
  std::string text;
  std::array<char, 4096> piece{};
  while (!stop_.raised()) {
    pollfd output{channel.output(), POLLIN, 0};
    if (poll(&output, 1, kPollMs) <= 0) continue;
    const ssize_t size = ::read(channel.output(), piece.data(), piece.size());
    if (size <= 0) return;
    text.append(piece.data(), static_cast<std::size_t>(size));
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      // Anything else is not from an agent that knows how to look.
      const auto seen = read_pods_seen(text.substr(0, end));
      if (!seen) return;
      lives_.look(*seen);
      text.erase(0, end + 1);
    }
    if (text.size() > kLongestLine) return;
  }
}

}  // namespace hadrill
