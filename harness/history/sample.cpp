#include "history/sample.hpp"

#include <array>

namespace hadrill {

std::string to_string(Outcome outcome) {
  static constexpr std::array<const char*, kOutcomes> kNames{"ok",      "slow",  "refused",     "reset",
                                                             "timeout", "tls",   "http_status", "body_error",
                                                             "unsent",  "other", "aborted",     "blind"};
  const auto index = static_cast<std::size_t>(outcome);
  return index < kNames.size() ? kNames.at(index) : "unknown";
}

}  // namespace hadrill
