#include "check/hypothesis.hpp"

#include "check/by_hand.hpp"
#include "check/gates.hpp"
#include "check/slo.hpp"
#include "check/users.hpp"

namespace hadrill {
namespace {

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
  const std::optional<UsersLoss> loss = loss_of_users(verdict);
  if (loss) {
    result.measured = loss->longest;
    result.of = loss->of;
  }
  if (!said->expected) {
    result.reason = "no number was given: compare the words with what was measured";
  } else if (!loss) {
    result.reason = "no outage of users was measured";
  } else if (too_many_invalid(verdict.validity)) {
    result.reason = "the harness was too late too often";
  } else {
    const Judgement judgement = judge_time(loss->longest, *said->expected, loss->proven);
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
