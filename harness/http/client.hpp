// Owns the door to HTTP for one request at a time: control and readiness requests.
#pragma once

#include "base/interrupt.hpp"
#include "base/result.hpp"
#include "http/transfer.hpp"

namespace hadrill::http {

/// The door. Not thread-safe: one client per thread.
class Client {
 public:
  virtual ~Client() = default;
  /// Sends and waits. A failed request is a Transfer like any other; an Interrupt ends it as Ending::other.
  virtual Transfer send(const Request& request, const Interrupt& interrupt) = 0;
};

}  // namespace hadrill::http
