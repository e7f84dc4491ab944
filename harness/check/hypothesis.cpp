#include "check/hypothesis.hpp"

#include <algorithm>

#include "check/by_hand.hpp"
#include "check/gates.hpp"
#include "check/slo.hpp"

namespace hadrill {
namespace {

/// What all user-facing probers saw, the longest of it.
struct Longest {
  std::optional<Bounds> bounds;
  std::string of;
  bool proven = false;

  void add(const OutageSummary& summary, const std::string& whose) {
    const Bounds& one = summary.longest;
    proven |= summary.proven;
    if (!bounds) {
      bounds = one;
      of = whose;
      return;
    }
    const bool longer = bounds->upper && (!one.upper || *one.upper > *bounds->upper);
    if (longer) of = whose;
    bounds->lower = std::max(bounds->lower, one.lower);
    if (longer) bounds->upper = one.upper;
  }
};

Longest longest_of(const Verdict& verdict) {
  Longest longest;
  if (verdict.api) longest.add(*verdict.api, "api, behind the load balancer");
  for (const ProberResult& prober : verdict.probers) {
    if (prober.user && !prober.prober.through_load_balancer()) longest.add(*prober.user, prober.prober.name);
  }
  return longest;
}

/// Why numbers of this run confirm nothing; "" when they may.
std::string doubt(const EventLog& events, const Verdict& verdict) {
  if (verdict.judgement == Judgement::error) return "nothing can be said about this run";
  if (verdict.judgement == Judgement::aborted) return "the run was stopped before its end";
  if (read_hand_heal(events)) return "the fault was ended by hand";
  return "";
}

}  // namespace

std::string to_string(Held held) {
  switch (held) {
    case Held::held:
      return "held";
    case Held::not_held:
      return "did not hold";
    case Held::cannot_tell:
      break;
  }
  return "cannot be told";
}

std::optional<Hypothesis> read_hypothesis(const EventLog& events) {
  const Event* event = events.last(event_type::hypothesis);
  if (event == nullptr) return std::nullopt;
  Hypothesis said{json_text(event->data, "/text"), std::nullopt};
  if (const auto expected = json_natural(event->data, "/expectedNs")) said.expected = Duration(*expected);
  return said;
}

Json hypothesis_data(const Hypothesis& hypothesis) {
  Json data = {{"text", hypothesis.text}};
  if (hypothesis.expected) data["expectedNs"] = hypothesis.expected->count();
  return data;
}

std::optional<HypothesisResult> judge_hypothesis(const EventLog& events, const Verdict& verdict) {
  const auto said = read_hypothesis(events);
  if (!said) return std::nullopt;
  HypothesisResult result{*said, std::nullopt, {}, Held::cannot_tell, {}};
  const Longest longest = longest_of(verdict);
  result.measured = longest.bounds;
  result.of = longest.of;
  if (!said->expected) {
    result.reason = "no number was given: compare the words with what was measured";
  } else if (!longest.bounds) {
    result.reason = "no outage of users was measured";
  } else if (too_many_invalid(verdict.validity)) {
    result.reason = "the harness was too late too often";
  } else {
    const Judgement judgement = judge_time(*longest.bounds, *said->expected, longest.proven);
    result.reason = doubt(events, verdict);
    if (judgement == Judgement::fail && verdict.judgement != Judgement::error) {
      result.held = Held::not_held;
      result.reason.clear();
    } else if (judgement == Judgement::pass && result.reason.empty()) {
      result.held = Held::held;
    } else if (result.reason.empty()) {
      result.reason = "the measurement does not decide";
    }
  }
  return result;
}

}  // namespace hadrill
