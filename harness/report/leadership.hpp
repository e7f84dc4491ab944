// Owns how the leaders of a run read: for programs, and in the summary.
#pragma once

#include "base/json.hpp"
#include "check/verdict.hpp"

namespace hadrill {

Json to_json(const LeadershipResult& result);

/// Who led, who took over and in which steps; a line per component. Lines of at most 100 columns.
std::string leadership_text(const Verdict& verdict);

}  // namespace hadrill
