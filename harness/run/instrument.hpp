// Owns the instrument of one run: who probes what, what that needs in the cluster, and the thread that does it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "history/sample_header.hpp"
#include "http/client.hpp"
#include "plan/plan.hpp"
#include "probe/audit_session.hpp"
#include "probe/prober_thread.hpp"

namespace hadrill {

/// The doors of the instrument; all must outlive it.
struct InstrumentDoors {
  http::Client& client;  ///< for set-up and reading back
  http::Engine& engine;  ///< for the probers
  Clock& clock;
};

/// In this order: open, set_up, start, stop, read_back, remove.
class Instrument {
 public:
  /// Plans all probers and learns by which certificate each API server is known. Makes operations.jsonl in `directory`
  /// when objects of ours are to be written or watched. Error: usage, for what cannot be probed; infrastructure.
  static Result<std::unique_ptr<Instrument>> open(const Scenario& scenario, const Topology& topology,
                                                  const std::filesystem::path& directory, InstrumentDoors doors,
                                                  const Interrupt& interrupt);

  /// Prober and server tables of the history.
  SampleHeader header() const;
  std::size_t probers() const { return planned_.size(); }
  double rate() const { return planned_rate(planned_); }

  /// Makes objects of ours in the cluster, where they are needed.
  Status set_up(const Interrupt& interrupt);
  Status start(SampleSink sink, std::uint64_t seed);
  /// Whether the prober thread runs before all ordinary ones. After start.
  bool realtime_priority() { return thread_->realtime_priority(); }
  /// See ProberThread::stop. nullopt when it was never started.
  std::optional<ProberCost> stop(Duration longest, const Interrupt& abandon);
  /// Reads every object of ours back from every API server. Returns how many reads were never answered.
  Result<std::size_t> read_back(Duration longest, const Interrupt& interrupt);
  /// Removes what set_up made. Runs to its end whatever signals come.
  Status remove();
  /// The first time operations.jsonl could not be written.
  std::optional<Error> failure() const;

 private:
  explicit Instrument(InstrumentDoors doors) : doors_(doors) {}
  Status learn_servers(const Topology& topology, const Interrupt& interrupt);
  Status open_audit(const Scenario& scenario, const Topology& topology, const std::filesystem::path& directory);

  InstrumentDoors doors_;
  std::vector<PlannedProber> planned_;
  std::vector<AuditedServer> servers_;
  ServerTable server_table_;
  std::unique_ptr<AuditSession> audit_;  ///< none when no objects of ours are needed
  bool is_set_up_ = false;
  std::vector<Prober> running_;
  std::unique_ptr<ProberThread> thread_;
};

}  // namespace hadrill
