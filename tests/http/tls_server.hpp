// A small TLS server on loopback, HTTP/2 or HTTP/1.1, that does what the path of a request names.
//
//   /            200 "body"                      /hang        nothing, until /release
//   /release     "body" to all that hang         /redirect    302 to /
//   /forbidden   403 "no"                        /endless     200, a body without end
//   /stream      200 "one", left open            /more        "two" on all that are left open
//   /reset       resets the stream               /cut         200 "one", then resets the stream
//   /drop        closes the connection           /cut-all     200 "one", then closes the connection
//   /huge-header 200 with more header than is fit /goaway     "body", and takes no more requests
//   /echo        200 with the request's body      /long-N      200 with a body of N bytes
// HTTP/1.1 knows /, /hang and /drop.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "certificates.hpp"
#include "support/loopback_listener.hpp"

namespace hadrill::test {

struct ServerOptions {
  bool http2 = true;
  bool tls = true;               ///< false: HTTP/1.1 without TLS
  bool reset_handshake = false;  ///< resets once the client's first bytes came
  std::uint64_t serial = 0xABC1;
  std::string address = "127.0.0.1";            ///< in its certificate
  const Authority* client_authority = nullptr;  ///< demands client certificates of it
  unsigned int most_streams = 5000;
};

class TlsPeer;

class TlsServer {
 public:
  explicit TlsServer(const Authority& authority, ServerOptions options = {});
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url(const std::string& path = "/") const;
  /// A connection to it by a socketpair instead of TCP: the client's end.
  int connect_pair();
  int accepted() const { return accepted_; }
  /// Requests that arrived.
  int requests() const { return requests_; }
  void count_request() { ++requests_; }
  const ServerOptions& options() const { return options_; }

 private:
  void serve(const std::stop_token& stop);
  void accept(int client);

  ServerOptions options_;
  Issued issued_;
  SSL_CTX* context_ = nullptr;
  LoopbackListener listener_{SOMAXCONN, SOCK_NONBLOCK};
  int pairs_[2] = {-1, -1};  ///< a pipe: the server's ends of socketpairs, by number
  std::vector<std::unique_ptr<TlsPeer>> peers_;
  std::atomic<int> accepted_{0};
  std::atomic<int> requests_{0};
  std::jthread thread_;
};

}  // namespace hadrill::test
