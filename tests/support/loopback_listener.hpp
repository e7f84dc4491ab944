// A TCP socket that listens on a free port of 127.0.0.1. It accepts nothing by itself: the kernel connects whoever
// comes.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <cstdint>

#include "base/descriptor.hpp"

namespace hadrill::test {

class LoopbackListener {
 public:
  /// `backlog`: of listen(2); `flags`: of socket(2), beside SOCK_CLOEXEC.
  explicit LoopbackListener(int backlog, int flags = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0)) {
    sockaddr_in address = socket_address();
    socklen_t size = sizeof address;
    REQUIRE(bind(get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(listen(get(), backlog) == 0);
    REQUIRE(getsockname(get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }

  int get() const { return socket_.get(); }
  std::uint16_t port() const { return port_; }

  /// From here on whoever connects gets no answer: a listener whose queue is full drops what asks for more.
  void fill() {
    REQUIRE(listen(get(), 0) == 0);
    const sockaddr_in address = socket_address();
    waiting_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(connect(waiting_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }

 private:
  sockaddr_in socket_address() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    return address;
  }

  std::uint16_t port_ = 0;
  Descriptor socket_;
  Descriptor waiting_;  ///< takes the only place in the queue, once fill() was called
};

}  // namespace hadrill::test
