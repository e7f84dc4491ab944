// Owns the bounds of every failover: how soon at the earliest and how late at the latest it may come, as a formula over
// the flags in force. Pure. docs/bounds-reference.md is the table of all of them, with sources.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "bounds/failover.hpp"
#include "bounds/flag_reader.hpp"

namespace hadrill::bounds {

/// What every upper bound allows for the request that sees the end and for measuring it. Source: the default budgets'
/// slack.
inline constexpr Duration kSlack = std::chrono::seconds(1);
/// What API servers may need to ask another member of etcd. Source: default budgets S1 and S2.
inline constexpr Duration kReconnect = std::chrono::milliseconds(500);
/// What a new leader may need from its Lease to its first work: its informers have to be in step. Source: default
/// budgets S12, S13.
inline constexpr Duration kInformerSync = std::chrono::seconds(10);
/// What the endpoint slice controller may need from a pod that is not Ready to slices that say so: its work, and once
/// more after its shortest back-off. Source: pkg/controller/endpointslice (defaultSyncBackOff, 1 s).
inline constexpr Duration kEndpointsWritten = std::chrono::seconds(2);
/// An API server's health answer about etcd is at most this old. Source: apiserver storagebackend/factory/etcd3.go.
inline constexpr Duration kEtcdAnswerAge = std::chrono::seconds(1);
/// How long an API server asks its etcd before a health check of it is red. Source: likewise.
inline constexpr Duration kEtcdCheckTimeout = std::chrono::seconds(2);

/// From the effect of the fault (process dead, packets dropped) on: a single fault, a healthy host.
struct Bound {
  Failover failover = Failover::etcd_election;
  Duration lower{};           ///< earlier: an unsafe takeover, or a broken measurement
  Duration upper{};           ///< later: a defect
  std::string lower_formula;  ///< over the symbols of `inputs`; "0" for none
  std::string upper_formula;
  std::vector<Input> inputs;
};

/// How a kubelet finds out that a container does not answer.
struct ReadinessProbe {
  Duration period{};          ///< from one to the next
  Duration timeout{};         ///< of one that is not answered
  std::int64_t failures = 1;  ///< in a row, then the pod is not Ready
  // Of a container that starts again; where one that runs is found not Ready nobody asks.
  Duration delay{};            ///< from its start to the first one
  std::int64_t successes = 1;  ///< in a row, then it is Ready
};

/// At the latest so long after it stopped to answer a container is found not Ready: a probe was answered just before,
/// the next comes a period later, and one that is not answered may hold up its successor. Source: pkg/kubelet/prober
/// (worker.go: a ticker, one probe at a time; prober.go: a timeout is a failure and is not tried again).
Duration found_not_ready(const ReadinessProbe& probe);

/// At the latest so long after it runs a container that answers every probe is found Ready: a probe of its predecessor
/// may hold up the first one, and the last one takes its time. Source: likewise.
Duration found_ready(const ReadinessProbe& probe);

/// What history and scenario tell of a loss of nodes or pods; other failovers do not ask.
struct Loss {
  std::size_t nodes = 1;   ///< lost at once, at least one
  Duration spread{};       ///< from the effect of the first fault or target to that of the last
  bool manager = false;    ///< the leading controller manager dies as well: its successor counts anew
  Duration longest_gap{};  ///< between two requests of who measures
  /// How long the pods on these nodes tolerate that they are not reached; nullopt: not told, as the API server sets it.
  std::optional<Range<Duration>> toleration = std::nullopt;
  /// Of pods that hang, or start again: of the one that is found out last.
  std::optional<ReadinessProbe> readiness = std::nullopt;
};

/// Error (infrastructure): a flag that could not be read or is not understood, a component that was not found or has no
/// Lease, a failover that these flags leave unbounded. Never a guess.
Result<Bound> bound_of(Failover failover, const ClusterFlags& flags, const Loss& loss = {});

}  // namespace hadrill::bounds
