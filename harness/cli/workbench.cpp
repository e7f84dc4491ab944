#include "cli/workbench.hpp"

#include <fmt/format.h>

#include <random>

#include "cli/places.hpp"
#include "run/index_file.hpp"
#include "run/run_directory.hpp"

namespace hadrill::cli {

EngineFaultDoors::EngineFaultDoors(const Workbench& bench, const std::string& cluster)
    : journal(HostJournal::of_cluster(ClusterRecords(bench.state()).folder(cluster))),
      guard({own_executable().string(), "guard", "--cluster", cluster},
            ClusterRecords(bench.state()).folder(cluster) / "guard.log", journal) {}

std::uint64_t seed_of(const Options& options) {
  // 53 bits, so that the seed survives every JSON reader.
  constexpr std::uint64_t kMask = (1ULL << 53) - 1;
  std::random_device device;
  return options.seed.value_or(((static_cast<std::uint64_t>(device()) << 32) | device()) & kMask);
}

Result<Session> open_session(const Options& options, const std::string& name) {
  auto bench = Workbench::open(options);
  if (!bench.ok()) return bench.error();
  if (const Status locked = (*bench)->lock(); !locked.ok()) return locked.error();
  auto directory = make_run_directory(std::filesystem::absolute(options.runs), name, ClockPair::read().realtime_ns);
  if (!directory.ok()) return directory.error();
  return Session{std::move(*bench), std::move(*directory)};
}

void renew_index(const std::filesystem::path& runs) {
  if (const auto written = hadrill::write_index(runs); !written.ok())
    progress("no index.html: " + written.error().text());
}

Outcome remove_cluster(Workbench& bench, const Options& options, Outcome outcome) {
  if (!bench.clusters().recorded(options.cluster)) return outcome;
  progress(fmt::format("removing cluster {} (some seconds)", options.cluster));
  const Status gone = bench.clusters().down(options.cluster);
  return gone.ok() ? std::move(outcome) : Outcome(gone.error());
}

Outcome remove_unfinished(Workbench& bench, const Options& options, const Error& error) {
  return error.kind == ErrorKind::usage ? Outcome(error) : remove_cluster(bench, options, error);
}

std::filesystem::path workload_image() { return companion_of(own_executable(), "hadrill-workload.tar"); }

std::filesystem::path agent_executable() { return companion_of(own_executable(), "hadrill-agent"); }

}  // namespace hadrill::cli
