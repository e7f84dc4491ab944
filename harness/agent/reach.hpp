// Owns how far away a peer is: the time in which a TCP connection to it is answered.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/patience.hpp"

namespace hadrill::agent {

/// Time until `address` accepts a connection to `port` or refuses it, which is as good an answer. nullopt: no answer
/// within `longest`.
std::optional<std::chrono::nanoseconds> time_of_answer(const std::string& address, int port, Patience& patience,
                                                       std::chrono::milliseconds longest);

/// The port to ask peers on when a fault is about `ports`; about all: the kubelet's, as good as any.
inline int port_to_ask(const std::vector<int>& ports) {
  constexpr int kKubelet = 10250;
  return ports.empty() ? kKubelet : ports.front();
}

}  // namespace hadrill::agent
