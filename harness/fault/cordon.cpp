#include "fault/cordon.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <sstream>

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookTimeout = 20s;
/// With the patience of an uncordon in it.
constexpr auto kUncordonTimeout = 60s;
/// How many times, a second apart, an uncordon asks whether the API is there, when it was not anywhere at first.
constexpr const char* kPatience = "15";

constexpr const char* kFunctions = R"sh(set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf
api() { kubectl --server "https://$(cat /proc/sys/kernel/hostname):6443" --request-timeout 10s "$@"; }
drains() { pgrep -f "drain $1 " || true; }
)sh";

/// Prints "NAME/UNSCHEDULABLE DRAINS", or "none" for a node that is not registered. $1: node.
constexpr const char* kLookScript = R"sh(
said=$(api get node "$1" --ignore-not-found -o jsonpath='{.metadata.name}/{.spec.unschedulable}')
echo "${said:-none} $(drains "$1" | wc -l)"
)sh";

constexpr const char* kReadyScript = R"sh(
api get --raw /readyz
)sh";

/// $1: node, $2: how many times to ask whether the API is there.
constexpr const char* kUncordonScript = R"sh(
for process in $(drains "$1"); do kill -KILL "$process" 2>/dev/null || true; done
tries=$2
until api get --raw /readyz >/dev/null; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || exit 1
  sleep 1
done
[ -z "$(api get node "$1" --ignore-not-found -o name)" ] || api uncordon "$1"
)sh";

/// Prints "node/NAME" for each.
constexpr const char* kListScript = R"sh(
api get nodes --field-selector spec.unschedulable=true -o name
)sh";

/// The last words of a script's trouble, without the script.
Error brief(const std::string& where, const Error& error) {
  if (error.kind == ErrorKind::interrupted) return error;
  return infrastructure_error(where, error.detail.empty() ? error.message : last_lines(error.detail, 3));
}

}  // namespace

std::string kube_script(const std::string& script) { return kFunctions + script; }

std::vector<std::string> control_planes_of(const Topology& topology) {
  std::vector<std::string> names;
  for (const Node& node : topology.with_role(NodeRole::control_plane)) names.push_back(node.name);
  return names;
}

Result<std::string> in_a_control_plane(Docker& docker, const std::vector<std::string>& control_planes,
                                       const std::string& script, const std::vector<std::string>& words,
                                       Duration timeout, const Interrupt& interrupt) {
  std::optional<Error> first;
  for (const std::string& container : control_planes) {
    std::vector<std::string> argv{"sh", "-c", kube_script(script)};
    argv.insert(argv.end(), words.begin(), words.end());
    auto done = docker.exec(container, argv, {}, timeout, interrupt);
    if (done.ok()) return std::move(done->out);
    if (interrupt.raised()) return done.error();
    if (!first) first = brief("in node " + container, done.error());
  }
  if (first) return *first;
  return infrastructure_error("cluster", "it has no control plane to ask");
}

Result<std::vector<std::string>> answering_first(Docker& docker, std::vector<std::string> control_planes,
                                                 const Interrupt& interrupt) {
  Error error = infrastructure_error("cluster", "it has no control plane to ask");
  for (auto one = control_planes.begin(); one != control_planes.end(); ++one) {
    const auto said = in_a_control_plane(docker, {*one}, kReadyScript, {"hadrill-look"}, kLookTimeout, interrupt);
    if (!said.ok()) {
      error = said.error();
      continue;
    }
    std::rotate(control_planes.begin(), one, one + 1);
    return control_planes;
  }
  return error;
}

Result<NodeLook> look_at_node(Docker& docker, const std::vector<std::string>& control_planes, const std::string& node,
                              const Interrupt& interrupt) {
  const auto said =
      in_a_control_plane(docker, control_planes, kLookScript, {"hadrill-look", node}, kLookTimeout, interrupt);
  if (!said.ok()) return said.error();
  std::istringstream in(*said);
  NodeLook look;
  std::string state;
  in >> state >> look.drains;
  look.registered = state != "none";
  look.cordoned = state == node + "/true";
  if (look.registered && !look.cordoned && state != node + "/")
    return infrastructure_error(node, "the API does not say whether it is cordoned: " + *said);
  return look;
}

Result<Json> prove_schedulable(Docker& docker, const std::vector<std::string>& control_planes, const std::string& node,
                               const Interrupt& interrupt) {
  const auto look = look_at_node(docker, control_planes, node, interrupt);
  if (!look.ok()) return look.error();
  if (!look->registered) return Json{{"removed", true}};
  if (look->cordoned) return infrastructure_error(node, "it is cordoned");
  if (look->drains > 0) return infrastructure_error(node, "it is still being drained");
  return Json{{"schedulable", true}};
}

Result<Json> uncordon(Docker& docker, const std::vector<std::string>& control_planes, const std::string& node,
                      const Interrupt& interrupt) {
  // First whoever answers at once: the first of them may be what is broken.
  auto done = in_a_control_plane(docker, control_planes, kUncordonScript, {"hadrill-uncordon", node, "1"},
                                 kUncordonTimeout, interrupt);
  if (!done.ok() && !interrupt.raised()) {
    done = in_a_control_plane(docker, control_planes, kUncordonScript, {"hadrill-uncordon", node, kPatience},
                              kUncordonTimeout, interrupt);
  }
  auto proof = prove_schedulable(docker, control_planes, node, interrupt);
  if (!proof.ok() && !done.ok()) return done.error();
  return proof;
}

Result<std::vector<std::string>> cordoned_nodes(Docker& docker, const std::vector<std::string>& control_planes,
                                                const Interrupt& interrupt) {
  const auto said = in_a_control_plane(docker, control_planes, kListScript, {"hadrill-look"}, kLookTimeout, interrupt);
  if (!said.ok()) return said.error();
  std::istringstream in(*said);
  std::vector<std::string> names;
  for (std::string name; in >> name;) names.push_back(name.substr(name.find('/') + 1));
  return names;
}

}  // namespace hadrill
