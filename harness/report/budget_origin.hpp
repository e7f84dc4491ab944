// Owns how reports show where a budget comes from that the flags gave: formula, inputs, bounds, and what was measured,
// side by side.
#pragma once

#include <string>

#include "base/json.hpp"
#include "check/verdict.hpp"

namespace hadrill {

/// A paragraph per SLO with "budget: auto" that could be bounded; "" without any. Lines of at most 100 columns.
std::string budget_origins_text(const Verdict& verdict);

/// "bound" of a finding in verdict.json.
Json bound_json(const bounds::Bound& bound);

}  // namespace hadrill
