#include "tunnel/near_socket.hpp"

#include <sys/epoll.h>

#include <cassert>
#include <cerrno>

namespace hadrill::tunnel {
namespace {

Descriptor unix_socket() { return Descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

bool is_this_process(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == getpid();
}

}  // namespace

std::optional<NearSocket::Pair> NearSocket::make() {
  Descriptor listener = unix_socket();
  ClientSocket client{unix_socket()};
  if (!listener.open() || !client.socket.open()) return std::nullopt;
  client.address.sun_family = AF_UNIX;
  auto* address = reinterpret_cast<sockaddr*>(&client.address);
  client.address_size = sizeof client.address;
  // Binding to the family alone lets the kernel choose a free abstract name.
  if (bind(listener.get(), address, sizeof client.address.sun_family) != 0 || listen(listener.get(), 1) != 0 ||
      getsockname(listener.get(), address, &client.address_size) != 0)
    return std::nullopt;
  assert(client.address_size == kClientAddressSize);
  return Pair{NearSocket(std::move(listener)), std::move(client)};
}

bool NearSocket::accept() {
  while (listener_.open()) {
    Descriptor taken(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!taken.open() && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (!taken.open()) return false;
    if (!is_this_process(taken.get())) continue;
    end_ = std::move(taken);
    listener_.reset();
  }
  return connected();
}

void NearSocket::take_events(std::uint32_t events) {
  peer_finished_ = peer_finished_ || (events & EPOLLRDHUP) != 0;
  // With both sides shut down it is always hung up, whether or not the client closed its socket; then it does not
  // matter.
  peer_closed_ = peer_closed_ || (!finished_ && (events & EPOLLHUP) != 0);
  peer_reset_ = peer_reset_ || (events & EPOLLERR) != 0;
}

NearSocket::Got NearSocket::read(std::span<char> chunk, std::size_t most, std::string_view& bytes) {
  if (peer_reset_) return Got::reset;
  const std::size_t kept = byte_kept_ ? 1 : 0;
  const ssize_t seen = recv(end_.get(), chunk.data(), most + kept, MSG_PEEK);
  if (seen < 0 && errno == ECONNRESET) return Got::reset;
  if (seen > static_cast<ssize_t>(kept)) {
    bytes = std::string_view(chunk.data() + kept, static_cast<std::size_t>(seen) - kept);
    // Takes out all but the last byte, over the same bytes in the chunk.
    if (seen > 1) recv(end_.get(), chunk.data(), static_cast<std::size_t>(seen - 1), 0);
    byte_kept_ = true;
    return Got::bytes;
  }
  if (peer_closed_) return Got::closed;
  if (peer_finished_ || seen == 0) return Got::finished;
  return Got::nothing;
}

std::optional<std::size_t> NearSocket::write(std::string_view bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t size = send(end_.get(), bytes.data() + written, bytes.size() - written, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) break;
    if (size < 0) return std::nullopt;
    written += static_cast<std::size_t>(size);
  }
  return written;
}

void NearSocket::finish() {
  finished_ = true;
  shutdown(end_.get(), SHUT_WR);
}

void NearSocket::close_orderly() {
  char byte = 0;
  if (byte_kept_) recv(end_.get(), &byte, 1, 0);
  close_reset();
}

void NearSocket::close_reset() {
  listener_.reset();
  end_.reset();
}

}  // namespace hadrill::tunnel
