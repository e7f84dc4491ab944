// Owns which servers gave themselves a name while a run went on.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "history/event_log.hpp"

namespace hadrill {

/// Their names by Sample::server, of those that the table of the sample file does not have.
std::map<std::uint16_t, std::string> servers_seen(const EventLog& log);

}  // namespace hadrill
