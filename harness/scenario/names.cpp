#include <fmt/format.h>

#include "scenario/scenario.hpp"

namespace hadrill {

std::string to_string(TargetRole role) {
  switch (role) {
    case TargetRole::apiserver:
      return "apiserver";
    case TargetRole::etcd:
      return "etcd";
    case TargetRole::controller_manager:
      return "controller-manager";
    case TargetRole::scheduler:
      return "scheduler";
  }
  return "unknown";
}

std::string to_string(const Selector& select) {
  switch (select.kind) {
    case Selector::Kind::one:
      return "one";
    case Selector::Kind::all:
      return "all";
    case Selector::Kind::fixed:
      return fmt::format("fixed: {}", select.count);
    case Selector::Kind::node:
      return fmt::format("node: {}", select.node);
    case Selector::Kind::leader:
      return "leader";
    case Selector::Kind::follower:
      return "follower";
  }
  return "unknown";
}

std::string to_string(ConnectionClass connection) { return connection == ConnectionClass::fresh ? "new" : "reused"; }

std::string to_string(ProbePath path) { return path == ProbePath::load_balancer ? "load-balancer" : "each-api-server"; }

}  // namespace hadrill
