// A stand-in for a run, for tests: makes one fault through the container engine and holds it.
//   engine_driver CLUSTER GUARD FAULT CONTAINER ID TTL [PARAMETERS]   makes it and prints "proven LOWER_NS UPPER_NS
//     EVIDENCE", then answers lines on standard input, "prove", "heal" and "residue", until that ends; parameters as
//     JSON
//   engine_driver guard --cluster CLUSTER                             what `hadrill guard` does; so it may be its own
//     GUARD
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "base/duration.hpp"
#include "cluster/environment.hpp"
#include "cluster/prepared.hpp"
#include "cluster/record.hpp"
#include "fault/catalogue.hpp"
#include "fault/residue.hpp"
#include "process/boost_runner.hpp"

using namespace hadrill;

namespace {

int fail(const Error& error) {
  fmt::print("error: {}\n", error.text());
  std::fflush(stdout);
  return 1;
}

void say(const char* word, const Result<Json>& result) {
  if (result.ok()) fmt::print("{} {}\n", word, result->dump());
  if (!result.ok()) fail(result.error());
  std::fflush(stdout);
}

Topology nodes_of(Docker& docker, const std::string& cluster) {
  Topology topology{cluster, {}};
  const auto containers = docker.cluster_containers(cluster, Interrupt::never());
  if (!containers.ok()) return topology;
  for (const Container& container : *containers) {
    const ContainerState state = read_state(container.inspect);
    if (const auto role = read_role(container.inspect))
      topology.nodes.push_back({state.name, *role, state.id, state.address, {}});
  }
  return topology;
}

void say_residue(const FaultDoors& doors) {
  for (const Residue& left : residue(doors, Interrupt::never())) fmt::print("left {}: {}\n", left.where, left.what);
  fmt::print("residue told\n");
  std::fflush(stdout);
}

int hold(const FaultDoors& doors, const std::string& name, const Injection& injection) {
  const Catalogue catalogue(doors);
  Fault* fault = catalogue.find(name);
  if (fault == nullptr) return fail(usage_error("fault", "unknown fault " + name));
  const Interrupt& never = Interrupt::never();
  if (const Status available = fault->available(injection, never); !available.ok()) return fail(available.error());
  const auto proof = fault->inject(injection, never);
  if (!proof.ok()) return fail(proof.error());
  fmt::print("proven {} {} {}\n", proof->t0_lower.ns, proof->t0_upper.ns, proof->evidence.dump());
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "prove") say("in force", fault->prove(injection, never));
    if (line == "residue") say_residue(doors);
    if (line != "heal") continue;
    say("healed", fault->heal(injection, never));
    say("whole", fault->prove_healed(injection, proof->evidence, never));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto folders = Folders::from_environment();
  if (!folders.ok()) return fail(folders.error());
  const ClusterRecords records(folders->state);
  BoostRunner runner;
  Docker docker(runner);
  if (words.size() == 3 && words[0] == "guard") {
    const HostJournal journal = HostJournal::of_cluster(records.folder(words[2]));
    return run_guard(docker, journal, STDIN_FILENO, STDOUT_FILENO, Interrupt::never());
  }
  if (words.size() != 6 && words.size() != 7) return 64;
  const std::string& cluster = words[0];
  const Topology topology = nodes_of(docker, cluster);
  const Node* node = topology.find(words[3]);
  if (node == nullptr) return fail(usage_error("cluster " + cluster, "no container " + words[3]));
  const auto ttl = parse_duration(words[5]);
  if (!ttl.ok()) return fail(ttl.error());
  const auto parameters = parse_json(words.size() == 7 ? words[6] : "{}", "parameters");
  if (!parameters.ok()) return fail(parameters.error());
  Agents agents(docker, std::filesystem::path(words[1]).parent_path() / "hadrill-agent");
  HostJournal journal = HostJournal::of_cluster(records.folder(cluster));
  Guard guard({words[1], "guard", "--cluster", cluster}, records.folder(cluster) / "guard.log", journal);
  return hold({agents, docker, topology, journal, guard}, words[2],
              {words[4], {TargetRole::apiserver, *node, false}, *parameters, *ttl});
}
