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

/// The door. Used from one thread. Every id that was started is finished exactly once.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Starts a request at once; `id` must not be in flight. `lane` names a set of requests that may share a connection:
  /// requests of different lanes never do. Within a lane ConnectionUse::reused means one HTTP/2 connection at a time,
  /// which every request uses until it breaks; the next one then opens a new one and says so
  /// (Transfer::opened_connection). No request ever waits for another's connection: whoever comes while the lane's is
  /// being opened opens one for itself alone. Nothing is sent twice: a request that was on its way when its connection
  /// broke has failed.
  virtual void start(std::uint64_t id, std::uint16_t lane, const Request& request) = 0;
  /// Ends a request now: it finishes as Ending::other with the reason "cancelled". Without effect on an id that is not
  /// in flight.
  virtual void cancel(std::uint64_t id) = 0;
  /// Drives everything until `deadline` or until `interrupt` is raised; returns early when something finished. Past its
  /// deadline it still does a bounded piece of the work that is due.
  virtual std::vector<Finished> drive_until(Instant deadline, const Interrupt& interrupt) = 0;
  /// Requests started and not finished: what drive_until has not returned yet.
  virtual std::size_t in_flight() const = 0;
};

}  // namespace hadrill::http
