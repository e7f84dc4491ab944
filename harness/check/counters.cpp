#include "check/counters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/duration.hpp"
#include "check/timeline.hpp"

namespace hadrill {
namespace {

/// Operations that a finding tells; how many there are is told as well.
constexpr std::size_t kTold = 3;

struct Acknowledged {
  std::string step;
  std::int64_t value = 0;
  Instant at;
};

/// A pod of a Service: what it acknowledged, and what it has.
struct Counter {
  std::vector<Acknowledged> acknowledged;
  std::optional<std::map<std::string, std::int64_t>> kept;
  std::string unread = "it was not asked";
};

std::map<std::string, Counter> read_all(const EventLog& events) {
  std::map<std::string, Counter> all;
  for (const Event& event : events.events) {
    if (event.type != event_type::counter_stepped && event.type != event_type::counter_read) continue;
    Counter& counter = all[json_text(event.data, "/pod") + " of " + json_text(event.data, "/service")];
    if (event.type == event_type::counter_stepped) {
      counter.acknowledged.push_back(
          {json_text(event.data, "/step"), json_integer(event.data, "/value").value_or(0), event.at});
    } else if (event.data.contains("steps")) {
      counter.kept.emplace();
      for (const Json& step : json_array(event.data, "/steps"))
        counter.kept->emplace(json_text(step, "/0"), json_integer(step, "/1").value_or(0));
    } else {
      counter.unread = json_text(event.data, "/reason", "?");
    }
  }
  return all;
}

std::string when(Instant at, const std::optional<Window>& window) {
  return window ? fmt::format("at T0{:+.3f} s", seconds_of(at - window->t0_lower)) : "before any fault";
}

void find_lost(const std::string& name, const Counter& counter, const std::optional<Window>& window,
               std::vector<std::string>& wrong) {
  for (const Acknowledged& one : counter.acknowledged) {
    const auto kept = counter.kept->find(one.step);
    if (kept != counter.kept->end() && kept->second == one.value) continue;
    wrong.push_back(fmt::format(
        "{} acknowledged step {} with value {} {} and has {}", name, one.step, one.value, when(one.at, window),
        kept == counter.kept->end() ? std::string("no such step") : fmt::format("it with {}", kept->second)));
  }
}

void find_forks(const std::string& name, const Counter& counter, const std::optional<Window>& window,
                std::vector<std::string>& wrong) {
  std::map<std::int64_t, const Acknowledged*> by_value;
  for (const Acknowledged& one : counter.acknowledged) {
    const auto [first, is_new] = by_value.emplace(one.value, &one);
    if (is_new || first->second->step == one.step) continue;
    wrong.push_back(fmt::format("{} gave value {} twice: to step {} {} and to step {} {}", name, one.value,
                                first->second->step, when(first->second->at, window), one.step, when(one.at, window)));
  }
}

}  // namespace

std::optional<Finding> judge_counters(const EventLog& events, bool asked, const std::optional<Window>& window) {
  if (!asked) return std::nullopt;
  const std::map<std::string, Counter> all = read_all(events);
  std::size_t steps = 0;
  std::vector<std::string> wrong;
  std::vector<std::string> unread;
  for (const auto& [name, counter] : all) {
    steps += counter.acknowledged.size();
    if (counter.kept) {
      find_lost(name, counter, window, wrong);
    } else {
      unread.push_back(name + ": " + counter.unread);
    }
    find_forks(name, counter, window, wrong);
  }
  if (steps == 0) return make_finding("counters", Judgement::error, "no step of a counter was acknowledged");
  if (!wrong.empty()) {
    const std::size_t told = std::min(wrong.size(), kTold);
    return make_finding("counters", Judgement::fail,
                        fmt::format("{} findings on {} acknowledged steps: {}{}", wrong.size(), steps,
                                    fmt::join(wrong.begin(), wrong.begin() + static_cast<std::ptrdiff_t>(told), "; "),
                                    wrong.size() > told ? "; ..." : ""));
  }
  if (!unread.empty())
    return make_finding("counters", Judgement::inconclusive,
                        fmt::format("what was kept is not known: {}", fmt::join(unread, "; ")));
  return make_finding(
      "counters", Judgement::pass,
      fmt::format("{} steps that {} pods acknowledged are on their volumes, each value given once", steps, all.size()));
}

}  // namespace hadrill
