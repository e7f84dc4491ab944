// Owns which probers a fault can be felt by, as far as that is known before it is made. For people who want to know;
// nothing is decided by it. Pure.
#pragma once

#include <string>
#include <vector>

#include "plan/guard.hpp"

namespace hadrill {

/// Names of probers that ask what is lost itself, past everything that could make up for it: of pods the one that is
/// lost, wherever it is asked from.
std::vector<std::string> sure_to_notice(const std::vector<PlannedProber>& probers, const std::vector<Loss>& losses,
                                        const std::vector<ResolvedTarget>& targets);

/// Names of probers of users who go through what is lost, and may be led around it.
std::vector<std::string> may_notice(const std::vector<PlannedProber>& probers, const std::vector<Loss>& losses);

}  // namespace hadrill
