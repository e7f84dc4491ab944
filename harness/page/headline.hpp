// Owns the top of the page in words: the verdict in one sentence for somebody who knows no SLO. Pure.
#pragma once

#include <string>

#include "check/judge.hpp"

namespace hadrill {

/// "Passed", "Failed", "Undecided", "Stopped early", "No verdict".
std::string verdict_word(Judgement judgement);

/// One sentence: what was broken, what that meant for users, and whether what was promised was kept.
std::string verdict_sentence(const RunContext& run, const Verdict& verdict);

/// What a budget allows: "at most 5 s", "at least 80 %", "11.2 s to 24.1 s, by the flags".
std::string budget_text(const Finding& finding);
/// What is left of the budget, for the worst and the best that the truth can be: "4.616 s to 4.869 s left",
/// "missed by 1.980 s to 2.100 s", "0.030 s missed to 0.200 s left". "" without a measurement or a budget.
std::string margin_text(const Finding& finding);

}  // namespace hadrill
