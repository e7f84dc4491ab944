#include "audit/finding.hpp"

#include <numeric>
#include <string_view>

namespace hadrill::audit {

std::string to_string(Violation violation) {
  static constexpr std::array<std::string_view, kViolations> kNames{
      "lost_write",          "stale_read",          "reads_went_back", "list_disagrees",    "version_order",
      "shared_precondition", "broken_chain",        "refused_applied", "unfounded_refusal", "foreign_value",
      "two_versions",        "seen_before_written", "watch_gap",       "watch_disorder",    "watch_duplicate",
      "watch_stall",         "watch_wrong_event"};
  return std::string(kNames.at(static_cast<std::size_t>(violation)));
}

std::size_t FindingList::total() const { return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0}); }

}  // namespace hadrill::audit
