#include "check/control.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hadrill {
namespace {

constexpr int kRight = 0;
constexpr int kMissed = 1;

bool holds(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Worst first: the same SLI may be promised twice.
const Finding* worst_of(const std::string& id, const std::vector<Finding>& findings) {
  const Finding* worst = nullptr;
  for (const Finding& finding : findings) {
    if (finding.id == id && (worst == nullptr || finding.judgement > worst->judgement)) worst = &finding;
  }
  return worst;
}

/// The verdict is fail. Was it by what had to?
ControlResult judge_failed(const Expectation& expectation, const std::vector<Finding>& findings) {
  if (expectation.must.empty()) return {Control::seen, {}};
  std::vector<std::string> why;
  bool missing = false;
  for (const std::string& id : expectation.must) {
    const Finding* finding = worst_of(id, findings);
    if (finding != nullptr && finding->judgement == Judgement::fail) continue;
    missing = missing || finding == nullptr || finding->judgement < Judgement::inconclusive;
    why.push_back(finding == nullptr ? fmt::format("{} was not looked at, and has to be fail", id)
                                     : fmt::format("{} is {}, and has to be fail", id, to_string(finding->judgement)));
  }
  for (const Finding& finding : findings) {
    if (finding.judgement != Judgement::fail || holds(expectation.must, finding.id) ||
        holds(expectation.may, finding.id))
      continue;
    why.push_back(fmt::format("{} is fail, and may not be", finding.id));
  }
  if (why.empty()) return {Control::seen, {}};
  return {missing ? Control::not_seen : Control::more, fmt::format("{}", fmt::join(why, "; "))};
}

}  // namespace

ControlResult judge_control(const Expectation& expectation, Judgement judgement, const std::vector<Finding>& findings) {
  if (!expectation.fail) return {};
  switch (judgement) {
    case Judgement::fail:
      return judge_failed(expectation, findings);
    case Judgement::pass:
      return {Control::not_seen, "the verdict is pass, and only fail is right"};
    default:
      return {Control::unclear, fmt::format("the verdict is {}, and only fail is right", to_string(judgement))};
  }
}

int exit_code_as_expected(int code, const Expectation& expectation, const Verdict& verdict) {
  // Interrupted, not cleaned up, nothing to say: that is what it is, whatever it was to show.
  if (code > kMissed) return code;
  switch (judge_control(expectation, verdict.judgement, verdict.findings).control) {
    case Control::seen:
      return kRight;
    case Control::not_seen:
    case Control::more:
      return kMissed;
    default:
      return code;
  }
}

}  // namespace hadrill
