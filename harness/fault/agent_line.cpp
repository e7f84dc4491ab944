#include "fault/agent_line.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "agent/boot.hpp"
#include "process/channel.hpp"

namespace hadrill {
namespace {

/// Longest answer: a list of everything that is left on a node.
constexpr std::size_t kLongestLine = 1 << 20;
/// For the agent to read what it is sent; it reads all the time.
constexpr auto kSendTimeout = std::chrono::seconds(5);

enum class Woken { ready, time, interrupted };

Woken wait_for(int descriptor, short events, Instant until, const Interrupt& interrupt) {
  const MonotonicClock clock;
  for (;;) {
    std::array<pollfd, 2> wanted{{{descriptor, events, 0}, {interrupt.descriptor(), POLLIN, 0}}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock.now());
    const int waited =
        poll(wanted.data(), wanted.size(), static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000)));
    if (waited < 0) continue;
    if (wanted[0].revents != 0) return Woken::ready;
    if (interrupt.raised()) return Woken::interrupted;
    if (clock.now() >= until) return Woken::time;
  }
}

class DockerLine final : public AgentLine {
 public:
  DockerLine(std::string node, std::unique_ptr<Channel> channel)
      : where_("agent on " + std::move(node)), channel_(std::move(channel)) {}

  Status send(const std::string& line) override {
    const std::string text = line + "\n";
    const Instant give_up = MonotonicClock().now() + kSendTimeout;
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t size = write(channel_->input(), text.data() + done, text.size() - done);
      if (size > 0) {
        done += static_cast<std::size_t>(size);
      } else if (errno != EINTR && errno != EAGAIN) {
        return gone();
      } else if (wait_for(channel_->input(), POLLOUT, give_up, Interrupt::never()) == Woken::time) {
        return gone();
      }
    }
    return Ok{};
  }

  Result<std::string> receive(Duration longest, const Interrupt& interrupt) override {
    const Instant give_up = MonotonicClock().now() + longest;
    std::array<char, 65536> piece{};
    for (std::size_t end = waiting_.find('\n');; end = waiting_.find('\n')) {
      if (end != std::string::npos) {
        std::string line = waiting_.substr(0, end);
        waiting_.erase(0, end + 1);
        return line;
      }
      const Woken woken = wait_for(channel_->output(), POLLIN, give_up, interrupt);
      if (woken == Woken::interrupted) return Error{ErrorKind::interrupted, where_, "interrupted", {}};
      if (woken == Woken::time) return infrastructure_error(where_, "no answer in time");
      const ssize_t size = read(channel_->output(), piece.data(), piece.size());
      if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (size <= 0) return gone();
      waiting_.append(piece.data(), static_cast<std::size_t>(size));
      if (waiting_.size() > kLongestLine) return gone();
    }
  }

  bool is_open() const override { return open_ && !channel_->exit_code(); }

 private:
  Error gone() {
    open_ = false;
    return infrastructure_error(where_, "the channel to it is lost", channel_->error_tail());
  }

  std::string where_;
  std::unique_ptr<Channel> channel_;
  std::string waiting_;
  bool open_ = true;
};

}  // namespace

Result<std::unique_ptr<AgentLine>> open_docker_line(const Node& node) {
  auto channel = Channel::start({{"docker", "exec", "-i", node.name, agent::kInstalledAgent}, Duration::zero()});
  if (!channel.ok()) return channel.error();
  return std::unique_ptr<AgentLine>(std::make_unique<DockerLine>(node.name, std::move(*channel)));
}

}  // namespace hadrill
