#include "check/lease_coverage.hpp"

#include <algorithm>
#include <map>

#include "base/json.hpp"

namespace hadrill {
namespace {

/// Follows the streams, each by what it goes through.
class CoverageWalk {
 public:
  void take(const Event& event) {
    const auto version = json_natural(event.data, "/version");
    if (!version) return;
    const std::string through = json_text(event.data, "/through");
    if (event.type == event_type::lease_observed) return told(through, *version);
    const std::string state = json_text(event.data, "/state");
    if (state == "opened") return opened(through, *version);
    told(through, *version);
    if (state == "expired") open_.erase(through);
  }

  std::vector<ToldRange> result() && { return std::move(ranges_); }

 private:
  void opened(const std::string& through, std::int64_t version) {
    if (open_.contains(through)) return;
    open_[through] = ranges_.size();
    ranges_.push_back({version, version});
  }
  void told(const std::string& through, std::int64_t version) {
    const auto at = open_.find(through);
    if (at == open_.end()) return;
    ToldRange& range = ranges_[at->second];
    range.to = std::max(range.to, version);
  }

  std::vector<ToldRange> ranges_;
  std::map<std::string, std::size_t> open_;  ///< by what it goes through: its range
};

}  // namespace

std::vector<ToldRange> read_told_ranges(const EventLog& events) {
  std::vector<const Event*> told;
  for (const Event& event : events.events) {
    if (event.type == event_type::lease_observed || event.type == event_type::lease_stream) told.push_back(&event);
  }
  std::stable_sort(told.begin(), told.end(), [](const Event* a, const Event* b) { return a->at < b->at; });
  CoverageWalk walk;
  for (const Event* event : told) walk.take(*event);
  return std::move(walk).result();
}

bool told_all(const std::vector<ToldRange>& ranges, std::int64_t first, std::int64_t last) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const ToldRange& range) { return range.from <= first && last <= range.to; });
}

}  // namespace hadrill
