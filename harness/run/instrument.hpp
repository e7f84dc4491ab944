// Owns the instrument of one run: who probes what, what that needs in the cluster, and the thread that does it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "history/sample_header.hpp"
#include "http/client.hpp"
#include "http/engine.hpp"
#include "kube/own_namespace.hpp"
#include "plan/plan.hpp"
#include "probe/audit_session.hpp"
#include "probe/count_operation.hpp"
#include "probe/counter_reader.hpp"
#include "probe/prober_thread.hpp"
#include "probe/scale_prober.hpp"
#include "run/inside.hpp"
#include "run/leadership_observer.hpp"
#include "run/workload_observer.hpp"
#include "server/local_server.hpp"

namespace hadrill {

/// The doors of the instrument; all must outlive it.
struct InstrumentDoors {
  http::Client& client;  ///< for set-up and reading back
  const http::TlsIdentity& identity;
  /// Makes the engine of the probers.
  std::function<std::unique_ptr<http::Engine>(http::TlsIdentity)> make_engine;
  Agents& agents;
  Clock& clock;
  /// An identity that etcd's client port accepts. Empty: etcd is not observed.
  std::function<Result<http::TlsIdentity>(const Interrupt&)> etcd_identity = {};
  EtcdPace etcd_pace = {};
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

  /// Makes what the probers need in the cluster: a namespace with objects and a pod of ours, ways into nodes. `events`
  /// hears from then on what happens beside samples, from several threads.
  Status set_up(EventSink events, const Interrupt& interrupt);
  Status start(SampleSink sink, std::uint64_t seed);
  /// Whether the prober thread runs before all ordinary ones. After start.
  bool realtime_priority() { return thread_->realtime_priority(); }
  /// See ProberThread::stop. nullopt when it was never started.
  std::optional<ProberCost> stop(Duration longest, const Interrupt& abandon);
  /// Reads every object of ours back from every API server, and every counter from its pod. Returns how many reads of
  /// objects were never answered.
  Result<std::size_t> read_back(Duration longest, const Interrupt& interrupt);
  /// Removes what set_up made. Runs to its end whatever signals come.
  Status remove();
  /// The first time operations.jsonl could not be written.
  std::optional<Error> failure() const;

 private:
  explicit Instrument(InstrumentDoors doors) : doors_(std::move(doors)) {}
  Status learn_servers(const Topology& topology, const Interrupt& interrupt);
  /// `run`: its name in every object of ours, which lie in namespace_.
  Status open_audit(const Scenario& scenario, const std::string& run, const std::filesystem::path& directory);
  Result<std::string> set_up_pod(const Interrupt& interrupt);
  /// The engine, and the server that the null probers ask.
  Status start_engine();
  Status start_echo(http::TlsIdentity& identity);
  Status set_up_controllers(const Interrupt& interrupt);
  /// Who leads is observed from start on. Error: interrupted only.
  Status set_up_observer(const Interrupt& interrupt);
  EtcdWays etcd_ways(const Interrupt& interrupt);
  void make_controllers_probers(const SampleSink& sink, std::uint64_t seed);
  ScalePlace scale_place(const PlannedProber& prober) const { return {namespace_->name(), prober.name}; }
  std::vector<Companion*> companions();
  void tell(const PlannedProber& prober, const Scaling& scaling);
  void tell(const PlannedProber& prober, const CounterStep& step);

  InstrumentDoors doors_;
  Topology topology_;
  std::vector<PlannedProber> planned_;  ///< those of the controllers last: they are companions of the loop
  std::vector<AuditedServer> servers_;
  ServerTable server_table_;
  std::unique_ptr<ServerNames> server_names_;
  std::string run_;                                ///< its name in what is ours
  std::set<CounterPod> counter_pods_;              ///< that acknowledged steps; written by the prober thread
  std::unique_ptr<AuditSession> audit_;            ///< none when no objects of ours are needed
  std::unique_ptr<kube::OwnNamespace> namespace_;  ///< none when nothing is put into the cluster
  bool is_set_up_ = false;
  EventSink events_;
  std::unique_ptr<Inside> inside_;                                 ///< outlives the engine, whose connections it makes
  std::vector<std::unique_ptr<http::Connector>> etcd_connectors_;  ///< of the members of etcd, by node
  server::EchoHandler echo_handler_;
  std::unique_ptr<server::LocalServer> echo_;  ///< none when no prober asks it
  std::unique_ptr<http::Engine> engine_;
  std::vector<Prober> running_;
  std::vector<std::unique_ptr<ScaleProber>> controllers_;
  std::unique_ptr<LeadershipObserver> observer_;
  std::unique_ptr<WorkloadObserver> workloads_;
  std::unique_ptr<ProberThread> thread_;
};

}  // namespace hadrill
