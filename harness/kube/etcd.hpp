// Owns what an etcd member says of itself, read from its JSON gateway (v3/maintenance/status, v3/cluster/member/list).
#pragma once

#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace hadrill::kube {

struct EtcdStatus {
  std::string cluster_id;  ///< the same for all members of one history, another after a restore; decimal
  std::string member_id;   ///< decimal, as the gateway writes 64-bit numbers
  std::string leader_id;   ///< "0" or empty while there is none
  std::uint64_t raft_term = 0;
  std::uint64_t raft_index = 0;
  std::uint64_t applied_index = 0;
  bool learner = false;
  int members = 0;  ///< started voters and learners in the member list
};

/// Reads the two answers, each one JSON object, one per line: status first, member list second.
Result<EtcdStatus> read_etcd_status(const std::string& lines, const std::string& node);

}  // namespace hadrill::kube
