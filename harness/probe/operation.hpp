// Owns what a prober does in a slot: which request it sends, and what its answer means.
#pragma once

#include <optional>

#include "history/sample.hpp"
#include "http/transfer.hpp"
#include "probe/schedule.hpp"

namespace hadrill {

/// One object per prober, used from the prober thread only. For every slot: request, then, if there was one, either
/// outcome or abandoned; slots may overlap, as the loop is open.
class Operation {
 public:
  virtual ~Operation() = default;
  /// What to send, with its whole URL. The loop sets timeout and connection. nullopt: nothing can be sent in this slot,
  /// which counts as unsent.
  virtual std::optional<http::Request> request(const Slot& slot) = 0;
  /// `latency` counts from the scheduled instant, as the user who wanted it then sees it.
  virtual Outcome outcome(const Slot& slot, const http::Transfer& transfer, Duration latency) = 0;
  /// The loop ends without having seen the end of this slot's request.
  virtual void abandoned(const Slot& /*slot*/) {}
};

/// From how a transfer ended to an outcome class. `right`: a 2xx with this body is what was asked for; asked only then.
template <typename Right>
Outcome outcome_of(const http::Transfer& transfer, Duration latency, Duration deadline, Right&& right) {
  switch (transfer.ending) {
    case http::Ending::refused:
      return Outcome::refused;
    case http::Ending::reset:
      return Outcome::reset;
    case http::Ending::timeout:
      return Outcome::timeout;
    case http::Ending::tls:
      return Outcome::tls;
    case http::Ending::blind:
      return Outcome::blind;
    case http::Ending::other:
      return Outcome::other;
    case http::Ending::body_error:
    case http::Ending::body_too_large:
    case http::Ending::response:
      break;
  }
  if (!http::is_success(transfer.status)) return Outcome::http_status;
  if (transfer.ending != http::Ending::response || !right(transfer.body)) return Outcome::body_error;
  return latency <= deadline ? Outcome::ok : Outcome::slow;
}

}  // namespace hadrill
