#include "history/target.hpp"

namespace hadrill {

TargetRef read_target(const Json& target) {
  return {json_text(target, "/role", "?"), json_text(target, "/node", "?"), json_text(target, "/pod")};
}

TargetRef target_of(const Json& event_data) {
  const bool has = event_data.is_object() && event_data.contains("target");
  return read_target(has ? event_data.at("target") : Json());
}

std::string place_of(const TargetRef& target) {
  return target.pod.empty() ? target.node : "pod " + target.pod + " on " + target.node;
}

std::string to_string(const TargetRef& target) {
  return target.pod.empty() ? target.role + " on " + target.node : place_of(target);
}

}  // namespace hadrill
