// Owns what all users together lost: what a sentence at the top of a report and somebody's expectation are about. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "check/intervals.hpp"

namespace hadrill {

struct Verdict;

/// How many of their requests some users lost: failed, or answered late.
struct ShareLost {
  std::string of;          ///< as UsersLoss::of
  std::size_t asked = 0;   ///< their requests, judged
  std::size_t failed = 0;  ///< of those, bad ones
  double share() const { return asked == 0 ? 0 : static_cast<double>(failed) / static_cast<double>(asked); }
};

/// Less than that share of requests is not told beside the longest outage.
inline constexpr double kShareThatHurts = 0.01;
/// So many times the requests that fall into the longest outage have to be lost for the share to be told beside it. At
/// the least twice: what falls into a stretch scatters with the random timetable of the requests.
inline constexpr double kBeyondLongest = 2;

/// What users noticed, whichever way they came.
struct UsersLoss {
  Bounds longest;          ///< longest outage of any of them: the truth for the worst one lies between
  std::string of;          ///< whose it can have been: the name of a prober, or kBehindLoadBalancer
  bool proven = false;     ///< at least one bad request of theirs cannot be the harness's own doing
  std::size_t asked = 0;   ///< their requests, judged
  std::size_t failed = 0;  ///< of those, bad ones
  /// Many short failures read as a small outage. Of the users who lost the greatest share of their requests in that
  /// way: at least kShareThatHurts, and kBeyondLongest times what falls into their longest outage, were it as long as
  /// it can be. nullopt: none did; the longest outage tells what was lost.
  std::optional<ShareLost> scattered;
};

/// What is said of all probers through the load balancer together.
inline constexpr const char* kBehindLoadBalancer = "api, behind the load balancer";

/// All probers through the load balancer together, as in `api.longest_outage`, and every other user-facing prober by
/// itself: the longest of all. Source: samples. nullopt: nobody stands for users, or there is no window.
std::optional<UsersLoss> loss_of_users(const Verdict& verdict);

}  // namespace hadrill
