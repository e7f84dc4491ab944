#include "server/listener.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace hadrill::server {
namespace {

constexpr int kBacklog = 1024;

Error failed(const char* what) {
  return infrastructure_error("local server", std::string(what) + ": " + std::strerror(errno));
}

sockaddr* generic(sockaddr_in& address) {
  return reinterpret_cast<sockaddr*>(&address);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): as intended
}

/// A socket bound to 127.0.0.1:`port` beside others that are bound, but do not listen.
Result<Descriptor> bound(std::uint16_t port) {
  Descriptor made(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made.open()) return failed("no socket");
  const int yes = 1;
  setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(made.get(), generic(address), sizeof address) != 0) return failed("no port on 127.0.0.1");
  return made;
}

}  // namespace

Result<Listener> Listener::open() {
  Listener listener;
  auto reserved = bound(0);
  if (!reserved.ok()) return reserved.error();
  listener.reserved_ = std::move(*reserved);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(listener.reserved_.get(), generic(address), &size) != 0) return failed("no port");
  listener.port_ = ntohs(address.sin_port);
  if (const Status listening = listener.listen_again(); !listening.ok()) return listening.error();
  return listener;
}

Status Listener::listen_again() {
  auto socket = bound(port_);
  if (!socket.ok()) return socket.error();
  if (listen(socket->get(), kBacklog) != 0) return failed("cannot listen");
  listening_ = std::move(*socket);
  return Ok{};
}

std::optional<Descriptor> Listener::accept() const {
  Descriptor accepted(accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!accepted.open()) return std::nullopt;
  const int yes = 1;
  setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return accepted;
}

}  // namespace hadrill::server
