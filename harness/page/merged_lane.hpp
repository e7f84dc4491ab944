// Owns the lane of several others together: down when any of them is. Pure.
#pragma once

#include <string>
#include <vector>

#include "check/verdict.hpp"
#include "page/stretches.hpp"

namespace hadrill {

/// The lane of all of `lanes`: down where any is, else mixed, else possibly down where any is, and served only where
/// every one is. Where one of them was not asked and none is known to be down, nothing is known.
Lane merge_lanes(std::string name, const std::vector<const Lane*>& lanes);

/// Tells what is not well in `lane` which outage it belongs to, with the bounds that the verdict has.
void tell_outages(Lane& lane, const ApiResult& api);

}  // namespace hadrill
