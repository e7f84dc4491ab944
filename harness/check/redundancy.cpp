#include "check/redundancy.hpp"

#include <algorithm>

namespace hadrill {
namespace {

struct Look {
  Instant start;
  Instant end;
  bool ok = false;
};

/// What cannot be read counts as failed: that can only delay recovery.
Look read_look(const Event& event) {
  const auto start = json_natural(event.data, "/startNs");
  const auto end = json_natural(event.data, "/endNs");
  const auto ok = json_get<bool>(event.data, "/ok");
  if (!start || !end || !ok || *start > *end) return {event.at, event.at, false};
  return {{*start}, {*end}, *ok};
}

void remember_conditions(const Event& event, std::vector<std::string>& conditions) {
  for (const Json& failing : json_array(event.data, "/failing")) {
    const std::string name = json_text(failing, "/condition", "?");
    if (std::find(conditions.begin(), conditions.end(), name) == conditions.end()) conditions.push_back(name);
  }
}

}  // namespace

Redundancy redundancy_restored(const EventLog& events, const Window& window) {
  Redundancy redundancy;
  redundancy.restored.upper = std::nullopt;
  for (const Event& event : events.events) {
    if (event.type != event_type::redundancy_check) continue;
    const Look look = read_look(event);
    if (look.end < window.t0_lower) continue;
    redundancy.looked = true;
    if (!look.ok) {
      remember_conditions(event, redundancy.conditions);
      redundancy.lost = true;
      redundancy.back.reset();
      redundancy.restored = {std::max(Duration::zero(), look.start - window.t0_upper), std::nullopt};
    } else if (!redundancy.back && look.start >= window.t0_upper) {
      redundancy.back = look.end;
      redundancy.restored.upper = std::max(redundancy.restored.lower, look.end - window.t0_lower);
    }
  }
  return redundancy;
}

}  // namespace hadrill
