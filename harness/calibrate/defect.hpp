// Owns the ways in which a server of ours can be broken, each with a beginning and an end.
#pragma once

#include <functional>

#include "calibrate/spoiled_handler.hpp"
#include "server/local_server.hpp"

namespace hadrill::calibrate {

/// What a defect is done to; on the server's thread.
struct Scene {
  server::Controls& controls;
  SpoiledHandler& handler;
  std::size_t& spoiled;  ///< counts connections that were made to fail one by one
};

struct Defect {
  std::function<void(Scene&)> begin;
  std::function<void(Scene&)> end;
};

/// Nobody listens; connections that are open are reset.
Defect refusing();
/// Takes connections and requests and says nothing; ends as a hung process ends that is restarted, with everything on
/// its way lost.
Defect hanging();
/// The same, but everything is answered in the end: bad are only those who had to wait for longer than their deadline.
Defect stalling();
/// Every connection is reset as soon as it is made, open ones as well.
Defect resetting();
/// The same for every second new connection, by chance.
Defect half_resetting();
/// Answers come `by` late.
Defect slow(Duration by);
/// Half of the body, then the stream is reset.
Defect truncating();
/// HTTP 500.
Defect failing();

}  // namespace hadrill::calibrate
