// Owns the audit's part of a run, from the first object to the last read: what is shared, who watches, who reads back.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "probe/recovery_reader.hpp"
#include "probe/register_set_up.hpp"
#include "probe/watcher.hpp"

namespace hadrill {

/// An API server that can be reached past the load balancer.
struct AuditedServer {
  std::string name;                ///< node name
  std::string base;                ///< scheme, host and port
  std::string certificate_serial;  ///< of its serving certificate; may be empty
};

/// A prober or watcher as the audit sees it. `endpoint` is the name of an AuditedServer, or of something in front of
/// all of them.
struct AuditedVantage {
  std::string name;
  std::string endpoint;
  std::string base;
};

struct AuditPlan {
  std::string run;         ///< unique
  std::string name_space;  ///< of this run alone; there when set_up is called
  std::string write_base;  ///< where objects are made and recovered: the load balancer
  std::string write_endpoint;
  ObjectNumber ring = 0;  ///< from ring_for; at least one
  std::vector<AuditedServer> servers;
  std::vector<AuditedVantage> probers;  ///< all of them, in order: the index of each is its vantage
  std::vector<AuditedVantage> watchers;
};

/// In this order: open, set_up, the probers with access() and companions(), read_back. Not thread-safe.
class AuditSession {
 public:
  /// Objects that the list operation lists.
  static constexpr ObjectNumber kListed = 8;

  /// Makes operations.jsonl. Error: infrastructure.
  static Result<std::unique_ptr<AuditSession>> open(const std::filesystem::path& path, const AuditPlan& plan,
                                                    Clock& clock);

  Status set_up(http::Client& client, const Interrupt& interrupt);
  AuditAccess access() { return {place_, registers_, log_, servers_, clock_}; }
  const ServerTable& servers() const { return servers_; }
  /// Live as long as the session.
  std::vector<Companion*> companions();
  /// See hadrill::read_back: every object from every API server, within `longest`.
  Result<std::size_t> read_back(http::Client& client, Duration longest, const Interrupt& interrupt);
  /// The first time the history could not be written: then the run is an error.
  const std::optional<Error>& failure() const { return log_.failure(); }

 private:
  AuditSession(const AuditPlan& plan, OperationWriter log, Clock& clock);

  AuditPlan plan_;
  RegisterPlace place_;
  Registers registers_;
  OperationWriter log_;
  ServerTable servers_;
  Clock& clock_;
  std::unique_ptr<RecoveryReader> recovery_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
};

/// The history's header: vantages are the probers, the watchers, one "final.NODE" for each server, and "recovery".
OperationHeader audit_header(const AuditPlan& plan);

}  // namespace hadrill
