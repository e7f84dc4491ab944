// Owns what a server of ours is asked and what it answers: the side that knows the application, not the network.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace hadrill::server {

struct Request {
  std::string method;
  std::string path;  ///< with the query
  std::string body;
};

/// A body that grows for as long as its stream is open: a watch. Used from the server's thread.
class Source {
 public:
  virtual ~Source() = default;
  /// What is new. Empty: nothing yet; asked again whenever the server has handled something.
  virtual std::string take() = 0;
};

struct Response {
  int status = 200;
  std::string body = {};
  std::unique_ptr<Source> source = nullptr;          ///< what follows `body`, without end
  Duration after{};                                  ///< held back for so long
  std::optional<std::size_t> cut_at = std::nullopt;  ///< the whole body is announced, the stream reset after so much
};

/// Answers requests, one after the other, on the server's thread: it must not block.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual Response handle(const Request& request) = 0;
};

/// What POST /echo is sent, it answers, to the byte: the null prober's server.
class EchoHandler final : public Handler {
 public:
  Response handle(const Request& request) override;
};

}  // namespace hadrill::server
