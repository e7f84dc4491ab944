// Owns what the events of a fault say it was done to: one target of it, told apart from all others. Pure.
#pragma once

#include <string>

#include "base/json.hpp"

namespace hadrill {

/// A member `target` of an event, or one of `targets`.
struct TargetRef {
  std::string role = {};  ///< as in the scenario
  std::string node = {};  ///< name of the node that it is, or runs on
  std::string pod = {};   ///< "NAMESPACE/NAME"; empty for what is no pod, and in histories that do not tell it

  friend bool operator==(const TargetRef&, const TargetRef&) = default;
};

/// What is missing is "?", but for the pod. `target`: the mapping itself; null where there is none.
TargetRef read_target(const Json& target);
/// That of an event with one target.
TargetRef target_of(const Json& event_data);

/// Where it is, for what names a step already: "cp1", "pod shop/web-1 on w2".
std::string place_of(const TargetRef& target);
/// "apiserver on cp1", "pod shop/web-1 on w2".
std::string to_string(const TargetRef& target);

}  // namespace hadrill
