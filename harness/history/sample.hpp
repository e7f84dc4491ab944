// Owns what one probe request left behind. 64 bytes on disk, documented in docs/history-format.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/clock.hpp"

namespace hadrill {

/// No instant of a history is later (146 years of uptime): differences of instants cannot overflow.
inline constexpr Instant kLatest{(std::int64_t{1} << 62) - 1};

/// How a request ended. Only `ok` counts as up.
enum class Outcome : std::uint8_t {
  ok = 0,           ///< 2xx, whole body, within the SLI deadline
  slow = 1,         ///< as ok, but after the SLI deadline ("late success")
  refused = 2,      ///< connection refused
  reset = 3,        ///< connection closed or reset before the response was complete
  timeout = 4,      ///< hard timeout
  tls = 5,          ///< TLS handshake or certificate trouble
  http_status = 6,  ///< a response that is not 2xx
  body_error = 7,   ///< 2xx, but the body is not what was asked for
  unsent = 8,       ///< the slot passed without a request: in-flight cap reached
  other = 9,        ///< anything else (no route, ...)
  aborted = 10,     ///< still in flight when the probers were stopped: says nothing about the service, never judged
  blind = 11,       ///< the way to the vantage point was lost: says nothing about the service, never judged
};

/// How many outcomes there are.
inline constexpr std::size_t kOutcomes = static_cast<std::size_t>(Outcome::blind) + 1;

/// Whether it says something about the service. Where it does not, it is as if there were no sample.
constexpr bool is_judged(Outcome outcome) { return outcome != Outcome::aborted && outcome != Outcome::blind; }

/// "ok", "slow", "refused", ... as in JSON and CSV.
std::string to_string(Outcome outcome);

/// One request, or one slot that should have been one. Instants are 0 where the request did not get that far.
struct Sample {
  std::uint16_t prober = 0;    ///< index into the prober table of the file's header
  std::uint32_t sequence = 0;  ///< 0, 1, 2 ... per prober: the slot number
  Outcome outcome = Outcome::unsent;
  bool opened_connection = false;  ///< a new TCP and TLS handshake was part of it
  std::uint16_t http_status = 0;
  std::uint16_t server = 0;  ///< that answered: 1 + index into the server table of the file's header; 0 = unknown
  Instant scheduled;         ///< the slot's planned instant
  Instant sent;              ///< handed to the network stack
  Instant first_byte;        ///< first byte of the response
  Instant done;              ///< response complete, or failure known
};

}  // namespace hadrill
