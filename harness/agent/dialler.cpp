#include "agent/dialler.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace hadrill::agent {
namespace {

/// Data that the peer's TCP does not acknowledge for so long breaks the connection, as it does for connections that
/// begin in the harness: the kernel's own limit is about 15 minutes.
constexpr unsigned kUnacknowledgedLimitMs = 45'000;

Dialled refused_by_us(int error_number) { return {-1, EndedHow::no_socket, error_number}; }

Dialled tcp_socket() {
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made < 0) return refused_by_us(errno);
  const int on = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(made, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnacknowledgedLimitMs, sizeof kUnacknowledgedLimitMs);
  return {made, EndedHow::finished, 0};
}

}  // namespace

NetworkDialler::~NetworkDialler() {
  if (own_namespace_ >= 0) close(own_namespace_);
}

Dialled NetworkDialler::socket_in_pod(const std::string& pod_uid) {
  if (own_namespace_ < 0) own_namespace_ = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (own_namespace_ < 0) return refused_by_us(errno);
  const int theirs = pods_.open_network_namespace(pod_uid);
  if (theirs < 0) return {-1, EndedHow::no_pod, 0};
  const bool entered = setns(theirs, CLONE_NEWNET) == 0;
  const int why_not = errno;
  close(theirs);
  if (!entered) return refused_by_us(why_not);
  const Dialled made = tcp_socket();
  if (setns(own_namespace_, CLONE_NEWNET) != 0) {
    // Every later connection would silently start from the wrong place.
    std::fputs("hadrill-agent: cannot return to its own network namespace\n", stderr);
    std::abort();
  }
  return made;
}

Dialled NetworkDialler::dial(const Destination& destination) {
  const Dialled made = destination.pod_uid.empty() ? tcp_socket() : socket_in_pod(destination.pod_uid);
  if (made.socket < 0) return made;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(destination.port);
  address.sin_addr.s_addr = htonl(destination.address);
  if (connect(made.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EINPROGRESS)
    return made;
  const int error_number = errno;
  close(made.socket);
  return {-1, EndedHow::refused, error_number};
}

}  // namespace hadrill::agent
