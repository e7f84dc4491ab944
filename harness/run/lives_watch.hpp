// Owns the watch of which pods run on a node: an agent there that looks at its processes, and a thread that reads it
// and asks again when it was lost. Nothing of it can make a run fail: what it did not see, it did not see.
#pragma once

#include <string>
#include <thread>

#include "base/interrupt.hpp"
#include "probe/pod_lives.hpp"
#include "process/channel.hpp"

namespace hadrill {

class LivesWatch {
 public:
  /// `command` runs `hadrill-agent lives` on `node`; its timeout is not used. `events` is called from a thread of this.
  LivesWatch(std::string node, Command command, PodLives::Sink events);
  /// Tells how long everything lived as far as was seen, and ends the agent.
  ~LivesWatch();
  LivesWatch(const LivesWatch&) = delete;
  LivesWatch& operator=(const LivesWatch&) = delete;

 private:
  void serve();
  /// Until it ends, or this does.
  void read(Channel& channel);

  Command command_;
  PodLives lives_;
  Interrupt stop_;
  std::jthread thread_;
};

}  // namespace hadrill
