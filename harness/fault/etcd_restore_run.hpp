// Owns one restore of etcd from a snapshot: its steps on every control plane, and what it cost.
#pragma once

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {

/// What is in the journals of the nodes for one restore: the ids of its parts. Undone in this order; each part can be
/// undone alone, after any death.
struct RestoreIds {
  explicit RestoreIds(const std::string& fault)
      : restore(fault), stop(fault + "-stop"), watch(fault + "-watch"), folder(fault + "-copy") {}

  std::string restore;  ///< control planes: a member has the snapshot's data instead of its own
  std::string stop;     ///< control planes: etcd is down, between the loss and the start on the snapshot
  std::string watch;    ///< all nodes: whoever watches the API starts anew once the original data is back
  std::string folder;   ///< control planes: what restoring needs, beside etcd's data
};

/// What is asked of an agent for the first two parts that change anything.
AgentRequest folder_request(bool snapshot);
AgentRequest stop_request();

class EtcdRestoreRun {
 public:
  /// `age`: how old the snapshot is when everything is lost. All must outlive this.
  EtcdRestoreRun(const FaultDoors& doors, const Injection& injection, Duration age, const Interrupt& interrupt);

  /// From the snapshot to the moment in which all members serve it and an API server is ready. Evidence: how much was
  /// lost and how long it took ("measures"). Error: the caller undoes what was done.
  Result<InjectionProof> run();

 private:
  /// When something was first seen: not yet at `not_before`, by `at`.
  struct FirstSeen {
    Instant not_before;
    Instant at;
  };

  Status take_snapshot();
  Status stop_etcd();
  Status exchange_data();
  Status prepare_return();
  Status start_etcd();
  Status see_it_serve();
  bool api_serves() const;
  /// Evidence of etcd, when it serves the restored data everywhere.
  std::optional<Json> etcd_serves() const;
  InjectionProof proof() const;

  const FaultDoors& doors_;
  const Injection& injection_;
  const RestoreIds ids_;
  Duration age_;
  const Interrupt& interrupt_;
  std::vector<Node> members_;  ///< the source of the snapshot first
  std::vector<Json> folders_;  ///< evidence of each one's folder
  InjectionProof snapshot_;    ///< when and of what revision it was taken
  std::uint64_t last_revision_ = 0;
  Instant t0_lower_;  ///< T0: the end of the first member
  Instant t0_upper_;
  Instant all_down_;  ///< by then every member had ended
  std::optional<FirstSeen> api_;
  std::optional<FirstSeen> etcd_;
  Json served_;  ///< evidence of etcd on the restored data
};

}  // namespace hadrill
