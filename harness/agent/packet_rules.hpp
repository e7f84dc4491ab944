// Owns the text of the packet filter rules of faults: which packets, what becomes of them, where that stands. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/routes.hpp"
#include "agent/trouble.hpp"

namespace hadrill::agent {

/// Which packets of this node a fault is about.
struct PacketChoice {
  std::vector<std::string> peers;  ///< the other side: IPv4 addresses and networks
  std::vector<int> ports;          ///< TCP ports, at most 15; empty: every packet of any protocol
  bool served = false;             ///< only connections to this node's `ports`; else also those it makes to others
};

/// Members "peers" (addresses, at least one), "ports", "served" of a request. What `routes` send through a peer becomes
/// a peer too: its pods. Error: what is wrong with them.
Result<PacketChoice> read_packet_choice(const Json& parameters, const std::vector<Route>& routes);

enum class Way { in, out };
/// Matches of iptables for the packets that come from the peers (in) or go to them (out), one for each peer.
std::vector<std::string> packet_matches(const PacketChoice& choice, Way way);

/// A chain of our own and where it is jumped to from.
struct Chain {
  std::string table;               ///< "filter" or "mangle"
  std::string name;                ///< chain_name()
  std::vector<std::string> hooks;  ///< built-in chains that jump to it, before all else
  std::vector<std::string> rules;  ///< match and target of each, in order
};

/// What all our chains begin with.
inline constexpr const char* kChainPrefix = "HADRILL-";
/// The chain of fault `id`: ids may be longer than what iptables allows (28), so it is a hash of it.
std::string chain_name(const std::string& id);
/// 32 bits of `id` (FNV-1a).
std::uint32_t hash_of(const std::string& id);

/// For `iptables-restore --noflush`: makes all of it, or nothing.
std::string putting_script(const Chain& chain);
/// The same for taking away whatever `listing` (of `iptables -S`) has of chain `name`; "" when it has nothing.
std::string removing_script(const std::string& table, const std::string& name, const std::string& listing);

/// What `iptables -v -S` shows of a chain.
struct ChainState {
  bool exists = false;
  std::size_t rules = 0;
  std::size_t jumps = 0;
  std::size_t first_jumps = 0;  ///< jumps that nothing stands before
  std::uint64_t packets = 0;    ///< that met a rule; those let pass on purpose (RETURN) not counted
};
ChainState chain_state(const std::string& name, const std::string& listing);
/// All chains of ours in it.
std::vector<std::string> our_chains(const std::string& listing);

}  // namespace hadrill::agent
