// Owns reading counters back after a run: which of the run's steps each pod has on its volume.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "history/event.hpp"
#include "http/client.hpp"

namespace hadrill {

/// A pod that acknowledged steps.
struct CounterPod {
  std::string name_space;
  std::string service;
  std::string pod;
  std::string path;  ///< of its counter; with "/PREFIX", of the steps whose ids begin with it

  friend auto operator<=>(const CounterPod&, const CounterPod&) = default;
};

/// Asks every pod through the API (its proxy reaches pods whatever their Services do), again and again until it answers
/// or `deadline` is over. One counter.read event for each: with its steps, or with the reason why there are none.
/// `base`: scheme, host and port of the API. `run`: whose steps.
std::vector<Event> read_counters(http::Client& client, Clock& clock, const std::string& base, const std::string& run,
                                 const std::set<CounterPod>& pods, Instant deadline, const Interrupt& interrupt);

}  // namespace hadrill
