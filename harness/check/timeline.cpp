#include "check/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hadrill {
namespace {

/// No scenario is longer: a window beyond this comes from a damaged history.
constexpr Duration kLongestWindow = std::chrono::hours(1000);

void read_end(const EventLog& events, Timeline& timeline) {
  if (const Event* failed = events.last(event_type::failed)) {
    timeline.end = Timeline::End::failed;
    timeline.reason =
        fmt::format("{}: {}", json_text(failed->data, "/where", "?"), json_text(failed->data, "/message", "?"));
  } else if (const Event* stopped = events.last(event_type::stopped)) {
    timeline.end = Timeline::End::interrupted;
    timeline.reason = json_text(stopped->data, "/reason", "?");
  } else if (events.last(event_type::interrupted) != nullptr) {
    timeline.end = Timeline::End::interrupted;
    timeline.reason = "interrupted by a signal";
  } else if (events.last(event_type::run_finished) != nullptr) {
    timeline.end = Timeline::End::finished;
  }
}

/// From the injection that led to a proof: the last one of its step before it.
std::optional<Instant> preparation_of(const EventLog& events, const Event& proof) {
  std::optional<Instant> from;
  for (const Event& event : events.events) {
    if (event.type != event_type::fault_injecting || event.at > proof.at) continue;
    if (json_text(event.data, "/step") != json_text(proof.data, "/step")) continue;
    const auto began = json_natural(event.data, "/beganNs");
    from = began ? std::optional(Instant{*began}) : std::nullopt;
  }
  return from;
}

void read_t0(const RunContext& run, Timeline& timeline) {
  for (const Event& event : run.events.events) {
    if (event.type != event_type::fault_proven) continue;
    const auto lower = json_natural(event.data, "/t0LowerNs");
    const auto upper = json_natural(event.data, "/t0UpperNs");
    if (!lower || !upper || *lower > *upper) continue;  // a finding of its own
    if (timeline.t0_lower && timeline.t0_lower->ns <= *lower) continue;
    timeline.t0_lower = Instant{*lower};
    timeline.t0_upper = Instant{*upper};
    timeline.preparing_from = preparation_of(run.events, event);
  }
  const Event* held = run.events.last(event_type::steady_held);
  if (!breaks_something(run.scenario) && held != nullptr) timeline.t0_lower = timeline.t0_upper = held->at;
}

}  // namespace

bool breaks_something(const Scenario& scenario) {
  return std::any_of(scenario.method.begin(), scenario.method.end(),
                     [](const Step& step) { return std::holds_alternative<InjectStep>(step); });
}

Timeline read_timeline(const RunContext& run) {
  Timeline timeline;
  read_end(run.events, timeline);
  read_t0(run, timeline);
  const Event* began = run.events.first(event_type::probers_started);
  if (began != nullptr) timeline.probing_began = began->at;
  const Event* steady = run.events.last(event_type::steady_began);
  if (steady != nullptr) timeline.steady_began = steady->at;
  const Event* observed = run.events.last(event_type::observe_ended);
  // An observe step before the fault does not bound what came after it.
  const bool after_fault = observed != nullptr && (!timeline.t0_lower || observed->at > *timeline.t0_lower);
  const bool whole = timeline.end == Timeline::End::finished;
  if (after_fault && whole) timeline.window_end = observed->at;
  return timeline;
}

Interval told_in(const Event& event) {
  const auto not_before = json_natural(event.data, "/notBeforeNs");
  return {not_before ? std::min(Instant{*not_before}, event.at) : event.at, event.at};
}

Bounds since_t0(const Interval& at, const Window& window) {
  const Duration lower = std::max(Duration::zero(), at.begin - window.t0_upper);
  return {lower, std::max(lower, at.end - window.t0_lower)};
}

std::optional<Window> judged_window(const Timeline& timeline) {
  if (!timeline.t0_lower || !timeline.window_end) return std::nullopt;
  const Window window{*timeline.t0_lower, *timeline.t0_upper, *timeline.window_end, timeline.steady_began,
                      timeline.preparing_from};
  if (window.end <= window.t0_lower || window.end - window.t0_lower > kLongestWindow) return std::nullopt;
  return window;
}

}  // namespace hadrill
