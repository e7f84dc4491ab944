// Owns reading the log of a member of etcd for what it says of leaders. Its own dates are finer than any look from
// outside; where there is no such log, the looks remain.
#pragma once

#include "cluster/docker.hpp"

namespace hadrill {

/// One line about who leads.
struct EtcdLogLine {
  enum class Kind {
    leads,  ///< the member became leader
    lost,   ///< the member knows of no leader any more, or of another one than `leader`
  };
  Kind kind = Kind::leads;
  std::int64_t realtime_ns = 0;  ///< as the member dates it, since the Unix epoch; microseconds
  std::string member;            ///< id, as maintenance/status writes it: decimal
  std::string leader;            ///< lost: the one that it named before
  std::int64_t term = 0;
};

/// The lines about leaders in a container's log as the kubelet keeps it, in its order. Whatever else there is, and what
/// is of another form, is left out.
std::vector<EtcdLogLine> read_etcd_lines(std::string_view log);

/// The last lines about raft in the logs of the etcd containers on `node`. Error: infrastructure, when the node does
/// not let itself be asked.
Result<std::vector<EtcdLogLine>> read_etcd_log(Docker& docker, const std::string& node, const Interrupt& interrupt);

}  // namespace hadrill
