// Owns what else the prober thread does beside sending its slots: requests that are no samples.
#pragma once

#include <cstdint>

#include "http/transfer.hpp"

namespace hadrill {

class Companion;

/// How a companion gets its requests sent. They all share one lane of the engine, so one connection when reused.
class Courier {
 public:
  virtual ~Courier() = default;
  /// Returns the ticket by which the end will be told.
  virtual std::uint64_t send(Companion& companion, const http::Request& request) = 0;
  virtual void cancel(std::uint64_t ticket) = 0;
};

/// Used from the prober thread only.
class Companion {
 public:
  virtual ~Companion() = default;
  /// When act is to be called next; kLatest: not before a request ends.
  virtual Instant due() const = 0;
  virtual void act(Instant now, Courier& courier) = 0;
  /// A request of its own is over.
  virtual void ended(std::uint64_t ticket, const http::Transfer& transfer) = 0;
  /// No slot is sent any more: begin nothing new, go on with what is under way.
  virtual void wind_down() {}
  /// It has seen everything that the slots so far gave it to see.
  virtual bool settled() const = 0;
  /// The loop is about to end: cancel what is under way, begin nothing new.
  virtual void stop(Courier& courier) = 0;
};

}  // namespace hadrill
