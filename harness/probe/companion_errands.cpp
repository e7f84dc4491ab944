#include "probe/companion_errands.hpp"

#include <algorithm>
#include <cassert>

#include "history/sample.hpp"

namespace hadrill {

std::uint64_t CompanionErrands::send(Companion& companion, const http::Request& request) {
  const auto found = std::find(companions_.begin(), companions_.end(), &companion);
  assert(found != companions_.end());
  const auto lane = first_lane_ + static_cast<std::size_t>(found - companions_.begin());
  const std::uint64_t ticket = new_ticket();
  under_way_[ticket] = &companion;
  engine_.start(ticket, static_cast<std::uint16_t>(lane), request);
  return ticket;
}

Instant CompanionErrands::due() const {
  Instant due = kLatest;
  for (const Companion* companion : companions_) due = std::min(due, companion->due());
  return due;
}

void CompanionErrands::act(Instant now) {
  for (Companion* companion : companions_) {
    if (companion->due() <= now) companion->act(now, *this);
  }
}

bool CompanionErrands::finish(const http::Finished& finished) {
  const auto found = under_way_.find(finished.id);
  if (found == under_way_.end()) return false;
  Companion& companion = *found->second;
  under_way_.erase(found);
  companion.ended(finished.id, finished.transfer);
  return true;
}

void CompanionErrands::stop() {
  for (Companion* companion : companions_) companion->stop(*this);
}

void CompanionErrands::drain(const Clock& clock) {
  // What was cancelled ends at once; nobody may be called back later, when companions are gone.
  while (!under_way_.empty()) {
    const std::size_t before = under_way_.size();
    for (const http::Finished& finished : engine_.drive_until(clock.now(), Interrupt::never())) finish(finished);
    if (under_way_.size() == before) break;
  }
}

}  // namespace hadrill
