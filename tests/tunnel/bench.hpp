// A tunnel through the real agent, run as a child of the test, and a client's view of its streams.
#pragma once

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "far_server.hpp"
#include "tunnel/tunnel.hpp"

namespace hadrill::test {

/// Waits until `holds` is true; false after kPatienceMs.
template <typename Condition>
bool eventually(Condition holds) {
  MonotonicClock clock;
  const Instant give_up = clock.now() + std::chrono::milliseconds(kPatienceMs);
  while (!holds()) {
    if (clock.now() > give_up) return false;
    clock.wait_until(clock.now() + std::chrono::milliseconds(1), Interrupt::never());
  }
  return true;
}

inline std::size_t open_descriptors(const std::string& process = "self") {
  const std::filesystem::directory_iterator all("/proc/" + process + "/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// A client's connection over a stream, connected as libcurl would.
class Client {
 public:
  explicit Client(std::unique_ptr<tunnel::Stream> stream)
      : stream_(std::move(stream)), socket_(stream_->take_socket()) {
    if (socket_ < 0) return;
    const auto* address = reinterpret_cast<const sockaddr*>(&stream_->address());
    if (connect(socket_, address, stream_->address_size()) != 0) connect_error_ = errno;
  }
  ~Client() { close_socket(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  int socket() const { return socket_; }
  /// errno of connect(2); 0 when it succeeded.
  int connect_error() const { return connect_error_; }
  tunnel::StreamReport report() const { return stream_->report(); }
  void close_socket() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
  }
  /// The report, once the stream has ended.
  tunnel::StreamReport ended() const {
    REQUIRE(eventually([this] { return report().phase == tunnel::Phase::ended; }));
    return report();
  }

 private:
  std::unique_ptr<tunnel::Stream> stream_;
  int socket_;
  int connect_error_ = 0;
};

/// Events of a tunnel, kept as they come.
class EventLog {
 public:
  tunnel::OnTunnelEvent sink() {
    return [this](const tunnel::TunnelEvent& event) {
      const std::scoped_lock lock(mutex_);
      events_.push_back(event);
    };
  }
  std::vector<tunnel::TunnelEvent> all() const {
    const std::scoped_lock lock(mutex_);
    return events_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<tunnel::TunnelEvent> events_;
};

inline tunnel::TunnelOptions local_agent() {
  tunnel::TunnelOptions options;
  options.node = "local";
  options.command = {{HADRILL_AGENT, "tunnel"}, Duration::zero()};
  options.reopen_first = std::chrono::milliseconds(10);
  return options;
}

inline std::unique_ptr<tunnel::Tunnel> started(tunnel::TunnelOptions options, tunnel::OnTunnelEvent on_event = {}) {
  auto tunnel = tunnel::Tunnel::start(std::move(options), std::move(on_event), Interrupt::never());
  if (!tunnel.ok()) FAIL(tunnel.error().text());
  return std::move(*tunnel);
}

inline std::unique_ptr<tunnel::Stream> open_stream(tunnel::Tunnel& tunnel, const std::string& address,
                                                   const std::string& pod_uid = {}) {
  const auto destination = tunnel::parse_destination(address, pod_uid);
  REQUIRE(destination.ok());
  return tunnel.open(*destination);
}

/// Bytes that repeat nowhere soon, so that a piece lost, doubled or of another stream shows.
inline std::string noise(std::size_t size, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string text(size, '\0');
  for (char& byte : text) byte = static_cast<char>(random());
  return text;
}

/// The tunnel's agent: the child of ours that runs it. Fails the test when there is none: -1 would be everybody.
inline pid_t agent_pid() {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream stat(entry.path() / "stat");
    pid_t pid = 0;
    std::string name;
    std::string state;
    pid_t parent = 0;
    if (stat >> pid >> name >> state >> parent && parent == getpid() && name == "(hadrill-agent)" && state != "Z")
      return pid;
  }
  FAIL("no agent runs");
  return getpid();
}

}  // namespace hadrill::test
