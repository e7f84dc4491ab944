#include "base/interrupt.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace hadrill {
namespace {

std::atomic<Interrupt*> signal_target{nullptr};

extern "C" void on_signal(int /*signal*/) {
  const int saved = errno;
  if (Interrupt* target = signal_target.load(std::memory_order_acquire)) target->raise();
  errno = saved;
}

void set_handler(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;  // NOLINT(cppcoreguidelines-pro-type-union-access): POSIX names it through a union
  sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { assert(descriptor_ >= 0); }

Interrupt::~Interrupt() { close(descriptor_); }

void Interrupt::raise() noexcept {
  count_.fetch_add(1, std::memory_order_acq_rel);
  const std::uint64_t one = 1;
  // Never drained, so the counter cannot matter: once readable, always readable.
  [[maybe_unused]] const auto written = write(descriptor_, &one, sizeof one);
}

void Interrupt::wait_for(Duration longest) const {
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  const timespec timeout{longest.count() / kNsPerSecond, longest.count() % kNsPerSecond};
  pollfd entry{descriptor_, POLLIN, 0};
  ppoll(&entry, 1, &timeout, nullptr);
}

const Interrupt& Interrupt::never() {
  static const Interrupt interrupt;
  return interrupt;
}

SignalGuard::SignalGuard(Interrupt& interrupt) {
  assert(signal_target.load() == nullptr);
  signal_target.store(&interrupt, std::memory_order_release);
  set_handler(SIGINT, on_signal);
  set_handler(SIGTERM, on_signal);
  set_handler(SIGPIPE, SIG_IGN);
}

SignalGuard::~SignalGuard() {
  set_handler(SIGINT, SIG_DFL);
  set_handler(SIGTERM, SIG_DFL);
  set_handler(SIGPIPE, SIG_DFL);
  signal_target.store(nullptr, std::memory_order_release);
}

}  // namespace hadrill
