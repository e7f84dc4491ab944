// Owns what the API tells of the Leases by which leaders are elected. Pure: bytes to values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace hadrill {

/// The Leases that are watched: of kube-system, by which controller manager and scheduler elect their leaders.
inline constexpr const char* kControllerManagerLease = "kube-controller-manager";
inline constexpr const char* kSchedulerLease = "kube-scheduler";

/// A consistent list of all Leases of kube-system.
std::string leases_path();

/// One version of one Lease.
struct LeaseState {
  std::string name;
  std::int64_t version = 0;
  std::string holder;  ///< empty: given up
  std::int64_t transitions = 0;
  Duration duration{};
  std::int64_t renewed_ns = 0;   ///< since the Unix epoch; 0: it does not say
  std::int64_t acquired_ns = 0;  ///< likewise

  friend bool operator==(const LeaseState&, const LeaseState&) = default;
};

struct LeaseList {
  std::int64_t version = 0;
  std::vector<LeaseState> leases;  ///< of those that are watched
};
/// nullopt: not a list of Leases, whole.
std::optional<LeaseList> read_lease_list(std::string_view body);

/// One line of a watch.
struct LeaseLine {
  enum class Kind { changed, other, expired, failed };
  Kind kind = Kind::other;
  std::int64_t version = 0;  ///< of changed and other: everything up to it has been told
  LeaseState lease = {};     ///< of changed: one that is watched
  std::string reason = {};   ///< of expired and failed
};
/// nullopt: not a line of a watch of Leases.
std::optional<LeaseLine> read_lease_line(std::string_view line);

}  // namespace hadrill
