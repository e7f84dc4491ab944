// Owns the door to HTTP for many requests at once: the probers' load. Starts never wait for earlier replies.
#pragma once

#include <cstdint>
#include <vector>

#include "base/interrupt.hpp"
#include "http/transfer.hpp"

namespace hadrill::http {

/// A finished request of an Engine.
struct Finished {
  std::uint64_t id = 0;  ///< as given to start
  Transfer transfer;
};

/// The door. Used from one thread.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Starts a request at once. `lane` names a set of requests that may share a connection: requests of different lanes
  /// never do, and within one lane ConnectionUse::reused means one connection at a time.
  virtual void start(std::uint64_t id, std::uint16_t lane, const Request& request) = 0;
  /// Drives everything until `deadline` or until `interrupt` is raised; returns early as soon as something finished.
  virtual std::vector<Finished> drive_until(Instant deadline, const Interrupt& interrupt) = 0;
  /// Requests started and not finished.
  virtual std::size_t in_flight() const = 0;
};

}  // namespace hadrill::http
