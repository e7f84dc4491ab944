// Owns what an HTTP request is and how one ended, for both clients.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace hadrill::http {

/// Client certificate and trust, as PEM text: kept in memory, never written into a report.
struct TlsIdentity {
  std::string ca_pem;
  std::string certificate_pem;
  std::string key_pem;
};

enum class ConnectionUse {
  fresh,   ///< a new TCP connection and a full TLS handshake, closed afterwards
  reused,  ///< the client's open HTTP/2 connection to that host and port; a new one only when there is none
};

struct Request {
  std::string method = "GET";
  std::string url;
  std::string body = {};                        ///< sent as application/json when not empty
  Duration timeout = std::chrono::seconds(10);  ///< the whole request
  ConnectionUse connection = ConnectionUse::reused;
};

/// How a request ended, as seen by the network: the meaning of a status is the caller's.
enum class Ending {
  response,  ///< complete response, any status
  refused,   ///< connection refused
  reset,     ///< closed or reset before the response was complete, also while waiting on a reused connection
  timeout,   ///< Request::timeout passed
  tls,       ///< handshake or certificate failure
  other,     ///< anything else, see `reason`
};

struct Transfer {
  Ending ending = Ending::other;
  int status = 0;                  ///< HTTP status, 0 without a response
  std::string body;                ///< at most 1 MiB (Ending::other beyond)
  bool opened_connection = false;  ///< a TCP connection was opened for it
  std::string certificate_serial;  ///< of the serving certificate, when the connection was opened for it; else empty
  std::string reason;              ///< in words, when there is no response
  Instant sent;                    ///< handed to the network stack (connection set-up included)
  std::optional<Instant> first_byte;
  Instant done;
};

}  // namespace hadrill::http
