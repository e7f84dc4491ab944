// Owns the state of the live view: fed with the history as it is written, asked for what to show. Pure; used from one
// thread.
#pragma once

#include <deque>
#include <memory>

#include "check/redundancy.hpp"
#include "live/course_board.hpp"
#include "live/leaders_board.hpp"
#include "live/prober_board.hpp"

namespace hadrill::live {

/// What is known before the run.
struct Announcement {
  Scenario scenario;  ///< on the topology of the cluster
  std::string cluster;
  std::uint64_t seed = 0;
  std::string hypothesis;  ///< in words; may be empty
};

class Board {
 public:
  explicit Board(Announcement announced);
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  void begin(const SampleHeader& header);
  void see(const Sample& sample);
  void see(const Event& event);
  /// A line of progress.
  void say(std::string line);
  /// Samples that never came here.
  void miss(std::size_t samples) { missed_ += samples; }

  /// Whether anything is broken that is not known to be undone.
  bool in_force() const { return course_.in_force(); }
  bool over() const { return course_.over(); }
  /// What to show at `now`, no earlier than at the last call.
  Snapshot snapshot(Instant now);

 private:
  /// What probers, and looks at who leads, say at one instant within the window.
  struct Reading {
    std::vector<ProberOutages> probers;
    std::optional<ApiResult> api;
    std::vector<LeadershipResult> leadership;
  };

  void open_window();
  /// Its end is now, or where the method ended.
  void move_window(Instant now);
  std::optional<Reading> read() const;
  void tell_probers(Instant now, const std::optional<Reading>& reading, Snapshot& out) const;
  void tell_marks(const std::optional<Reading>& reading, Snapshot& out) const;
  /// Within the window.
  OutageSummary summary_of(const ProberOutages& one) const;
  /// False for outages of the worst of several probers, for nodes and pods, and for the first work of etcd's leader:
  /// not known before the end.
  bool told_so_far(const SliRef& sli) const;
  /// Row of an SLI about outages.
  void tell_outages(const Slo& slo, std::optional<Duration> most, const std::optional<Reading>& reading,
                    SloRow& row) const;
  /// What an SLI waits for; no upper bound: not seen yet. nullopt: nothing to wait for so far.
  std::optional<Bounds> awaited(const SliRef& sli, const std::optional<Reading>& reading) const;
  /// Row of an SLI that waits for something to happen.
  void tell_awaited(std::size_t slo, std::optional<Duration> most, const std::optional<Reading>& reading,
                    SloRow& row) const;
  SloRow slo_row(std::size_t slo, const std::optional<Reading>& reading) const;
  std::string when(Instant at) const;
  void note_error(Instant at, std::string who, std::string what);
  void note_trouble(const Event& event);

  struct Noted {
    Instant first;
    Instant last;
    std::string who;
    std::string what;
    std::size_t count = 1;
  };

  RunContext run_;  ///< the scenario, and of the events what budgets and redundancy are told by
  Announcement announced_;
  CourseBoard course_;
  LeadersBoard leaders_;
  SampleHeader header_;
  std::vector<std::unique_ptr<ProberBoard>> probers_;
  std::unique_ptr<Window> window_;  ///< probers point at it
  std::optional<Redundancy> redundancy_;
  std::vector<std::optional<Result<bounds::Bound>>> derived_;  ///< by SLO, once T0 is known
  std::deque<Noted> errors_;
  std::deque<std::string> log_;
  std::size_t missed_ = 0;
};

}  // namespace hadrill::live
