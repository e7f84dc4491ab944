#include "probe/companion_loop.hpp"

#include <algorithm>

namespace hadrill {

void CompanionLoop::run(const Interrupt& stop) {
  while (!stop.raised()) {
    errands_.act(clock_.now());
    const Instant until = std::min(errands_.due(), clock_.now() + kIdle);
    for (const http::Finished& finished : engine_.drive_until(until, stop)) errands_.finish(finished);
  }
  errands_.stop();
  errands_.drain(clock_);
}

CompanionThread::CompanionThread(std::vector<Companion*> companions, http::Engine& engine)
    : loop_(std::move(companions), engine, clock_), thread_([this] { loop_.run(stop_); }) {}

CompanionThread::~CompanionThread() { stop_.raise(); }

}  // namespace hadrill
