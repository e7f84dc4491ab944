// Owns the bounds of every failover: how soon at the earliest and how late at the latest it may come, as a formula over
// the flags in force. Pure. docs/bounds-reference.md is the table of all of them, with sources.
#pragma once

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

/// Error (infrastructure): a flag that could not be read or is not understood, a component that was not found or has no
/// Lease, a failover that these flags leave unbounded. Never a guess.
Result<Bound> bound_of(Failover failover, const ClusterFlags& flags);

}  // namespace hadrill::bounds
