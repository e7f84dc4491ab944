// Owns where set-up left things: kind and the images it chose, read from prepared.json
// (kind-configs/images/prepare.sh).
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace hadrill {

/// Folders outside the project, by the XDG base directory convention.
struct Folders {
  std::filesystem::path cache;  ///< $XDG_CACHE_HOME/hadrill: what set-up built, and the run lock
  std::filesystem::path state;  ///< $XDG_STATE_HOME/hadrill: which clusters are ours; empty when there are none

  /// Error: usage when neither HOME nor the XDG variables are set.
  static Result<Folders> from_environment();
};

struct Prepared {
  std::string kind;  ///< path of the kind program
  std::string node_image;
  std::string load_balancer_image;  ///< kind's, or what stands in for it
  std::string front_door_image;     ///< with nginx and haproxy; empty when set-up made none
};

/// What makes those products.
inline constexpr const char* kHowToPrepare =
    "run `make images`, or kind-configs/images/prepare.sh of an installed hadrill";

/// Error: infrastructure, telling to run `make images`, when set-up has not been run or its products are gone.
Result<Prepared> read_prepared(const std::filesystem::path& cache);

}  // namespace hadrill
