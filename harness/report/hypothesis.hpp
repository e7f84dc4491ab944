// Owns how what somebody expected reads beside what came of it.
#pragma once

#include <string>

#include "base/json.hpp"
#include "check/verdict.hpp"

namespace hadrill {

/// `longest outage of users at most 5s; measured 0.131 s to 0.384 s (api ...)`. "" when no number was given and nothing
/// was measured.
std::string compared_text(const HypothesisResult& result);
/// `HELD`, `DID NOT HOLD` or `CANNOT BE TOLD: why`.
std::string held_text(const HypothesisResult& result);

/// Lines for a terminal; "" when nobody said anything.
std::string hypothesis_text(const Verdict& verdict);
/// Of verdict.json.
Json to_json(const HypothesisResult& result);

}  // namespace hadrill
