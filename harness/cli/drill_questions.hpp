// Owns what a drill asks before it breaks anything: which scenario, what is expected, whether to go on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "check/hypothesis.hpp"
#include "cli/console.hpp"

namespace hadrill::cli {

/// A line of the list to choose from.
struct Choice {
  std::string name;
  std::string pillar;  ///< what it is about: its first tag
  std::string title;
  Duration takes{};  ///< about, from no cluster to no cluster
};

/// The name that was chosen: by its number, its name or a part that only it has; a part that several have shows those.
/// nullopt: none.
std::optional<std::string> choose_scenario(Console& console, const std::vector<Choice>& choices);

/// Whether the answer was yes. Nothing typed means `otherwise`; no answer at all means no.
bool confirmed(Console& console, const std::string& question, bool otherwise);

/// What users will notice. What is known already is not asked for. nullopt: no answer, so nothing should go on.
std::optional<Hypothesis> ask_hypothesis(Console& console, const std::optional<std::string>& text,
                                         const std::optional<Duration>& expected);

}  // namespace hadrill::cli
