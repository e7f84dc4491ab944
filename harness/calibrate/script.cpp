#include "calibrate/script.hpp"

namespace hadrill::calibrate {
namespace {

/// Between two looks at how punctual the server's thread is.
constexpr Duration kPulse = std::chrono::milliseconds(5);

Instant now() { return MonotonicClock().now(); }

template <typename Act>
Moment moment_of(Act&& act) {
  const Instant before = now();
  act();
  return {before, now()};
}

}  // namespace

/// Touched by the server's thread only, once started.
struct Script::State {
  server::LocalServer& server;
  SpoiledHandler& handler;
  Defect defect;
  Course course;
  int left = 0;
  bool over = false;
  Truth truth;
  std::promise<Truth> told;
};

Script::Script(server::LocalServer& server, SpoiledHandler& handler, Defect defect, Course course)
    : state_(std::make_shared<State>(State{server, handler, std::move(defect), course, course.times, false, {}, {}})),
      truth_(state_->told.get_future()) {}

void Script::start(Instant at) {
  start_ = at;
  pulse(state_, now());
  state_->server.at(at, [state = state_](server::Controls& controls) { begin(state, controls); });
}

Instant Script::planned_end() const {
  const Course& course = state_->course;
  return start_ + course.length * course.times + course.pause * (course.times - 1);
}

void Script::pulse(const std::shared_ptr<State>& state, Instant due) {
  state->server.at(due, [state, due](server::Controls&) {
    if (state->over) return;
    state->truth.lateness = std::max(state->truth.lateness, now() - due);
    pulse(state, now() + kPulse);
  });
}

void Script::begin(const std::shared_ptr<State>& state, server::Controls& controls) {
  Scene scene{controls, state->handler, state->truth.spoiled};
  const Moment began = moment_of([&] { state->defect.begin(scene); });
  state->truth.outages.push_back({began, {}});
  state->server.at(began.upper + state->course.length, [state](server::Controls& later) { end(state, later); });
}

void Script::end(const std::shared_ptr<State>& state, server::Controls& controls) {
  Scene scene{controls, state->handler, state->truth.spoiled};
  const Moment ended = moment_of([&] { state->defect.end(scene); });
  const Duration forgiven = state->course.forgiven;
  state->truth.outages.back().ended = {ended.lower - forgiven, ended.upper - forgiven};
  if (--state->left > 0) {
    state->server.at(ended.upper + state->course.pause, [state](server::Controls& later) { begin(state, later); });
    return;
  }
  // A little later, so that the lateness of what was waiting is known as well.
  state->server.at(ended.upper + kPulse * 20, [state](server::Controls&) {
    state->over = true;
    state->told.set_value(state->truth);
  });
}

Result<Truth> Script::truth() {
  constexpr auto kLongest = std::chrono::seconds(5);
  if (truth_.wait_for(kLongest) != std::future_status::ready)
    return infrastructure_error("calibration", "the server that was to be broken does not come to it");
  return truth_.get();
}

}  // namespace hadrill::calibrate
