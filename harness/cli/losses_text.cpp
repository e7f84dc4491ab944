#include "cli/losses_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace hadrill::cli {
namespace {

/// What does not serve for some time, node by node.
std::string radius_text(const std::vector<Loss>& losses) {
  std::map<std::string, std::vector<std::string>> by_node;
  for (const Loss& loss : losses) {
    auto& roles = by_node[loss.node];
    const std::string role = to_string(loss.role);
    if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
  }
  std::vector<std::string> parts;
  for (const auto& [node, roles] : by_node) parts.push_back(fmt::format("{} on {}", fmt::join(roles, ", "), node));
  return parts.empty() ? "nothing stops serving" : fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

std::string losses_text(const std::vector<Loss>& losses, const std::vector<RoleImpact>& impacts,
                        const std::vector<Remains>& remains) {
  std::string text = fmt::format("  blast radius: {}\n", radius_text(losses));
  for (const RoleImpact& impact : impacts) {
    text +=
        fmt::format("  {}: {}\n", impact.text(), impact.kept() ? "the rest goes on serving" : "NOT ENOUGH TO SERVE");
  }
  for (const Remains& one : remains)
    text += fmt::format("  {}{}\n", one.text(), one.remaining > 0 ? "" : ": NOBODY ANSWERS until one is ready again");
  if (impacts.empty() && remains.empty()) {
    text +=
        "  none is lost of what is counted: etcd members, API servers, load balancers, controller managers,\n"
        "  schedulers, workers, ready pods of the Services that are asked (not: what is slow or hard to reach)\n";
  }
  return text;
}

}  // namespace hadrill::cli
