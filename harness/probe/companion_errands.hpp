// Owns the errands of companions: their requests on an engine, from the ticket until whoever sent it is told the end.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "http/engine.hpp"
#include "probe/companion.hpp"

namespace hadrill {

/// Lets companions act when they are due, each in a lane of its own. Used from the thread that drives the engine.
class CompanionErrands final : public Courier {
 public:
  /// The companions' lanes are those from `first_lane` on, in their order. All must outlive it.
  CompanionErrands(std::vector<Companion*> companions, std::size_t first_lane, http::Engine& engine)
      : companions_(std::move(companions)), first_lane_(first_lane), engine_(engine) {}

  /// An id that no request of the engine has had, also for those that are no errands.
  std::uint64_t new_ticket() { return next_ticket_++; }

  /// When the first of the companions is due; kLatest: none before a request ends.
  Instant due() const;
  /// Lets those act that are due.
  void act(Instant now);
  /// Tells the companion whose errand it was. False: it is nobody's.
  bool finish(const http::Finished& finished);
  /// Stops all companions.
  void stop();
  /// After stop: until the end of each errand was told, or no more of them end. What else ends on the engine meanwhile
  /// is lost.
  void drain(const Clock& clock);

 private:
  std::uint64_t send(Companion& companion, const http::Request& request) override;
  void cancel(std::uint64_t ticket) override { engine_.cancel(ticket); }

  std::vector<Companion*> companions_;
  std::size_t first_lane_;
  http::Engine& engine_;
  std::unordered_map<std::uint64_t, Companion*> under_way_;
  std::uint64_t next_ticket_ = 0;
};

}  // namespace hadrill
