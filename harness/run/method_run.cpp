#include "run/method_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "history/event.hpp"
#include "run/recovery.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// Between the starts of two looks at the cluster: the resolution of every time read from them.
constexpr auto kCheckInterval = 1s;
/// For every spare to be back after healing by hand, in a scenario that never waits for that.
constexpr auto kRecoverAfterHand = 3min;

std::string begin_text(const ObserveStep& step) {
  return step.until_recovered
             ? fmt::format("observing until every spare is back (at most {})", format_duration(step.timeout))
             : fmt::format("observing for {}", format_duration(step.at_least));
}

/// What is observed after healing by hand: until every spare is back, under the name of the method's last observe step.
ObserveStep recovery_of(const std::vector<Step>& method) {
  ObserveStep recovery;
  recovery.id = "healed-by-hand";
  recovery.until_recovered = true;
  recovery.timeout = kRecoverAfterHand;
  for (const Step& step : method) {
    const auto* observe = std::get_if<ObserveStep>(&step);
    if (observe == nullptr) continue;
    recovery.id = observe->id;
    if (observe->until_recovered) recovery.timeout = std::max(recovery.timeout, observe->timeout);
  }
  return recovery;
}

}  // namespace

/// An observe step under way.
struct MethodRun::Watch {
  Instant start;
  Recovery recovery{};
  std::string told{};
  bool timed_out = false;
};

Status MethodRun::run() {
  for (at_ = 0; at_ < method_.size(); ++at_) {
    begun_ = false;
    if (wants_healing()) return end_by_hand();
    begun_ = true;
    if (const Status done = perform(method_[at_]); !done.ok() || by_hand_) return done;
  }
  return Ok{};
}

Status MethodRun::perform(const Step& step) {
  if (const auto* observed = std::get_if<ObserveStep>(&step)) return observe(*observed);
  if (const auto* healed = std::get_if<HealStep>(&step)) return doors_.heal(healed->step);
  // Before the first fault the steady state is fresh; another look would only be more to do for the cluster.
  const std::optional<Check> now = doors_.has_injected() ? std::optional(doors_.look()) : std::nullopt;
  if (interrupt_.raised()) return interrupted_error("run");
  return doors_.inject(std::get<InjectStep>(step), now);
}

Status MethodRun::observe(const ObserveStep& step) {
  doors_.progress(begin_text(step));
  Watch watch{clock_.now()};
  for (;;) {
    const Instant began = clock_.now();
    const auto done = look_once(step, watch);
    if (!done.ok()) return done.error();
    if (*done) break;
    if (wants_healing()) return end_by_hand();
    if (!clock_.wait_until(began + kCheckInterval, interrupt_)) return interrupted_error("run");
    if (wants_healing()) return end_by_hand();
  }
  const Recovery& recovery = watch.recovery;
  doors_.record(event_type::observe_ended,
                {{"step", step.id},
                 {"recovered", step.until_recovered ? recovery.proven() : recovery.holds()},
                 {"timedOut", watch.timed_out},
                 {"onTimeout", step.on_timeout == ObserveStep::OnTimeout::fail ? "fail" : "continue"}});
  return Ok{};
}

Result<bool> MethodRun::look_once(const ObserveStep& step, Watch& watch) {
  const Check check = doors_.look();
  if (interrupt_.raised()) return interrupted_error("run");
  if (const auto reason = doors_.stop_reason()) {
    doors_.record(event_type::stopped, {{"step", step.id}, {"reason", *reason}});
    return Error{ErrorKind::interrupted, "stop condition", *reason, {}};
  }
  const std::string reasons = check.reasons();
  if (reasons != watch.told)
    doors_.progress(fmt::format("  +{}: {}", format_seconds(check.end - watch.start, 1),
                                reasons.empty() ? "every condition holds" : reasons));
  watch.told = reasons;
  Recovery& recovery = watch.recovery;
  recovery.see(check.start, check.holds());
  const Instant now = clock_.now();
  if (now >= watch.start + step.at_least && (recovery.proven() || !step.until_recovered)) return true;
  // One that holds in time may go on to prove it.
  watch.timed_out = step.until_recovered && now >= watch.start + step.timeout && !recovery.holds();
  return watch.timed_out;
}

std::vector<std::string> MethodRun::steps_to_come() const {
  std::vector<std::string> ids;
  for (std::size_t i = at_ + (begun_ ? 1 : 0); i < method_.size(); ++i) {
    if (const auto* inject = std::get_if<InjectStep>(&method_[i])) ids.push_back(inject->id);
  }
  return ids;
}

bool MethodRun::wants_healing() {
  if (heal_now_ == nullptr || !heal_now_->take()) return false;
  if (by_hand_) {
    doors_.progress("healed already: observing until every spare is back");
    return false;
  }
  if (doors_.in_force() || (doors_.has_injected() && !steps_to_come().empty())) return true;
  doors_.progress(doors_.has_injected() ? "nothing to heal: what was broken comes back by itself"
                                        : "nothing to heal: nothing is broken yet");
  return false;
}

Status MethodRun::end_by_hand() {
  by_hand_ = true;
  const std::vector<std::string> skipped = steps_to_come();
  doors_.progress("healing now, by hand");
  const Instant began = clock_.now();
  const auto undone = doors_.heal_in_force();
  if (!undone.ok()) return undone.error();
  doors_.record(event_type::healed_by_hand, {{"beganNs", began.ns}, {"undone", *undone}, {"skipped", skipped}});
  if (!skipped.empty()) doors_.progress(fmt::format("skipped: {}", fmt::join(skipped, ", ")));
  return observe(recovery_of(method_));
}

}  // namespace hadrill
