#include "probe/registers.hpp"

#include <algorithm>

namespace hadrill {

Registers::Registers(ObjectNumber ring) : ring_(std::min(ring, kMost)), versions_(ring_, 0) {
  for (ObjectNumber object = 0; object < ring_; ++object) free_.push_back(object);
}

std::optional<Registers::Ticket> Registers::next_write() {
  if (free_.empty()) {
    if (count() >= kMost) return std::nullopt;
    free_.push_back(count());
    versions_.push_back(0);
  }
  const ObjectNumber object = free_.front();
  free_.pop_front();
  return Ticket{++last_id_, object, versions_[object]};
}

void Registers::learn(ObjectNumber object, Version version) {
  if (versions_[object] == 0 && version > 0) ++present_;
  if (versions_[object] > 0 && version == 0) --present_;
  versions_[object] = version;
}

void Registers::acknowledged(const Ticket& ticket, Version version) {
  learn(ticket.object, version);
  newest_ = std::max(newest_, version);
  free_.push_back(ticket.object);
}

void Registers::refused(const Ticket& ticket, bool surprising) {
  (surprising ? doubtful_ : free_).push_back(ticket.object);
}

void Registers::indeterminate(const Ticket& ticket) { doubtful_.push_back(ticket.object); }

std::optional<ObjectNumber> Registers::next_doubtful() {
  if (doubtful_.empty()) return std::nullopt;
  const ObjectNumber object = doubtful_.front();
  doubtful_.pop_front();
  return object;
}

void Registers::found(ObjectNumber object, Version version) {
  learn(object, version);
  free_.push_back(object);
}

}  // namespace hadrill
