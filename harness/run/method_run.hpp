// Owns the course of a method: its steps in their order, what an observe step waits for, and what becomes of them when
// somebody has the faults healed by hand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/interrupt.hpp"
#include "cluster/readiness.hpp"
#include "run/heal_switch.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// What steps are done with.
class MethodDoors {
 public:
  virtual ~MethodDoors() = default;
  /// One look at the cluster, which goes into the history.
  virtual Check look() = 0;
  /// `now`: what a look just saw, after the first fault.
  virtual Status inject(const InjectStep& step, const std::optional<Check>& now) = 0;
  virtual Status heal(const std::string& step) = 0;
  /// Undoes every fault that is in force until it is undone. Returns the steps that made them.
  virtual Result<std::vector<std::string>> heal_in_force() = 0;
  /// Whether any fault was injected, or begun.
  virtual bool has_injected() const = 0;
  /// Whether one is in force that stays so until it is undone.
  virtual bool in_force() const = 0;
  /// Why the scenario wants the run to stop now.
  virtual std::optional<std::string> stop_reason() = 0;
  virtual void record(const char* type, Json data) = 0;
  virtual void progress(const std::string& line) = 0;
};

class MethodRun {
 public:
  /// All must outlive it. `heal_now`: null when nobody can ask.
  MethodRun(const std::vector<Step>& method, MethodDoors& doors, Clock& clock, const Interrupt& interrupt,
            HealSwitch* heal_now)
      : method_(method), doors_(doors), clock_(clock), interrupt_(interrupt), heal_now_(heal_now) {}

  /// To the end of the method; with the faults healed by hand, to recovery. Error: what keeps it from going on.
  Status run();

 private:
  Status perform(const Step& step);
  Status observe(const ObserveStep& step);
  /// One look of an observe step. True: there is nothing more to observe.
  struct Watch;
  Result<bool> look_once(const ObserveStep& step, Watch& watch);
  /// Whether somebody asked, and there is something to heal.
  bool wants_healing();
  std::vector<std::string> steps_to_come() const;
  Status end_by_hand();

  const std::vector<Step>& method_;
  MethodDoors& doors_;
  Clock& clock_;
  const Interrupt& interrupt_;
  HealSwitch* heal_now_;
  std::size_t at_ = 0;  ///< the step that is done, or comes next
  bool begun_ = false;  ///< it is done
  bool by_hand_ = false;
};

}  // namespace hadrill
