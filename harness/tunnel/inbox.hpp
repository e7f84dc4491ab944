// Owns what clients' threads hand to the tunnel's thread: streams to open, streams given up.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent/frame.hpp"
#include "tunnel/near_socket.hpp"
#include "tunnel/stream.hpp"

namespace hadrill::tunnel {

/// A stream that a client wants.
struct OpenRequest {
  std::uint64_t ticket = 0;  ///< its name on this side for ever; stream numbers on the wire are used again
  agent::Destination destination;
  NearSocket near;
  std::shared_ptr<StreamRecord> record;
};

/// Thread-safe. Starts shut: there is no channel yet.
class Inbox {
 public:
  Inbox();

  /// nullopt when it was taken; else why there is no channel, and `request` is as it was.
  std::optional<std::string> put(OpenRequest& request);
  void abandon(std::uint64_t ticket);

  /// Readable while there is something to take.
  int descriptor() const { return wake_.get(); }
  struct Content {
    std::vector<OpenRequest> requests;
    std::vector<std::uint64_t> abandoned;
  };
  Content take();

  void open();
  /// No more requests, for the reason given; those not yet taken come back.
  std::vector<OpenRequest> shut(const std::string& why);
  bool is_open() const;

 private:
  void wake();

  mutable std::mutex mutex_;
  Descriptor wake_;
  std::optional<std::string> shut_because_ = "the channel is not open yet";
  Content content_;
};

}  // namespace hadrill::tunnel
