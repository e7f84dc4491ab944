// Owns what a scenario says, in words for somebody who is about to drill it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "cluster/blueprint.hpp"
#include "scenario/scenario.hpp"

namespace hadrill::cli {

/// About how long it takes to make a cluster and to remove it.
inline constexpr Duration kClusterTakes = std::chrono::minutes(2);

/// What the comment at the top of a scenario's file tells, each paragraph a line; "" without one.
std::string story_of(std::string_view yaml);

/// Story, steps, SLOs and what the cluster costs, in lines of at most `columns`. Ends with a line end.
std::string briefing(const Scenario& scenario, const std::string& story, const Blueprint& blueprint,
                     std::size_t columns);

/// What the first tag stands for: "etcd" ...
std::string pillar_of(const Scenario& scenario);

}  // namespace hadrill::cli
