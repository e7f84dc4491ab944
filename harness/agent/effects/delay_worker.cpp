// The worker of network.delay where the kernel has no netem: holds the packets of a queue and lets each go when its
// time has come. When the worker is gone, the rule lets packets pass (--queue-bypass).
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <queue>
#include <random>

#include "agent/effects/effects.hpp"
#include "agent/packet_queue.hpp"
#include "agent/proc.hpp"
#include "agent/worker.hpp"

namespace hadrill::agent {
namespace {

/// Packets held at most, in the kernel, which drops what comes then, as a full router would. A connection of the node
/// itself never gets there: TCP sends little more while its last packets have not left (TSQ), so with a long delay it
/// is slower than netem would make it.
constexpr std::uint32_t kMostHeld = 4096;
constexpr std::int64_t kNsPerUs = 1000;

/// Packets in the order in which they are due.
class Held {
 public:
  Held(std::int64_t delay_ns, std::int64_t jitter_ns)
      : delay_ns_(delay_ns), jitter_(-jitter_ns, jitter_ns), random_(std::random_device{}()) {}

  void add(std::uint32_t packet, std::int64_t now_ns) { due_.push({now_ns + delay_ns_ + jitter_(random_), packet}); }
  /// Takes out what is due.
  std::vector<std::uint32_t> take(std::int64_t now_ns) {
    std::vector<std::uint32_t> packets;
    for (; !due_.empty() && due_.top().first <= now_ns; due_.pop()) packets.push_back(due_.top().second);
    return packets;
  }
  /// Time until the next is due; -1 when none waits.
  std::int64_t next_ns(std::int64_t now_ns) const {
    return due_.empty() ? -1 : std::max<std::int64_t>(0, due_.top().first - now_ns);
  }

 private:
  using Due = std::pair<std::int64_t, std::uint32_t>;
  std::int64_t delay_ns_;
  std::uniform_int_distribution<std::int64_t> jitter_;
  std::mt19937_64 random_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

/// A busy node must not add to the delay.
void be_punctual() {
  constexpr int kHighest = -20;
  setpriority(PRIO_PROCESS, 0, kHighest);
  prctl(PR_SET_TIMERSLACK, 1);
}

int end_signal() {
  sigset_t set{};
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return signalfd(-1, &set, SFD_CLOEXEC);
}

/// Until told to end; whatever is held goes at once then. Exit code.
int hold_packets(PacketQueue& queue, Held& held, int end) {
  std::vector<std::uint32_t> come;
  for (;;) {
    const std::int64_t left = held.next_ns(monotonic_ns());
    const timespec wait{left / 1'000'000'000, left % 1'000'000'000};
    std::array<pollfd, 2> wanted{{{queue.descriptor(), POLLIN, 0}, {end, POLLIN, 0}}};
    ppoll(wanted.data(), wanted.size(), left < 0 ? nullptr : &wait, nullptr);
    come.clear();
    if (!queue.receive(come).ok()) return 1;
    const std::int64_t now = monotonic_ns();
    for (const std::uint32_t packet : come) held.add(packet, now);
    const bool last = wanted[1].revents != 0;
    if (!queue.release(held.take(last ? INT64_MAX : now)).ok()) return 1;
    if (last) return 0;
  }
}

}  // namespace

int run_delay(const Json& parameters, int report) {
  const int end = end_signal();
  be_punctual();
  auto queue = PacketQueue::bind(parameters.at("queue").get<std::uint16_t>(), kMostHeld);
  if (!queue.ok()) {
    report_line(report, {{"ok", false}, {"error", queue.error().message}});
    return 1;
  }
  Held held(parameters.at("delayUs").get<std::int64_t>() * kNsPerUs,
            parameters.at("jitterUs").get<std::int64_t>() * kNsPerUs);
  report_line(report, {{"ok", true}});
  return hold_packets(*queue, held, end);
}

}  // namespace hadrill::agent
