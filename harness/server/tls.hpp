// Owns TLS on the server's side: what it presents and demands, and one connection over a non-blocking socket.
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <string_view>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "http/openssl.hpp"
#include "http/transfer.hpp"

namespace hadrill::server {

/// Shared by all connections of a server. HTTP/2 only, and only for clients that `identity.ca_pem` has signed. No
/// session is ever resumed: a new connection costs what a new one costs.
class TlsContext {
 public:
  /// Error: infrastructure.
  static Result<TlsContext> make(const http::TlsIdentity& identity);
  SSL_CTX* get() const { return context_.get(); }

 private:
  explicit TlsContext(SSL_CTX* context) : context_(context) {}
  http::OpenSslPtr<SSL_CTX> context_;
};

/// One accepted connection. SIGPIPE must be blocked or ignored.
class TlsSocket {
 public:
  enum class Progress {
    done,     ///< as much as there was
    blocked,  ///< the socket has to become readable or writable first
    over,     ///< the peer is gone, or this is no TLS
  };

  TlsSocket(const TlsContext& context, Descriptor socket);

  int descriptor() const { return socket_.get(); }
  /// Appends what has come to `bytes`; makes the handshake first.
  Progress read(std::string& bytes);
  /// Sends the beginning of `bytes` and removes what was sent.
  Progress write(std::string& bytes);
  /// It is of use to be told that the socket can be written.
  bool wants_write() const { return wants_write_; }
  /// Closes with RST instead of FIN, from the destructor.
  void reset_on_close();

 private:
  Progress after(int result);

  Descriptor socket_;
  http::OpenSslPtr<SSL> session_;
  bool wants_write_ = false;
};

/// RST when `socket` is closed: what a process that dies with unread data does, and an abrupt middlebox.
void make_reset_on_close(int socket);

}  // namespace hadrill::server
