// Owns how the agent speaks to etcd: by the node's curl to the JSON gateway, with the identity that kubeadm made for
// health checks. etcdctl is not in every node image.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/trouble.hpp"

namespace hadrill::agent {

/// The member of this node.
inline constexpr const char* kLocalEtcd = "https://127.0.0.1:2379";

/// One row of the member list. Ids are decimal, as the gateway writes 64-bit numbers.
struct EtcdMember {
  std::string id;
  std::string name;  ///< empty until it was started for the first time
  std::vector<std::string> peer_urls;
  std::vector<std::string> client_urls;  ///< empty until it was started
  bool learner = false;

  bool is_started_voter() const { return !name.empty() && !client_urls.empty() && !learner; }
  bool has_peer_url(const std::string& url) const;
};

/// What a member says of itself.
struct EtcdStatus {
  std::string cluster_id;  ///< the same for all members of one history, another after a restore
  std::string member_id;
  std::string leader_id;  ///< "0" or empty while there is none
  std::uint64_t term = 0;
  std::uint64_t index = 0;     ///< last entry of the log
  std::uint64_t applied = 0;   ///< of those, applied
  std::uint64_t revision = 0;  ///< of the key space
  bool learner = false;

  bool knows_leader() const { return !leader_id.empty() && leader_id != "0"; }
};

/// The command that sends `body` to `method` of the member at `url` and prints the answer; given up after `seconds`.
std::vector<std::string> etcd_request(const std::string& url, const std::string& method, const Json& body,
                                      const std::string& seconds);
/// Sends `body` to `method` ("cluster/member/list") of the member at `url`. Error: no answer, or etcd said no.
Result<Json> ask_etcd(const std::string& url, const std::string& method, const Json& body);
/// The first of `urls` that does it. Error: what the last one said.
Result<Json> ask_any_etcd(const std::vector<std::string>& urls, const std::string& method, const Json& body);

/// The member list as a majority has it. Error also: no majority answers.
Result<std::vector<EtcdMember>> etcd_members(const std::vector<std::string>& urls);
Result<EtcdStatus> etcd_status(const std::string& url);

/// What the gateway's answers say; pure.
Result<Json> read_gateway_answer(const std::string& text);
std::vector<EtcdMember> read_members(const Json& answer);
EtcdStatus read_status(const Json& answer);

}  // namespace hadrill::agent
