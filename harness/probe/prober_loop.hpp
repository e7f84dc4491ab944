// Owns the open loop: sends every slot when it is due, whatever became of earlier ones, and hands on one sample per
// slot.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/interrupt.hpp"
#include "history/sample.hpp"
#include "http/engine.hpp"
#include "probe/companion_errands.hpp"
#include "probe/operation.hpp"
#include "probe/schedule.hpp"
#include "probe/server_names.hpp"
#include "probe/server_table.hpp"

namespace hadrill {

/// Receives each sample once, in the order requests end. False stops the loop: nothing can be kept any more.
using SampleSink = std::function<bool(const Sample&)>;

/// Bounds on requests in flight, so that a service that hangs cannot make the harness grow.
struct InFlightLimits {
  /// Of one prober: as many as 10 s at 100 requests/s.
  std::size_t prober = 1000;
  /// Of all together. Each may have a TLS connection of its own, also of those that share one as long as it works: who
  /// comes while it is being opened, which a server that hangs does not let end, opens another. That takes some 67 kB,
  /// most of it within OpenSSL and libcurl, so that a hanging service never costs more than 100 MB. All standard
  /// probers but the null probers, which do not hang with the cluster, have 940 in flight on average then. Probers that
  /// together would exceed it share it in proportion.
  std::size_t loop = 1100;
};

/// A prober that can run: when, how, and what it asks.
struct Prober {
  Duration period{};
  Duration timeout{};  ///< hard timeout of a request
  http::ConnectionUse connection = http::ConnectionUse::fresh;
  std::unique_ptr<Operation> operation;
  http::Connector* connector = nullptr;  ///< see http::Request
};

/// How many requests each prober may have in flight: timeout / shortest gap between two slots + 2, within `limits`,
/// and at least 2. More than that can only be in flight when something below does not honour the timeout.
std::vector<std::size_t> in_flight_caps(const std::vector<Prober>& probers, const InFlightLimits& limits);

/// Who takes part. All of it must outlive the loop.
struct ProberLoad {
  std::vector<Prober>& probers;             ///< Sample::prober and the engine's lane is the index; at least one
  std::vector<Companion*> companions = {};  ///< lanes after the probers'
  const ServerTable& servers;
  ServerNames* names = nullptr;  ///< of servers that are in no table; nullptr: those stay unknown
};

class ProberLoop final {
 public:
  /// All references must outlive the loop. `start`: slot 0 of every prober is due within one period after it.
  ProberLoop(const ProberLoad& load, http::Engine& engine, Clock& clock, SampleSink sink, Instant start,
             std::uint64_t seed, const InFlightLimits& limits = {});

  /// Runs until `stop` is raised or the sink gives up.
  void run(const Interrupt& stop);
  /// After run: waits for requests in flight and for the companions, at most until `deadline`; requests left become
  /// Outcome::aborted samples. Everything is cancelled then.
  void drain(Instant deadline, const Interrupt& abandon);

 private:
  void send_slot(const Slot& slot);
  void hand_on_unsent(const Slot& slot);
  void finish(const http::Finished& finished);
  void finish_slot(const Slot& slot, const http::Transfer& transfer);
  void hand_on(const Sample& sample);
  bool drained() const;
  void abandon_the_rest();

  ProberLoad load_;
  http::Engine& engine_;
  Clock& clock_;
  SampleSink sink_;
  Schedule schedule_;
  std::vector<std::size_t> caps_;
  std::vector<std::size_t> in_flight_count_;
  std::unordered_map<std::uint64_t, Slot> in_flight_;
  CompanionErrands errands_;
  bool sink_gave_up_ = false;
};

}  // namespace hadrill
