// Owns the near end of a stream at the level of system calls: a UNIX stream socket whose other end a client holds.
//
// The client sees what it would see of the far socket: data, an end of file only when the far side finished in order,
// and ECONNRESET for everything else. A UNIX socket tells its peer ECONNRESET when it is closed with unread bytes in
// it, and an end of file otherwise; so the last byte the client wrote is read but left in the socket until an orderly
// close. (A client that never wrote anything gets an end of file even for a reset: there is nothing it could have been
// promised.)
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/descriptor.hpp"

namespace hadrill::tunnel {

/// Size of a name that the kernel chose in the abstract namespace: it fits a plain sockaddr, such as libcurl's.
inline constexpr socklen_t kClientAddressSize = 8;

/// What a client connects: a non-blocking socket not yet connected, and where to.
struct ClientSocket {
  Descriptor socket;
  sockaddr_un address{};
  socklen_t address_size = 0;
};

class NearSocket {
 public:
  /// A listening socket with an unguessable-by-accident name of its own in the abstract namespace, and the one client
  /// it is for. nullopt when the process has no descriptors left; errno tells.
  struct Pair;
  static std::optional<Pair> make();

  NearSocket() = default;
  explicit NearSocket(Descriptor listener) : listener_(std::move(listener)) {}

  /// Listening, or connected with the client, or -1 once closed: what to wait on.
  int descriptor() const { return listener_.open() ? listener_.get() : end_.get(); }
  bool connected() const { return end_.open(); }
  bool closed() const { return !listener_.open() && !end_.open(); }
  /// Whether the client closed its socket, as far as take_events was told.
  bool peer_closed() const { return peer_closed_ || peer_reset_; }
  /// Whether it did so with bytes unread.
  bool peer_reset() const { return peer_reset_; }

  /// Takes the client's connection, if it is there; strangers are turned away. After that nobody else can connect.
  bool accept();

  /// What epoll says of the connected socket: its EPOLL* bits.
  void take_events(std::uint32_t events);

  enum class Got {
    bytes,
    nothing,   ///< for now
    finished,  ///< the client shut down its sending side
    closed,    ///< the client closed its socket, having read all it was sent
    reset,     ///< the client closed it with bytes unread: what it wrote last does not matter any more
  };
  /// At most `most` bytes, put into `chunk`, which has room for one more. `bytes` points into it.
  Got read(std::span<char> chunk, std::size_t most, std::string_view& bytes);

  /// How many bytes the client's socket took; nullopt when the client is gone.
  std::optional<std::size_t> write(std::string_view bytes);
  /// End of file for the client.
  void finish();
  /// Closed in order: the client sees an end of file, if it did not yet.
  void close_orderly();
  /// Closed as after a reset: the client sees ECONNRESET, after the bytes it was sent before.
  void close_reset();

 private:
  Descriptor listener_;
  Descriptor end_;
  bool byte_kept_ = false;  ///< the first byte in the socket was read already
  bool finished_ = false;   ///< we shut down our sending side
  bool peer_finished_ = false;
  bool peer_closed_ = false;
  bool peer_reset_ = false;
};

struct NearSocket::Pair {
  NearSocket near;
  ClientSocket client;
};

}  // namespace hadrill::tunnel
