// Owns what all users together lost: what a sentence at the top of a report and somebody's expectation are about. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "check/intervals.hpp"

namespace hadrill {

struct Verdict;

/// What users noticed, whichever way they came.
struct UsersLoss {
  Bounds longest;          ///< longest outage of any of them: the truth for the worst one lies between
  std::string of;          ///< whose it can have been: the name of a prober, or kBehindLoadBalancer
  bool proven = false;     ///< at least one bad request of theirs cannot be the harness's own doing
  std::size_t asked = 0;   ///< their requests, judged
  std::size_t failed = 0;  ///< of those, bad ones
};

/// What is said of all probers through the load balancer together.
inline constexpr const char* kBehindLoadBalancer = "api, behind the load balancer";

/// All probers through the load balancer together, as in `api.longest_outage`, and every other user-facing prober by
/// itself: the longest of all. Source: samples. nullopt: nobody stands for users, or there is no window.
std::optional<UsersLoss> loss_of_users(const Verdict& verdict);

}  // namespace hadrill
