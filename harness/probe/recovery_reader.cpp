#include "probe/recovery_reader.hpp"

#include "probe/register_operations.hpp"

namespace hadrill {

Instant RecoveryReader::due() const {
  const bool may = !stopped_ && access_.registers.has_doubtful() && in_flight_.size() < kMostInFlight;
  return may ? next_ : kLatest;
}

void RecoveryReader::act(Instant now, Courier& courier) {
  const auto object = access_.registers.next_doubtful();
  if (!object) return;
  next_ = now + kPace;
  http::Request request;
  request.url = base_ + access_.place.object(*object);
  request.timeout = kTimeout;
  in_flight_[courier.send(*this, request)] = *object;
}

void RecoveryReader::ended(std::uint64_t ticket, const http::Transfer& transfer) {
  const auto found = in_flight_.find(ticket);
  if (found == in_flight_.end()) return;
  const ObjectNumber object = found->second;
  in_flight_.erase(found);
  const auto read = answered_read(transfer, object, ReadPurpose::recovery, vantage_, access_);
  if (!read) return access_.registers.still_doubtful(object);
  static_cast<void>(access_.log.read(*read));
  access_.registers.found(object, read->version);
}

void RecoveryReader::stop(Courier& courier) {
  stopped_ = true;
  for (const auto& [ticket, object] : in_flight_) courier.cancel(ticket);
}

}  // namespace hadrill
