#include "index/state.hpp"

namespace hadrill::index {

State state_of(const Entry& entry) {
  if (!entry.stored) return State::none;
  if (entry.stored->cleanup_incomplete) return State::left_behind;
  switch (judge_control(entry.expected, entry.stored->judgement, entry.stored->findings).control) {
    case Control::seen:
      return State::seen;
    case Control::not_seen:
      return State::blind;
    case Control::more:
    case Control::unclear:
    case Control::none:
      break;
  }
  switch (entry.stored->judgement) {
    case Judgement::pass:
      return State::passed;
    case Judgement::fail:
      return State::missed;
    case Judgement::inconclusive:
      return State::inconclusive;
    case Judgement::aborted:
      return State::aborted;
    case Judgement::not_owed:
    case Judgement::error:
      break;
  }
  return State::error;
}

const StateText& text_of(State state) {
  static constexpr std::array<StateText, kStates.size()> kTexts{{
      {"blind", "X", "known-bad control not seen",
       "hadrill: the instrument did not see what it broke. Trust no pass before this is explained"},
      {"left-behind", "C", "cleanup incomplete", "whoever owns the machine: hadrill heal, then look at what is left"},
      {"missed", "F", "SLO missed", "the cluster: whoever owns what was broken"},
      {"error", "E", "error", "the machine or hadrill: it says nothing about the cluster"},
      {"none", "N", "no verdict", "it died, did not begin, or is still going on: look into its directory"},
      {"aborted", "A", "stopped early", "somebody or a stop condition ended it: its numbers decide nothing"},
      {"inconclusive", "I", "inconclusive", "nobody knows: look at why, run it again"},
      {"seen", "K", "known-bad control failed, as it should", ""},
      {"passed", "P", "passed", ""},
  }};
  return kTexts.at(static_cast<std::size_t>(state));
}

bool is_wrong(State state) { return state != State::passed && state != State::seen; }

}  // namespace hadrill::index
