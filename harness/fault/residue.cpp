#include "fault/residue.hpp"

#include <fmt/format.h>

#include <chrono>

#include "fault/cordon.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr const char* kThisMachine = "this machine";
/// For an agent to look through processes, mounts, rules and folders on a busy node.
constexpr auto kLook = 30s;

void look_at_journal(const HostJournal& journal, std::vector<Residue>& left) {
  std::vector<std::string> unreadable;
  for (const HostEntry& entry : journal.read(&unreadable)) {
    left.push_back(
        {kThisMachine, fmt::format("fault {} ({} on {}) is in the journal", entry.id, entry.fault, entry.container)});
  }
  for (const std::string& path : unreadable)
    left.push_back({kThisMachine, "journal entry " + path + " cannot be read"});
}

/// Whether an agent could be asked there.
bool look_at_container(const Node& node, const std::vector<Container>& containers, std::vector<Residue>& left) {
  for (const Container& container : containers) {
    if (container.id != node.container_id) continue;
    const ContainerState state = read_state(container.inspect);
    std::string what;
    if (!state.running) {
      what = "its container does not run";
    } else if (state.paused) {
      what = "its container is paused";
    }
    if (!what.empty()) {
      left.push_back({node.name, what});
      return false;
    }
    if (!node.address.empty() && state.address != node.address)
      left.push_back({node.name, fmt::format("it has another address: {} instead of {}", state.address, node.address)});
    return true;
  }
  left.push_back({node.name, "its container does not exist any more"});
  return false;
}

void look_inside(Agents& agents, const Node& node, const Interrupt& interrupt, std::vector<Residue>& left) {
  if (!takes_agent(node.role)) return;
  if (const Status there = agents.reach(node, interrupt); !there.ok()) {
    left.push_back({node.name, "its agent cannot be asked: " + there.error().text()});
    return;
  }
  const auto said = agents.ask(node, {{"verb", "residue"}}, kLook, interrupt);
  if (!said.ok()) {
    left.push_back({node.name, "its agent does not tell: " + said.error().text()});
    return;
  }
  for (const Json& what : json_array(*said, "/residue"))
    left.push_back({node.name, what.is_string() ? what.get<std::string>() : what.dump()});
}

/// Where no API server answers nothing is told: that is not what is looked for, and a cordon of ours stays in the
/// journal until it is seen undone.
void look_for_cordons(Docker& docker, const Topology& topology, const Interrupt& interrupt,
                      std::vector<Residue>& left) {
  const auto names = cordoned_nodes(docker, control_planes_of(topology), interrupt);
  if (!names.ok()) return;
  for (const std::string& name : *names) left.push_back({name, "it is cordoned"});
}

}  // namespace

std::vector<Residue> residue(Docker& docker, const HostJournal& journal, Agents& agents, const Topology& topology,
                             const Interrupt& interrupt) {
  std::vector<Residue> left;
  look_at_journal(journal, left);
  const auto containers = docker.cluster_containers(topology.cluster, interrupt);
  if (!containers.ok()) {
    left.push_back({kThisMachine, "the containers cannot be looked at: " + containers.error().text()});
    return left;
  }
  for (const Node& node : topology.nodes) {
    if (look_at_container(node, *containers, left)) look_inside(agents, node, interrupt, left);
  }
  look_for_cordons(docker, topology, interrupt, left);
  return left;
}

std::vector<Residue> residue(const FaultDoors& doors, const Interrupt& interrupt) {
  return residue(doors.docker, doors.journal, doors.agents, doors.topology, interrupt);
}

}  // namespace hadrill
