#include "cluster/live_cluster.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "base/file.hpp"
#include "cluster/environment.hpp"
#include "kube/kubeconfig.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kCheckInterval = 1s;
constexpr auto kProgressInterval = 10s;

}  // namespace

Result<LiveCluster> connect(const ClusterRecords& records, const ClusterRecord& record,
                            const std::vector<Container>& containers) {
  LiveCluster live;
  live.blueprint = record.topology;
  auto topology = read_topology(record.name, containers);
  if (!topology.ok()) return topology.error();
  live.topology = std::move(*topology);
  const std::filesystem::path kubeconfig = records.kubeconfig(record.name);
  const auto text = read_file(kubeconfig);
  if (!text.ok()) return text.error();
  auto identity = kube::parse_kubeconfig(*text, kubeconfig.string());
  if (!identity.ok()) return identity.error();
  live.identity = std::move(*identity);
  return live;
}

Status wait_ready(const ClusterDoors& doors, Docker& docker, const LiveCluster& cluster, Duration longest,
                  const Interrupt& interrupt) {
  const std::string& name = cluster.topology.cluster;
  const auto client = doors.make_client(cluster.identity);
  Readiness readiness(docker, *client, doors.clock, cluster.topology);
  const Instant started = doors.clock.now();
  Instant next_report = started + kProgressInterval;
  Check last;
  do {
    last = readiness.check(interrupt);
    if (last.holds()) {
      doors.progress(fmt::format("cluster {} is ready", name));
      return Ok{};
    }
    if (doors.clock.now() >= next_report) {
      doors.progress(fmt::format("waiting for {}", last.reasons()));
      next_report = doors.clock.now() + kProgressInterval;
    }
  } while (doors.clock.wait_until(doors.clock.now() + kCheckInterval, interrupt) &&
           doors.clock.now() < started + longest);
  if (interrupt.raised())
    return Error{ErrorKind::interrupted, "cluster " + name, "interrupted while waiting for it to get ready", {}};
  return infrastructure_error("cluster " + name, fmt::format("not ready after {}", format_duration(longest)),
                              last.reasons());
}

}  // namespace hadrill
