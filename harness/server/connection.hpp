// Owns one connection of a server: TLS below, HTTP/2 above, and what waits to be sent between them.
#pragma once

#include <string>

#include "server/h2_session.hpp"
#include "server/tls.hpp"

namespace hadrill::server {

class Connection {
 public:
  Connection(const TlsContext& context, Descriptor socket, H2Session::RequestSink sink)
      : socket_(context, std::move(socket)), session_(std::move(sink)) {}

  int descriptor() const { return socket_.descriptor(); }
  /// Reads what has come, answers it, sends what can be sent. False: the connection is over.
  bool serve();
  /// See H2Session::respond. Sends nothing yet, so that it may be called from the sink.
  void respond(H2Session::StreamId id, Response response) { session_.respond(id, std::move(response)); }
  /// See H2Session::look_at_sources.
  bool look_at_sources() { return session_.look_at_sources(); }
  /// Sends what can be sent. False: the connection is over.
  bool send();
  /// It is of use to be told that the socket can be written.
  bool wants_write() const { return socket_.wants_write(); }
  void reset_on_close() { socket_.reset_on_close(); }

 private:
  TlsSocket socket_;
  H2Session session_;
  std::string received_;
  std::string unsent_;
};

}  // namespace hadrill::server
