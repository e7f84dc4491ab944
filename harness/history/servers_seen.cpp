#include "history/servers_seen.hpp"

#include <limits>

namespace hadrill {

std::map<std::uint16_t, std::string> servers_seen(const EventLog& log) {
  std::map<std::uint16_t, std::string> seen;
  for (const Event& event : log.events) {
    if (event.type != event_type::server_seen) continue;
    const auto number = json_natural(event.data, "/server");
    if (number && *number <= std::numeric_limits<std::uint16_t>::max())
      seen.emplace(static_cast<std::uint16_t>(*number), json_text(event.data, "/name"));
  }
  return seen;
}

}  // namespace hadrill
