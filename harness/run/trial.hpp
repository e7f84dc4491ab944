// Owns one execution of a scenario on a ready cluster: steady state, method, heal proof. Writes history; judges
// nothing.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>

#include "check/hypothesis.hpp"
#include "cluster/cluster.hpp"
#include "fault/catalogue.hpp"
#include "history/event_log.hpp"
#include "history/sample_log.hpp"
#include "history/watcher.hpp"
#include "run/bad_probes.hpp"
#include "run/injector.hpp"
#include "run/instrument.hpp"
#include "run/leaders_together.hpp"
#include "run/method_run.hpp"
#include "run/stop_watch.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// What a trial needs; all must outlive it.
struct TrialContext {
  const Scenario& scenario;
  const Topology& topology;
  Readiness& readiness;
  Catalogue& catalogue;
  const FaultDoors& fault_doors;
  InstrumentDoors doors;
  Clock& clock;
  const Interrupt& interrupt;
  std::filesystem::path directory;
  std::uint64_t seed = 0;
  std::function<void(const std::string&)> progress;
  std::optional<Hypothesis> hypothesis = {};  ///< goes into the history; the judge compares
  HistoryWatcher* watcher = nullptr;          ///< looks on; null: nobody
  HealSwitch* heal_now = nullptr;             ///< somebody may have the faults healed before their time; null: nobody
};

class Trial : private MethodDoors {
 public:
  explicit Trial(const TrialContext& context) : context_(context) {}

  /// Runs to the end, or to the first thing that makes going on pointless. Whatever happens is in the event log; the
  /// Status says only whether the history could be written.
  Status run();

 private:
  Status open();
  Status phases();
  void read_flags();
  Status reach_steady_state();
  /// The leader that has to go elsewhere next, for all to be on one node; see next_move.
  Result<std::optional<LeaderMove>> next_leader();
  Result<bool> bring_leaders_together();
  Result<bool> hold_steady_state();
  Check look() override;
  Status inject(const InjectStep& step, const std::optional<Check>& now) override;
  Status heal(const std::string& step) override;
  Result<std::vector<std::string>> heal_in_force() override;
  bool has_injected() const override;
  bool in_force() const override;
  std::optional<std::string> stop_reason() override;
  void record(const char* type, Json data) override;
  void progress(const std::string& line) override;
  void clean_up(const Status& status);
  void read_etcd_logs();
  /// Called by the prober thread for each sample; false when it could not be written.
  bool keep(const Sample& sample);
  /// From any thread.
  void write(const Event& event);
  std::optional<Error> write_failure();
  void note_failure(const Error& error);
  void stop_instrument(const Status& status);
  void close(const Status& status);

  const TrialContext& context_;
  std::unique_ptr<SampleWriter> samples_;
  std::unique_ptr<EventWriter> events_;
  std::unique_ptr<Injector> injector_;
  std::unique_ptr<StopWatch> stop_;
  std::unique_ptr<BadProbes> bad_probes_;
  WallClock wall_clock_;
  ClockPair began_;
  std::mutex events_mutex_;  ///< guards events_ and write_failure_: tunnels and the prober thread have events too
  std::optional<Error> write_failure_;
  std::unique_ptr<Instrument> instrument_;  ///< last, so gone first: its threads write events
};

}  // namespace hadrill
