#include "live/course_board.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "history/target.hpp"

namespace hadrill::live {
namespace {

std::string id_of(const Step& step) {
  return std::visit([](const auto& one) { return one.id; }, step);
}

std::string key_of(const Event& event) {
  return json_text(event.data, "/step") + "/" + place_of(target_of(event.data));
}

std::string failing_text(const Event& event) {
  std::string text;
  for (const Json& one : json_array(event.data, "/failing"))
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", json_text(one, "/condition"), json_text(one, "/reason"));
  return text;
}

std::string seconds(Duration duration) { return format_seconds(std::max(Duration::zero(), duration), 1); }

std::string observe_text(const ObserveStep& step, Duration so_far) {
  if (!step.until_recovered)
    return fmt::format("observing for {}: {}", format_duration(step.at_least), seconds(so_far));
  std::string text = "observing until recovered: " + seconds(so_far);
  if (step.at_least > Duration::zero()) text += ", at least " + format_duration(step.at_least);
  return text + ", at most " + format_duration(step.timeout);
}

}  // namespace

bool CourseBoard::doing(const std::string& id) const {
  return step_ < scenario_.method.size() && id_of(scenario_.method[step_]) == id;
}

void CourseBoard::next_step(Instant at) {
  ++step_;
  step_since_ = at;
  if (step_ < scenario_.method.size()) return;
  window_end_ = at;
  enter(Phase::closing, at);
}

void CourseBoard::mark(const char* id, const char* what, const Event& event) {
  if (!t0_ || event.at < t0_->begin) return;
  if (std::any_of(marks_.begin(), marks_.end(), [id](const MarkRow& row) { return row.id == id; })) return;
  const auto not_before = json_natural(event.data, "/notBeforeNs");
  // What a look after T0 saw may have been done before it.
  if (event.type == event_type::useful_work && not_before.value_or(kLatest.ns) < t0_->begin.ns) return;
  const Duration lower = not_before ? std::max(Duration::zero(), Instant{*not_before} - t0_->end) : Duration::zero();
  marks_.push_back({id, what, Bounds{lower, std::max(lower, event.at - t0_->begin)}});
}

void CourseBoard::prove(const Event& event) {
  const auto lower = json_natural(event.data, "/t0LowerNs");
  const auto upper = json_natural(event.data, "/t0UpperNs");
  if (!lower || !upper || *lower > *upper) return;
  in_force_[key_of(event)] = fmt::format("{} of {}", fault_, to_string(target_of(event.data)));
  if (!t0_ || *lower < t0_->begin.ns) {
    t0_ = Interval{{*lower}, {*upper}};
    preparing_from_ = fault_preparing_;
  }
  if (++proven_ >= targets_ && doing(json_text(event.data, "/step"))) next_step(event.at);
}

void CourseBoard::undo(const Event& event) {
  in_force_.erase(key_of(event));
  if (step_ >= scenario_.method.size()) return;
  const auto* heal = std::get_if<HealStep>(&scenario_.method[step_]);
  if (heal == nullptr || heal->step != json_text(event.data, "/step")) return;
  const std::string prefix = heal->step + "/";
  const bool more = std::any_of(in_force_.begin(), in_force_.end(),
                                [&prefix](const auto& one) { return one.first.starts_with(prefix); });
  if (!more) next_step(event.at);
}

void CourseBoard::see(const Event& event) {
  if (!began_) began_ = since_ = event.at;
  if (see_phase(event) || see_step(event)) return;
  const std::string& type = event.type;
  if (type == event_type::probers_stopped) stopped_ = true;
  if (type == event_type::redundancy_check) {
    spares_ = failing_text(event);
    looked_ = true;
  }
  if (type == event_type::detected) mark("T2", "noticed", event);
  if (type == event_type::useful_work) mark("T3'", "leader works", event);
  if (type == event_type::repaired) mark("T4", "repaired", event);
}

bool CourseBoard::see_phase(const Event& event) {
  const std::string& type = event.type;
  if (type == event_type::probers_started || type == event_type::steady_lost) {
    enter(Phase::getting_steady, event.at);
  } else if (type == event_type::steady_began) {
    steady_began_ = event.at;
    enter(Phase::steady, event.at);
  } else if (type == event_type::steady_held) {
    step_since_ = event.at;
    if (!breaks_something(scenario_)) t0_ = Interval{event.at, event.at};
    enter(Phase::method, event.at);
  } else if (type == event_type::run_finished || type == event_type::interrupted || type == event_type::failed) {
    over_ = true;
    ended_ = type == event_type::run_finished  ? "the history is complete"
             : type == event_type::interrupted ? "stopped before its end"
                                               : "failed: " + json_text(event.data, "/message");
    enter(Phase::over, event.at);
  } else {
    return false;
  }
  return true;
}

bool CourseBoard::see_step(const Event& event) {
  const std::string& type = event.type;
  if (type == event_type::fault_injecting) {
    begin_fault(event);
  } else if (type == event_type::fault_proven) {
    prove(event);
  } else if (type == event_type::fault_undone) {
    undo(event);
  } else if (type == event_type::healed_by_hand) {
    by_hand_ = true;
    step_ = scenario_.method.size();
    step_since_ = event.at;
  } else if (type == event_type::observe_ended) {
    if (by_hand_) {
      window_end_ = event.at;
      enter(Phase::closing, event.at);
    } else if (doing(json_text(event.data, "/step"))) {
      next_step(event.at);
    }
  } else {
    return false;
  }
  return true;
}

void CourseBoard::begin_fault(const Event& event) {
  fault_ = json_text(event.data, "/fault", "?");
  const auto preparing = json_natural(event.data, "/beganNs");
  fault_preparing_ = preparing ? std::optional(Instant{*preparing}) : std::nullopt;
  targets_ = std::max<std::size_t>(1, json_array(event.data, "/targets").size());
  proven_ = 0;
}

std::string CourseBoard::step_text(Instant now) const {
  const Duration so_far = now - step_since_;
  if (by_hand_) return fmt::format("healed by hand: observing for {}, until every spare is back", seconds(so_far));
  const Step& step = scenario_.method[step_];
  if (const auto* observe = std::get_if<ObserveStep>(&step)) return observe_text(*observe, so_far);
  if (const auto* heal = std::get_if<HealStep>(&step))
    return fmt::format("healing {}: {}", heal->step, seconds(so_far));
  const auto& inject = std::get<InjectStep>(step);
  return fmt::format("injecting {}: {} of {}, {}", inject.id, inject.fault, to_string(inject.target.role),
                     seconds(so_far));
}

void CourseBoard::tell(Instant now, Snapshot& out) const {
  const Duration so_far = now - since_;
  if (looked_ && t0_) out.spares = spares_.empty() ? "every condition holds" : spares_;
  std::string broken;
  for (const auto& [key, text] : in_force_) broken += (broken.empty() ? "" : ", ") + text;
  out.mood = in_force_.empty() ? (t0_ && breaks_something(scenario_) ? Mood::mending : Mood::calm) : Mood::broken;
  switch (phase_) {
    case Phase::setting_up:
      out.phase = "setting up";
      out.detail = fmt::format("agents, probers: {}", seconds(so_far));
      return;
    case Phase::getting_steady:
      out.phase = "waiting for a steady cluster";
      out.detail = fmt::format("{}{}", seconds(so_far), spares_.empty() ? "" : ": " + spares_);
      return;
    case Phase::steady:
      out.phase = "steady state";
      out.detail = fmt::format("held for {} of {}", seconds(so_far), format_duration(scenario_.steady_state_hold));
      return;
    case Phase::method:
      out.phase = broken.empty() ? (t0_ ? "observing" : "method") : "BROKEN: " + broken;
      out.detail = step_text(now);
      out.method = by_hand_ ? "healed by hand" : fmt::format("step {} of {}", step_ + 1, scenario_.method.size());
      return;
    case Phase::closing:
      out.phase = "healing and proving it";
      out.detail = fmt::format("reading back, removing what is ours: {}", seconds(so_far));
      return;
    case Phase::over:
      out.phase = "over";
      out.detail = ended_;
      return;
  }
}

std::vector<MarkRow> CourseBoard::marks() const { return marks_; }

}  // namespace hadrill::live
