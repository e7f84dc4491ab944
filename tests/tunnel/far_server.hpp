// A TCP server on loopback that treats each connection as it is told, in a thread of its own: the far side of a tunnel.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "support/loopback_listener.hpp"

namespace hadrill::test {

/// Nothing in these tests takes as long on any machine; waits end at it so that a fault is a failure, not a hang.
#ifdef __SANITIZE_THREAD__
inline constexpr int kPatienceMs = 120'000;  // on a busy machine of two CPUs, eight floods of 8 MiB took 160 s with it
#else
inline constexpr int kPatienceMs = 20'000;
#endif

inline bool wait_for(int descriptor, short events, int patience_ms = kPatienceMs) {
  pollfd entry{descriptor, events, 0};
  return poll(&entry, 1, patience_ms) == 1;
}

/// Reads at most `size` bytes; "" at the end of file. Throws the errno of a failure, ETIME for silence.
inline std::string read_some(int descriptor, std::size_t size = 65536) {
  if (!wait_for(descriptor, POLLIN)) throw std::system_error(ETIME, std::generic_category());
  std::string text(size, '\0');
  const ssize_t got = recv(descriptor, text.data(), size, 0);
  if (got < 0) throw std::system_error(errno, std::generic_category());
  text.resize(static_cast<std::size_t>(got));
  return text;
}

inline std::string read_to_end(int descriptor) {
  std::string text;
  for (std::string more = read_some(descriptor); !more.empty(); more = read_some(descriptor)) text += more;
  return text;
}

inline std::string read_exactly(int descriptor, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    const std::string more = read_some(descriptor, size - text.size());
    if (more.empty()) break;
    text += more;
  }
  return text;
}

/// 0, or the errno that ended reading: what a client sees of the far side.
inline int read_until_failure(int descriptor) {
  try {
    read_to_end(descriptor);
    return 0;
  } catch (const std::system_error& failure) {
    return failure.code().value();
  }
}

inline void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    if (!wait_for(descriptor, POLLOUT)) throw std::system_error(ETIME, std::generic_category());
    const ssize_t put = send(descriptor, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0 && errno != EAGAIN) throw std::system_error(errno, std::generic_category());
    if (put > 0) text.remove_prefix(static_cast<std::size_t>(put));
  }
}

/// The next close sends a reset.
inline void arm_reset(int descriptor) {
  const linger at_once{1, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

class FarServer {
 public:
  /// `treat` gets each connection; it is closed after it returns.
  explicit FarServer(std::function<void(int)> treat) : treat_(std::move(treat)) {
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~FarServer() {
    thread_.request_stop();
    shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
    {
      // Whoever still waits for its client is told that there is none.
      const std::scoped_lock lock(mutex_);
      for (const int client : live_) shutdown(client, SHUT_RDWR);
    }
    talks_.clear();
  }
  FarServer(const FarServer&) = delete;
  FarServer& operator=(const FarServer&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port()); }
  std::uint16_t port() const { return listener_.port(); }
  int accepted() const { return accepted_; }
  /// How many `treat` calls ended by an exception.
  int failed() const { return failed_; }

  /// Sends back what it gets, until the client finishes; then finishes too.
  static void echo(int client) {
    for (std::string text = read_some(client); !text.empty(); text = read_some(client)) write_all(client, text);
  }

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const int client = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      ++accepted_;
      const std::scoped_lock lock(mutex_);
      live_.push_back(client);
      talks_.emplace_back([this, client] { talk(client); });
    }
  }

  void talk(int client) {
    try {
      treat_(client);
    } catch (const std::system_error&) {
      ++failed_;
    }
    const std::scoped_lock lock(mutex_);
    live_.remove(client);
    close(client);
  }

  std::function<void(int)> treat_;
  LoopbackListener listener_{1024};
  std::atomic<int> accepted_{0};
  std::atomic<int> failed_{0};
  std::mutex mutex_;
  std::list<int> live_;
  std::list<std::jthread> talks_;
  std::jthread thread_;
};

/// A loopback port that nobody listens on.
inline std::uint16_t dead_port() {
  return FarServer([](int) {}).port();
}

}  // namespace hadrill::test
