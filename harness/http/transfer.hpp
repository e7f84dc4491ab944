// Owns what an HTTP request is and how one ended, for both clients.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "http/connector.hpp"

namespace hadrill::http {

/// Client certificate and trust, as PEM text: kept in memory, never written into a report. Empty parts: no client
/// certificate; nobody is trusted.
struct TlsIdentity {
  std::string ca_pem;
  std::string certificate_pem;  ///< its own certificate first, then intermediate ones
  std::string key_pem;
};

enum class ConnectionUse {
  fresh,   ///< a new TCP connection and a full TLS handshake, closed afterwards; no session is ever resumed
  reused,  ///< the lane's HTTP/2 connection until it breaks (docs: Engine::start)
};

/// A response's body as it arrives: a piece of it, and when it was read. The first one is empty: the header has come.
using BodySink = std::function<void(std::string_view, Instant)>;

constexpr std::size_t kDefaultBodyLimit = 1024UL * 1024;

struct Request {
  std::string method = "GET";
  std::string url;
  std::string body = {};  ///< sent as application/json when not empty
  /// The whole request; zero: no limit. With `on_body`: the longest silence, from the start to the response's header
  /// and from each piece of it to the next, so that a watch may last as long as it is alive.
  Duration timeout = std::chrono::seconds(10);
  ConnectionUse connection = ConnectionUse::reused;
  /// Set for a streaming response: the body of a 2xx is handed over piece by piece, not kept, and has no limit. (Of any
  /// other status it is kept in Transfer::body.) Called from within Engine::drive_until; of the engine it may call only
  /// cancel.
  BodySink on_body = {};
  /// Of a body that is kept, in bytes. One byte more ends the transfer at once as Ending::body_too_large.
  std::size_t body_limit = kDefaultBodyLimit;
  /// Makes the connections of this request instead of TCP to the host in `url`, which is then only a name (Host, TLS).
  /// Must outlive the request. All requests of a lane that share a connection name the same one. nullptr: TCP.
  Connector* connector = nullptr;
};

/// How a request ended, as seen by the network: the meaning of a status is the caller's.
enum class Ending {
  response,        ///< complete response, any status; a redirect is a response like any other, never followed
  refused,         ///< no connection: refused, or no way to the host
  reset,           ///< closed or reset before the header of a response was complete, also during connection set-up
  timeout,         ///< Request::timeout passed
  tls,             ///< handshake or certificate failure, on either side
  body_error,      ///< the header arrived (Transfer::status), the body was cut off, reset or malformed
  body_too_large,  ///< Request::body_limit was exceeded
  blind,           ///< the way to the server was lost, the server was not seen: only with Request::connector
  other,           ///< anything else, see `reason`: cancelled, bad URL, out of file descriptors
};

/// A status that says the request was done: 2xx.
constexpr bool is_success(int status) {
  constexpr int kFirst = 200;
  constexpr int kFirstBeyond = 300;
  return status >= kFirst && status < kFirstBeyond;
}

struct Transfer {
  Ending ending = Ending::other;
  int status = 0;                  ///< HTTP status, 0 when no header arrived
  int http_version = 0;            ///< major version that answered: 1 or 2; 0 when none did
  std::string body;                ///< at most Request::body_limit
  bool opened_connection = false;  ///< a TCP connection was opened for it
  /// Serial number (lower-case hex) of the serving certificate of the connection it used, new or reused: which server
  /// answered, seen through a load balancer. Empty without TLS or when no connection came about.
  std::string certificate_serial;
  /// What the response's header Hadrill-Server says, printable ASCII of at most 128 characters: which server answered,
  /// where it says so itself. Else empty.
  std::string server_name;
  std::string reason;  ///< in words, when there is no response
  Instant sent;        ///< handed to the network stack (connection set-up included)
  std::optional<Instant> first_byte;
  Instant done;
};

}  // namespace hadrill::http
