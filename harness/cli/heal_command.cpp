// `hadrill heal`, and the hidden `hadrill guard` that heals when a run cannot any more.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/workbench.hpp"
#include "cluster/record.hpp"
#include "fault/heal.hpp"
#include "http/curl_client.hpp"
#include "kube/api.hpp"
#include "kube/own_namespace.hpp"

namespace hadrill::cli {
namespace {

using namespace std::chrono_literals;

/// Of one question to the API.
constexpr auto kRequestTimeout = 5s;

/// The cluster's containers have to be the ones that we made; what of them is gone cannot be healed.
Status recognise(Docker& docker, const ClusterRecord& record, const Interrupt& interrupt, std::vector<Residue>& gone) {
  const auto containers = docker.cluster_containers(record.name, interrupt);
  if (!containers.ok()) return containers.error();
  const auto& ids = record.container_ids;
  for (const Container& container : *containers) {
    // Without ids the record is of a creation that did not end: whatever is there is ours.
    if (!ids.empty() && std::find(ids.begin(), ids.end(), container.id) == ids.end())
      return usage_error("cluster " + record.name, container.name + " is not ours: hadrill leaves it alone");
  }
  for (const std::string& id : ids) {
    const bool there = std::any_of(containers->begin(), containers->end(),
                                   [&](const Container& container) { return container.id == id; });
    constexpr std::size_t kShortId = 12;
    if (!there) gone.push_back({"container " + id.substr(0, kShortId), "it does not exist any more"});
  }
  return Ok{};
}

/// Removes what a run that died left in the API, and lets the next run have the cluster.
Status forget_run(Workbench& bench, const std::string& name, const Interrupt& interrupt) {
  if (const Status lifted = bench.clusters().mark_in_use(name, false); !lifted.ok()) return lifted;
  const auto removed = [&]() -> Status {
    const auto cluster = bench.clusters().attach(name, interrupt);
    if (!cluster.ok()) return cluster.error();
    http::CurlClient client(cluster->identity);
    kube::Api api(client, cluster->topology.any_api_port(), kRequestTimeout);
    const auto list = api.get("/api/v1/namespaces?labelSelector=app.kubernetes.io%2Fname%3Dhadrill", interrupt);
    if (!list.ok()) return list.error();
    for (const Json& item : json_array(*list, "/items")) {
      kube::OwnNamespace own(client, bench.clock(), *cluster->topology.front_door(), json_text(item, "/metadata/name"));
      if (const Status gone = own.remove(interrupt); !gone.ok()) return gone;
    }
    return Ok{};
  }();
  if (removed.ok()) return removed;
  static_cast<void>(bench.clusters().mark_in_use(name, true));
  return removed;
}

/// Heals one cluster and says what came of it; the exit code.
Outcome heal_one(Workbench& bench, const std::string& name, Interrupt& interrupt) {
  const ClusterRecords records(bench.state());
  const auto record = records.find(name);
  if (!record.ok()) return record.error();
  if (!*record) return infrastructure_error("cluster " + name, "unknown: it is not one that hadrill made");
  Docker& docker = bench.clusters().docker();
  std::vector<Residue> gone;
  if (const Status ours = recognise(docker, **record, interrupt, gone); !ours.ok()) return ours.error();
  const HostJournal journal = HostJournal::of_cluster(records.folder(name));
  Agents agents(docker, agent_executable());
  auto report = heal_cluster(docker, journal, agents, name, interrupt);
  if (!report.ok()) return report.error();
  report->left.insert(report->left.begin(), gone.begin(), gone.end());
  if (report->left.empty() && (*record)->in_use) {
    const Status forgotten = forget_run(bench, name, interrupt);
    if (!forgotten.ok()) report->left.push_back({"the API", forgotten.error().text()});
    if (forgotten.ok()) report->healed.emplace_back("a run that did not end: its objects are removed");
  }
  if (report->healed.empty() && report->left.empty()) fmt::print("cluster {}: nothing to heal\n", name);
  if (!report->healed.empty()) fmt::print("cluster {}: healed\n", name);
  for (const std::string& what : report->healed) fmt::print("  {}\n", what);
  if (!report->left.empty()) fmt::print("cluster {}: left\n", name);
  for (const Residue& left : report->left) fmt::print("  {}: {}\n", left.where, left.what);
  return report->left.empty() ? exit_code::pass : exit_code::cleanup_incomplete;
}

}  // namespace

Outcome heal(const Options& options, Interrupt& interrupt) {
  auto bench = Workbench::open(options);
  if (!bench.ok()) return bench.error();
  if (const Status locked = (*bench)->lock(); !locked.ok()) return locked.error();
  std::vector<std::string> names{options.cluster};
  if (options.every_cluster) names = ClusterRecords((*bench)->state()).names();
  if (names.empty()) {
    fmt::print("nothing to heal: hadrill has no cluster on this machine\n");
    return exit_code::pass;
  }
  if (const auto engine = (*bench)->clusters().docker().info(interrupt); !engine.ok()) return engine.error();
  int worst = exit_code::pass;
  for (const std::string& name : names) {
    progress(fmt::format("looking at every node of cluster {}", name));
    const Outcome one = heal_one(**bench, name, interrupt);
    if (!one.ok() && (names.size() == 1 || interrupt.raised())) return one;
    if (!one.ok()) fmt::print(stderr, "error: {}\n", one.error().text());
    worst = std::max(worst, one.ok() ? *one : exit_code_of(one.error().kind));
  }
  return worst;
}

Outcome guard(const Options& options, Interrupt& interrupt) {
  auto bench = Workbench::open(options);
  if (!bench.ok()) return bench.error();
  const HostJournal journal = HostJournal::of_cluster(ClusterRecords((*bench)->state()).folder(options.cluster));
  return run_guard((*bench)->clusters().docker(), journal, STDIN_FILENO, STDOUT_FILENO, interrupt);
}

}  // namespace hadrill::cli
