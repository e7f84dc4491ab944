// Owns how a trial ended in one of a few words, read the right way round: a known-bad control is right to fail. Pure.
#pragma once

#include <array>

#include "index/entry.hpp"

namespace hadrill::index {

/// How a trial ended. What somebody has to look at first comes first.
enum class State {
  blind,         ///< a known-bad control passed, or failed by something else: the instrument does not see
  left_behind,   ///< cleanup incomplete
  missed,        ///< an SLO was missed that may not be, of a control as well
  error,         ///< trouble of machine or harness
  none,          ///< no verdict: it died, did not begin, or is going on
  aborted,       ///< somebody, or a stop condition, ended it
  inconclusive,  ///< nobody knows
  seen,          ///< a known-bad control failed, by what it should
  passed,
};
inline constexpr std::array kStates{State::blind,   State::left_behind,  State::missed, State::error, State::none,
                                    State::aborted, State::inconclusive, State::seen,   State::passed};

/// How a state is told. Each has a shape and a letter of its own: colour says nothing that they do not.
struct StateText {
  const char* id;      ///< of its shape and class: "missed"
  const char* letter;  ///< one letter
  const char* word;    ///< "SLO missed"
  const char* act;     ///< who has to do what; "" nobody
};

State state_of(const Entry& entry);
const StateText& text_of(State state);
/// Neither passed nor a control that failed as it should.
bool is_wrong(State state);

}  // namespace hadrill::index
