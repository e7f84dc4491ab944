// The guard process itself: fault/guard.hpp.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "fault/guard.hpp"
#include "fault/host_undo.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// How late an overdue fault may be noticed. Reading an empty folder twice a second costs nothing that could be
/// measured.
constexpr int kLookIntervalMs = 500;
constexpr auto kRetry = 1s;
/// For an engine that does not answer: after this it is up to `hadrill heal`.
constexpr auto kGiveUp = 5min;

class GuardLoop {
 public:
  GuardLoop(Docker& docker, const HostJournal& journal, int input, const Interrupt& interrupt)
      : docker_(docker), journal_(journal), input_(input), interrupt_(interrupt) {}

  int run() {
    for (;;) {
      switch (wait()) {
        case Heard::nothing:
          undo([this](const HostEntry& entry) { return entry.deadline <= clock_.now(); }, "its time is over");
          break;
        case Heard::goodbye:
          return 0;
        case Heard::told_to_end:
          log("told to end by a signal");
          return 1;
        case Heard::the_end:
          return undo_what_was_left();
      }
    }
  }

 private:
  enum class Heard { nothing, goodbye, the_end, told_to_end };

  static void log(const std::string& line) {
    fmt::print(stderr, "{} guard {}: {}\n", format_utc(ClockPair::read().realtime_ns), getpid(), line);
  }

  Heard wait() {
    std::array<pollfd, 2> wanted{{{input_, POLLIN, 0}, {interrupt_.descriptor(), POLLIN, 0}}};
    if (poll(wanted.data(), wanted.size(), kLookIntervalMs) < 0) return Heard::nothing;
    if (interrupt_.raised()) return Heard::told_to_end;
    if (wanted[0].revents == 0) return Heard::nothing;
    std::array<char, 256> piece{};
    const ssize_t size = read(input_, piece.data(), piece.size());
    if (size < 0 && errno == EINTR) return Heard::nothing;
    if (size <= 0) return Heard::the_end;
    said_.append(piece.data(), static_cast<std::size_t>(size));
    return said_.ends_with(kGoodbye) ? Heard::goodbye : Heard::nothing;
  }

  /// Undoes the entries that `concerned` names; whether all went well.
  template <typename Concerned>
  bool undo(const Concerned& concerned, const char* why) {
    auto entries = journal_.read();
    std::erase_if(entries, [&](const HostEntry& entry) { return !concerned(entry); });
    if (entries.empty() || clock_.now() < retry_at_) return entries.empty();
    for (const HostEntry& entry : entries)
      log(fmt::format("{}: {} on {} is undone", why, entry.fault, entry.container));
    bool well = true;
    for (const HostOutcome& outcome : heal_on_host(docker_, journal_, entries, Interrupt::never())) {
      log(fmt::format("{} on {}: {}", outcome.entry.fault, outcome.entry.container,
                      outcome.trouble.empty() ? "healed" : outcome.trouble));
      well = well && outcome.trouble.empty();
    }
    retry_at_ = well ? Instant{} : clock_.now() + kRetry;
    return well;
  }

  int undo_what_was_left() {
    const auto left = [this](const HostEntry& entry) { return entry.owner == parent_ || !entry.owner.alive(); };
    const Instant give_up = clock_.now() + kGiveUp;
    retry_at_ = {};
    while (!undo(left, "the harness is gone")) {
      if (clock_.now() >= give_up) {
        log("giving up: run `hadrill heal`");
        return 1;
      }
      clock_.wait_until(clock_.now() + kRetry, interrupt_);
      if (interrupt_.raised()) return 1;
    }
    return 0;
  }

  Docker& docker_;
  const HostJournal& journal_;
  int input_;
  const Interrupt& interrupt_;
  MonotonicClock clock_;
  std::string said_;
  Instant retry_at_;
  /// Read at the start, when it surely lives: it waits for our word. While it is being killed it may not look dead yet.
  ProcessName parent_ = ProcessName::of(getppid());
};

}  // namespace

int run_guard(Docker& docker, const HostJournal& journal, int input, int output, const Interrupt& interrupt) {
  std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  GuardLoop loop(docker, journal, input, interrupt);
  const std::string_view watching = "watching\n";
  [[maybe_unused]] const auto written = write(output, watching.data(), watching.size());
  return loop.run();
}

}  // namespace hadrill
