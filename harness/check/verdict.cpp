#include "check/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/duration.hpp"

namespace hadrill {

std::string to_string(Judgement judgement) {
  switch (judgement) {
    case Judgement::not_owed:
      return "not owed";
    case Judgement::pass:
      return "pass";
    case Judgement::inconclusive:
      return "inconclusive";
    case Judgement::fail:
      return "fail";
    case Judgement::aborted:
      return "aborted";
    case Judgement::error:
      return "error";
  }
  return "unknown";
}

Finding make_finding(std::string id, Judgement judgement, std::string text) {
  Finding finding;
  finding.id = std::move(id);
  finding.judgement = judgement;
  finding.text = std::move(text);
  return finding;
}

std::string to_text(const Bounds& bounds) {
  using std::chrono::milliseconds;
  const std::string lower = format_seconds(std::chrono::floor<milliseconds>(bounds.lower));
  if (!bounds.upper) return "at least " + lower;
  return lower + " to " + format_seconds(std::chrono::ceil<milliseconds>(*bounds.upper));
}

std::string to_text(const ShareBounds& bounds) {
  // In hundredths of a percent; the slack keeps 0.9 from becoming 90.01 %.
  constexpr double kSlack = 1e-6;
  const double lower = std::floor(bounds.lower * 1e4 + kSlack) / 100;
  const double upper = std::abs(std::ceil(bounds.upper * 1e4 - kSlack)) / 100;  // not -0
  return fmt::format("{:.2f} % to {:.2f} %", lower, upper);
}

Judgement worst(const std::vector<Finding>& findings) {
  Judgement judgement = Judgement::pass;
  for (const Finding& finding : findings) judgement = std::max(judgement, finding.judgement);
  return judgement;
}

int exit_code(const Verdict& verdict) {
  // What is still broken matters more than what was measured.
  constexpr int kCleanupIncomplete = 4;
  if (verdict.cleanup_incomplete) return kCleanupIncomplete;
  switch (verdict.judgement) {
    case Judgement::pass:
      return 0;
    case Judgement::fail:
      return 1;
    case Judgement::inconclusive:
      return 2;
    case Judgement::aborted:
      return 3;
    case Judgement::not_owed:  // no verdict of a run
    case Judgement::error:
      break;
  }
  return 5;
}

}  // namespace hadrill
