// Owns how chains of packet filter rules get into the kernel and out of it: by the node's own iptables, so by whichever
// of its two backends (nft, legacy) the node uses.
#pragma once

#include <string>
#include <vector>

#include "agent/packet_rules.hpp"

namespace hadrill::agent {

/// All chains and rules of `table` with their counters. Error: no iptables here, or the kernel refuses.
Result<std::string> list_rules(const std::string& table);
/// Whether this node could do it, as far as that can be told without doing it.
Status try_chain(const Chain& chain);
/// Makes the chain and the jumps to it, all or nothing.
Status put_chain(const Chain& chain);
/// Takes both away, whatever there is of them. Fine when there is nothing.
Status remove_chain(const std::string& table, const std::string& name);
/// That nothing of it is left. Error: something is, or it cannot be told.
Status prove_removed(const std::string& table, const std::string& name);
/// Its state; error: it is not there as it was put.
Result<ChainState> prove_chain(const Chain& chain);
/// In words, for every chain of ours in `table`. Empty too where rules cannot be listed: none was made there.
std::vector<std::string> left_chains(const std::string& table);

Json to_json(const Chain& chain);
/// What to_json wrote.
Chain read_chain(const Json& json);

}  // namespace hadrill::agent
