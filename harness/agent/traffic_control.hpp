// Owns how queueing disciplines get onto the interface of a node and off it, by the node's own tc.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/packet_rules.hpp"

namespace hadrill::agent {

/// Handle of the root discipline of fault `id`, "4aXX:"; nobody else begins with 4a.
std::string discipline_handle(const std::string& id);

/// For `tc -batch -`: packets to the peers of `choice` wait delay +- jitter (netem) on their way out of `device`, all
/// others pass.
std::string delaying_script(const std::string& device, const std::string& handle, const PacketChoice& choice,
                            std::chrono::microseconds delay, std::chrono::microseconds jitter);
/// All that leaves `device` limited to `kilobits` per second (tbf).
std::string limiting_script(const std::string& device, const std::string& handle, std::int64_t kilobits);

/// What `tc qdisc show dev DEVICE` says stands at the root.
struct RootDiscipline {
  std::string kind;
  std::string handle;  ///< "0:" for the one that the kernel puts there itself
};
/// Empty members when there is none.
RootDiscipline root_discipline(const std::string& listing);

/// Whether the kernel could do `script`, written for the device "lo": tried in a network of its own, which is gone
/// afterwards. Error: it could not, with the reason.
Status try_script(const std::string& script);
/// That nothing but the kernel's own stands at the root of `device`. Error: what does.
Status free_root(const std::string& device);
Status run_script(const std::string& script);
/// That our discipline stands there. Returns `tc -s qdisc show`. Error: it does not.
Result<std::string> prove_root(const std::string& device, const std::string& handle);
/// Takes ours away. Fine when it is not there, or the device is not.
Status remove_root(const std::string& device, const std::string& handle);
/// That ours is not there.
Status prove_root_removed(const std::string& device, const std::string& handle);
/// In words, for every root discipline of ours of that kind ("prio", "tbf") on any device.
std::vector<std::string> left_disciplines(const std::string& kind);

}  // namespace hadrill::agent
