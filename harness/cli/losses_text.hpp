// Owns what a fault would take, in words: what does not serve, and how much of what is counted is left. Pure.
#pragma once

#include <string>
#include <vector>

#include "plan/guard.hpp"
#include "plan/remains.hpp"

namespace hadrill::cli {

/// Lines of two spaces' indent: the blast radius, then what is left of each kind that is counted. Where none of them is
/// lost it says what is counted, and never that users lose nothing.
std::string losses_text(const std::vector<Loss>& losses, const std::vector<RoleImpact>& impacts,
                        const std::vector<Remains>& remains);

}  // namespace hadrill::cli
