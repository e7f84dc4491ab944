// Owns what is known of one connection beyond what libcurl tells: which server it leads to, and how its TLS ended.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "base/descriptor.hpp"
#include "http/connector.hpp"

namespace hadrill::http {

/// Lives as long as its socket is open or a request that used it is not finished.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// By TCP: libcurl will connect the socket.
  Connection() = default;
  /// Through a connector; `socket` is its connected socket, owned from here on.
  Connection(std::unique_ptr<Connected> way, int socket) : way_(std::move(way)), waiting_socket_(socket) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The connection behind a TLS session of libcurl, once watch() was called for it.
  static Connection* behind(const SSL* session);

  /// The number it has for libcurl.
  int socket() const { return socket_; }
  void set_socket(int socket) { socket_ = socket; }
  /// Marks that it is open, before its first byte is sent. A connector's socket then takes the place of the one libcurl
  /// believes to have connected: true when it did.
  bool mark_open();
  /// Notes alerts and broken handshakes of a TLS connection in the making.
  void watch(SSL_CTX* context);
  /// Reads the serving certificate and the protocol agreed on, after the handshake.
  void read_session(const SSL* session);
  void mark_closed() { closed_ = true; }

  bool open() const { return open_; }
  bool closed() const { return closed_; }
  /// Whether requests can share it: HTTP/2.
  bool multiplexed() const { return multiplexed_; }
  /// Serial number of the serving certificate in lower-case hex; empty without TLS.
  const std::string& serial() const { return serial_; }
  /// Why TLS failed, on either side; empty when it did not (a connection that merely closed has not failed by TLS).
  const std::string& tls_problem() const { return tls_problem_; }
  /// nullptr: by TCP.
  const Connected* way() const { return way_.get(); }

 private:
  static void on_tls_event(const SSL* session, int where, int value);

  std::unique_ptr<Connected> way_;
  Descriptor waiting_socket_;  ///< the connector's, until it takes its place
  int socket_ = -1;
  bool open_ = false;
  bool closed_ = false;
  bool multiplexed_ = false;
  std::string serial_;
  std::string tls_problem_;
};

}  // namespace hadrill::http
