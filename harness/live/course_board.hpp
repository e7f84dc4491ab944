// Owns where a run is, as its events tell: phase, step, what is in force, which of T0 to T5 was reached. Pure.
#pragma once

#include <map>
#include <set>

#include "check/judge.hpp"
#include "check/timeline.hpp"
#include "live/snapshot.hpp"

namespace hadrill::live {

class CourseBoard {
 public:
  explicit CourseBoard(const Scenario& scenario) : scenario_(scenario) {}

  void see(const Event& event);

  std::optional<Instant> began() const { return began_; }
  /// T0, as the verdict has it.
  std::optional<Interval> t0() const { return t0_; }
  /// Of the preparation of the fault, and of the steady state: where the baseline is.
  std::optional<Instant> preparing_from() const { return preparing_from_; }
  std::optional<Instant> steady_began() const { return steady_began_; }
  /// Every step of the method is done: the window of the verdict ends here.
  std::optional<Instant> window_end() const { return window_end_; }
  bool over() const { return over_; }
  /// Nobody asks or looks any more.
  bool stopped() const { return stopped_; }
  bool in_force() const { return !in_force_.empty(); }

  /// Phase, detail, mood, method, spares.
  void tell(Instant now, Snapshot& out) const;
  /// T2, T3', T4 that events tell of.
  std::vector<MarkRow> marks() const;

 private:
  enum class Phase { setting_up, getting_steady, steady, method, closing, over };

  void enter(Phase phase, Instant at) {
    phase_ = phase;
    since_ = at;
  }
  /// Whether the event was about it.
  bool see_phase(const Event& event);
  bool see_step(const Event& event);
  void begin_fault(const Event& event);
  void prove(const Event& event);
  void undo(const Event& event);
  void mark(const char* id, const char* what, const Event& event);
  void next_step(Instant at);
  /// The id of the step under way matches.
  bool doing(const std::string& id) const;
  std::string step_text(Instant now) const;

  const Scenario& scenario_;
  Phase phase_ = Phase::setting_up;
  Instant since_;
  std::optional<Instant> began_;
  std::optional<Instant> steady_began_;
  std::optional<Interval> t0_;
  std::optional<Instant> preparing_from_;
  std::optional<Instant> window_end_;
  bool over_ = false;
  bool stopped_ = false;
  bool by_hand_ = false;
  std::size_t step_ = 0;  ///< of the method, from 0
  Instant step_since_;
  std::string fault_;  ///< name of the one that is injected
  std::optional<Instant> fault_preparing_;
  std::size_t targets_ = 1;                      ///< of it
  std::size_t proven_ = 0;                       ///< of those
  std::map<std::string, std::string> in_force_;  ///< by step and target: in words
  std::string spares_;                           ///< what the latest look found not to hold
  bool looked_ = false;
  std::vector<MarkRow> marks_;
  std::string ended_;  ///< how, in words
};

}  // namespace hadrill::live
