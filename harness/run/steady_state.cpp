#include "run/steady_state.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// Between the starts of two looks at the cluster while it gets steady.
constexpr auto kCheckInterval = 1s;

/// Says what is missing: at once, when other conditions fail, and now and then.
class Missing {
 public:
  Missing(const SteadyDoors& doors, Instant give_up) : doors_(doors), give_up_(give_up) {}

  void tell(const Check& check, Instant now) {
    const std::string names = names_of(check);
    if (names == told_ && now < again_) return;
    told_ = names;
    again_ = now + kMissingInterval;
    doors_.progress(fmt::format("no steady state yet, {} left: {}",
                                format_duration(std::chrono::floor<std::chrono::seconds>(give_up_ - now)),
                                check.reasons()));
  }

 private:
  /// Reasons hold counts and ages, which change from look to look.
  static std::string names_of(const Check& check) {
    std::string names;
    for (const Condition& condition : check.conditions) {
      if (!condition.holds()) names += condition.name + "\n";
    }
    return names;
  }

  const SteadyDoors& doors_;
  Instant give_up_;
  std::string told_;
  Instant again_;
};

}  // namespace

Status wait_for_steady_state(const SteadyDoors& doors, Clock& clock, const Interrupt& interrupt) {
  const Instant give_up = clock.now() + kSteadyTimeout;
  Missing missing(doors, give_up);
  std::string reasons = "not looked at";
  while (clock.now() < give_up) {
    const Check check = doors.look();
    if (interrupt.raised()) return interrupted_error("run");
    if (check.holds()) {
      const Result<bool> held = doors.hold();
      if (!held.ok()) return held.error();
      if (*held) return Ok{};
      reasons = "it did not last";
    } else {
      reasons = check.reasons();
      missing.tell(check, clock.now());
    }
    if (!clock.wait_until(check.start + kCheckInterval, interrupt)) return interrupted_error("run");
  }
  return infrastructure_error("steady state", fmt::format("not reached within {}", format_duration(kSteadyTimeout)),
                              reasons);
}

}  // namespace hadrill
