#include "cluster/machine.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <fstream>

namespace hadrill {
namespace {

constexpr double kBytesPerGib = 1024.0 * 1024 * 1024;

/// MemAvailable of /proc/meminfo, which counts in KiB.
std::optional<double> available_gib() {
  std::ifstream meminfo("/proc/meminfo");
  for (std::string key; meminfo >> key;) {
    double kib = 0;
    if (key == "MemAvailable:" && meminfo >> kib) return kib * 1024 / kBytesPerGib;
  }
  return std::nullopt;
}

}  // namespace

MachineFree read_machine(const EngineInfo& engine) {
  MachineFree out;
  out.memory_gib = static_cast<double>(engine.memory_bytes) / kBytesPerGib;
  struct statvfs info {};
  if (statvfs(engine.root_dir.c_str(), &info) != 0) return out;  // a remote engine: its disk is not ours to look at
  out.disk_gib = static_cast<double>(info.f_bavail) * static_cast<double>(info.f_frsize) / kBytesPerGib;
  out.memory_gib = available_gib().value_or(out.memory_gib);
  return out;
}

Status fits(const Blueprint& blueprint, const MachineFree& machine, const std::string& root_dir) {
  if (machine.disk_gib && *machine.disk_gib < blueprint.disk_gib) {
    return infrastructure_error("disk", fmt::format("topology {} needs {} GiB free at {}, there are {:.1f}",
                                                    blueprint.name, blueprint.disk_gib, root_dir, *machine.disk_gib));
  }
  if (machine.memory_gib < blueprint.memory_gib) {
    return infrastructure_error("memory", fmt::format("topology {} needs {} GiB of memory, {:.1f} are available",
                                                      blueprint.name, blueprint.memory_gib, machine.memory_gib));
  }
  return Ok{};
}

}  // namespace hadrill
