#include "fault/heal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cluster/environment.hpp"
#include "fault/cordon.hpp"
#include "fault/host_undo.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// For an agent to undo all it has: a unit may take a minute and a half to start.
constexpr auto kUndo = 120s;
/// Where kind's nodes keep the address they had when they last started.
constexpr const char* kOldAddress = "/kind/old-ipv4";

/// Containers that are down or paused, whether or not anybody wrote down why.
Result<std::vector<HostEntry>> find_broken(Docker& docker, const std::string& cluster, const Interrupt& interrupt) {
  const auto containers = docker.cluster_containers(cluster, interrupt);
  if (!containers.ok()) return containers.error();
  std::vector<HostEntry> broken;
  for (const Container& container : *containers) {
    const ContainerState state = read_state(container.inspect);
    if (state.running && !state.paused) continue;
    HostEntry entry{};
    entry.container_id = state.id;
    entry.container = state.name;
    entry.network = state.network;
    entry.address = state.address;
    if (entry.address.empty()) {
      const auto kept = docker.first_word(state.id, kOldAddress, interrupt);
      if (kept.ok()) entry.address = *kept;
    }
    broken.push_back(std::move(entry));
  }
  return broken;
}

/// Nodes that are cordoned, whether or not anybody wrote down why; none when the API cannot say.
std::vector<HostEntry> find_cordoned(Docker& docker, const Topology& topology, const Interrupt& interrupt) {
  std::vector<HostEntry> cordoned;
  const std::vector<std::string> control_planes = control_planes_of(topology);
  const auto names = cordoned_nodes(docker, control_planes, interrupt);
  if (!names.ok()) return cordoned;
  for (const std::string& name : *names) {
    const Node* const node = topology.find(name);
    if (node == nullptr) continue;
    HostEntry entry{};
    entry.container_id = node->container_id;
    entry.container = name;
    entry.undo = HostUndo::uncordon;
    entry.control_planes = control_planes;
    cordoned.push_back(std::move(entry));
  }
  return cordoned;
}

/// In words: what became of it.
std::string healed_text(const HostEntry& entry) {
  const bool node = entry.undo == HostUndo::uncordon;
  if (entry.id.empty())
    return entry.container + (node ? ": it was cordoned, and is schedulable" : ": it was down or paused, and runs");
  return fmt::format("{}: fault {} ({}), {}", entry.container, entry.id, entry.fault,
                     node ? "it is schedulable" : "its container runs");
}

/// What the journal has of that kind, and what was `found` without being in it.
void undo_on_this_machine(Docker& docker, const HostJournal& journal, HostUndo kind,
                          const std::vector<HostEntry>& found, const Interrupt& interrupt, HealReport& report) {
  std::vector<HostEntry> entries = journal.read();
  std::erase_if(entries, [kind](const HostEntry& entry) { return entry.undo != kind; });
  for (const HostEntry& one : found) {
    // What the journal knows, it knows better.
    const bool known = std::any_of(entries.begin(), entries.end(),
                                   [&](const HostEntry& entry) { return entry.container_id == one.container_id; });
    if (!known) entries.push_back(one);
  }
  for (const HostOutcome& outcome : heal_on_host(docker, journal, entries, interrupt)) {
    if (outcome.trouble.empty()) report.healed.push_back(healed_text(outcome.entry));
    if (!outcome.trouble.empty()) report.left.push_back({outcome.entry.container, outcome.trouble});
  }
}

Topology nodes_of(const std::string& cluster, const std::vector<Container>& containers) {
  Topology topology{cluster, {}};
  for (const Container& container : containers) {
    const auto role = read_role(container.inspect);
    if (!role) continue;
    const ContainerState state = read_state(container.inspect);
    topology.nodes.push_back({state.name, *role, state.id, state.address, {}});
  }
  std::sort(topology.nodes.begin(), topology.nodes.end(), [](const Node& a, const Node& b) { return a.name < b.name; });
  return topology;
}

/// Undoes what the node's agent has. Error: something stays in its journal, where the question for residue finds it.
Status undo_inside(Agents& agents, const Node& node, const Interrupt& interrupt, HealReport& report) {
  if (!takes_agent(node.role)) return Ok{};              // nothing is made inside it
  if (!agents.reach(node, interrupt).ok()) return Ok{};  // told as residue
  const auto said = agents.ask(node, {{"verb", "heal"}}, kUndo, interrupt);
  if (!said.ok()) return said.error();
  for (const Json& id : json_array(*said, "/healed"))
    report.healed.push_back(fmt::format("{}: fault {}", node.name, id.is_string() ? id.get<std::string>() : id.dump()));
  return Ok{};
}

/// Every node, and once more those that failed: what one waits for (a quorum, all API servers) may have been for
/// another to undo.
Status undo_in_nodes(Agents& agents, const Topology& topology, const Interrupt& interrupt, HealReport& report) {
  std::vector<Node> failed;
  for (const Node& node : topology.nodes) {
    if (interrupt.raised()) return interrupted_error("heal");
    if (!undo_inside(agents, node, interrupt, report).ok()) failed.push_back(node);
  }
  for (const Node& node : failed) {
    if (interrupt.raised()) return interrupted_error("heal");
    const Status undone = undo_inside(agents, node, interrupt, report);
    if (!undone.ok()) report.left.push_back({node.name, undone.error().text()});
  }
  return Ok{};
}

}  // namespace

Result<HealReport> heal_cluster(Docker& docker, const HostJournal& journal, Agents& agents, const std::string& cluster,
                                const Interrupt& interrupt) {
  HealReport report;
  const auto broken = find_broken(docker, cluster, interrupt);
  if (!broken.ok()) return broken.error();
  // An agent that starts undoes what a dead one left, and tells so.
  agents.on_news([&report](const AgentNews& news) {
    if (news.kind == AgentNews::Kind::healed && news.trouble.empty())
      report.healed.push_back(fmt::format("{}: fault {}", news.node, news.id));
  });
  undo_on_this_machine(docker, journal, HostUndo::container, *broken, interrupt, report);
  const auto containers = docker.cluster_containers(cluster, interrupt);
  if (!containers.ok()) return containers.error();
  const Topology topology = nodes_of(cluster, *containers);
  if (const Status undone = undo_in_nodes(agents, topology, interrupt, report); !undone.ok()) return undone.error();
  // Last: it needs an API, which what was undone so far may have taken.
  undo_on_this_machine(docker, journal, HostUndo::uncordon, find_cordoned(docker, topology, interrupt), interrupt,
                       report);
  for (Residue& left : residue(docker, journal, agents, topology, interrupt)) report.left.push_back(std::move(left));
  agents.on_news({});
  if (interrupt.raised()) return interrupted_error("heal");
  return report;
}

}  // namespace hadrill
