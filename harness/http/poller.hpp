// Owns the epoll instance and what belongs to each socket: the multi handle it is driven by and the connection it
// carries.
#pragma once

#include <sys/epoll.h>

#include <memory>
#include <span>
#include <vector>

#include "base/descriptor.hpp"
#include "base/interrupt.hpp"
#include "http/connection.hpp"

namespace hadrill::http {

class CurlMulti;

class Poller {
 public:
  Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// A socket was made; from here on it is known by number until close_socket.
  void add(int socket, std::shared_ptr<Connection> connection);
  /// libcurl's wish: `events` of epoll, 0 for none, for `multi`.
  void watch(int socket, std::uint32_t events, CurlMulti* multi);
  /// Another file took the socket's number: epoll watches files, not numbers.
  void replaced(int socket);
  /// Closes it and marks its connection.
  void close_socket(int socket);

  /// Waits for sockets until `until` or until `interrupt` is raised. What happened is valid until the next wait.
  std::span<const epoll_event> wait(Instant until, const Interrupt& interrupt);
  /// By whom an event's socket is driven; nullptr: nobody any more.
  CurlMulti* driver_of(int socket) const;

 private:
  struct Entry {
    CurlMulti* multi = nullptr;
    std::uint32_t events = 0;
    std::shared_ptr<Connection> connection;
  };
  Entry& entry(int socket);
  void include(const Interrupt& interrupt);

  Descriptor epoll_;
  int interrupt_ = -1;  ///< included in the epoll instance
  std::vector<Entry> entries_;
  std::vector<epoll_event> happened_;
};

}  // namespace hadrill::http
