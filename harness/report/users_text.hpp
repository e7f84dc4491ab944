// Owns how what users lost reads in one clause.
#pragma once

#include <string>

#include "check/verdict.hpp"

namespace hadrill {

/// "users were without an answer for 2.900 s to 3.100 s at the longest (web)", with the share of requests that were
/// lost where that hurt more than any one outage (docs/report.md, "The sentence at the top"); "no request of its users
/// failed". "" where nobody stands for users, or nobody was asked.
std::string users_text(const Verdict& verdict);

}  // namespace hadrill
