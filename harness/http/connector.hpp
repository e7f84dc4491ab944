// Owns the way to connect by other means than TCP from here: through a tunnel that starts inside a node.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace hadrill::http {

enum class Ending;

/// What really ended a connection, where its socket shows only that it closed.
struct ConnectionFailure {
  Ending ending;
  std::string reason;
};

/// One connection, as the client that uses it holds it: until its socket is closed.
class Connected {
 public:
  virtual ~Connected() = default;
  /// A connected, non-blocking stream socket; the caller owns it from here on. -1: there is none, failure() tells why.
  /// Called once.
  virtual int take_socket() = 0;
  /// Asked when a request over it failed. nullopt: what the socket showed is the truth.
  virtual std::optional<ConnectionFailure> failure() const = 0;
};

/// Makes connections. Never blocks.
class Connector {
 public:
  virtual ~Connector() = default;
  virtual std::unique_ptr<Connected> connect() = 0;
};

}  // namespace hadrill::http
