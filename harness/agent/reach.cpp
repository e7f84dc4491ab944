#include "agent/reach.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

/// What became of a connection that was begun: 0 accepted, or an errno.
int outcome_of(int socket) {
  int outcome = 0;
  socklen_t size = sizeof outcome;
  if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &outcome, &size) != 0) return errno;
  return outcome;
}

}  // namespace

std::optional<std::chrono::nanoseconds> time_of_answer(const std::string& address, int port, Patience& patience,
                                                       std::chrono::milliseconds longest) {
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(static_cast<std::uint16_t>(port));
  if (inet_pton(AF_INET, address.c_str(), &peer.sin_addr) != 1) return std::nullopt;
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return std::nullopt;
  const std::int64_t before = monotonic_ns();
  int outcome = connect(socket, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) == 0 ? 0 : errno;
  if (outcome == EINPROGRESS) {
    const auto answered = [&] {
      pollfd writable{socket, POLLOUT, 0};
      return poll(&writable, 1, 0) == 1;
    };
    outcome = patience.until(answered, longest, 1ms) ? outcome_of(socket) : ETIMEDOUT;
  }
  const std::int64_t after = monotonic_ns();
  close(socket);
  if (outcome != 0 && outcome != ECONNREFUSED) return std::nullopt;
  return std::chrono::nanoseconds(after - before);
}

}  // namespace hadrill::agent
