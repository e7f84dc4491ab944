#include "http/poller.hpp"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace hadrill::http {
namespace {

/// Bounds the work of one turn.
constexpr int kEventsPerWait = 64;

epoll_event event_of(int descriptor, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;  // NOLINT(cppcoreguidelines-pro-type-union-access): epoll's interface is a union
  return event;
}

}  // namespace

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)), happened_(kEventsPerWait) { assert(epoll_.open()); }

Poller::Entry& Poller::entry(int socket) {
  assert(socket >= 0);
  const auto index = static_cast<std::size_t>(socket);
  if (index >= entries_.size()) entries_.resize(std::max(index + 1, 2 * entries_.size()));
  return entries_[index];
}

void Poller::add(int socket, std::shared_ptr<Connection> connection) {
  connection->set_socket(socket);
  entry(socket) = Entry{nullptr, 0, std::move(connection)};
}

void Poller::watch(int socket, std::uint32_t events, CurlMulti* multi) {
  Entry& known = entry(socket);
  epoll_event event = event_of(socket, events);
  if (events == 0) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, socket, nullptr);
  } else if (known.events == 0 || (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, socket, &event) != 0 && errno == ENOENT)) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &event);
  }
  known.events = events;
  known.multi = events == 0 ? nullptr : multi;
}

void Poller::replaced(int socket) {
  const Entry& known = entry(socket);
  epoll_event event = event_of(socket, known.events);
  if (known.events != 0) epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &event);
}

void Poller::close_socket(int socket) {
  Entry& known = entry(socket);
  if (known.connection) known.connection->mark_closed();
  known = Entry{};
  close(socket);
}

CurlMulti* Poller::driver_of(int socket) const {
  const auto index = static_cast<std::size_t>(socket);
  return index < entries_.size() ? entries_[index].multi : nullptr;
}

void Poller::include(const Interrupt& interrupt) {
  const int descriptor = interrupt.descriptor();
  if (interrupt_ != descriptor && interrupt_ >= 0 && driver_of(interrupt_) == nullptr)
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, interrupt_, nullptr);
  // Even when its number is the same it may be another one, whose predecessor was closed. EEXIST: it is the same.
  epoll_event event = event_of(descriptor, EPOLLIN);
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event);
  interrupt_ = descriptor;
}

std::span<const epoll_event> Poller::wait(Instant until, const Interrupt& interrupt) {
  include(interrupt);
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  const Duration left = std::max(Duration::zero(), until - MonotonicClock().now());
  const timespec timeout{left.count() / kNanosPerSecond, left.count() % kNanosPerSecond};
  const int count = epoll_pwait2(epoll_.get(), happened_.data(), kEventsPerWait, &timeout, nullptr);
  return {happened_.data(), static_cast<std::size_t>(std::max(0, count))};
}

}  // namespace hadrill::http
