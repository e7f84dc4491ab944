// disk.slow: a write of the component takes at least about as long as asked until it is on disk. Two ways: the block
// layer throttles its control group ("throttle", nothing is restarted), or a file system of ours over its data waits
// before each sync ("fuse", the component is restarted on the way in and on the way out).
#include <algorithm>
#include <filesystem>

#include "agent/choose.hpp"
#include "agent/disk.hpp"
#include "agent/effects/effects.hpp"
#include "agent/effects/passage.hpp"
#include "agent/journal.hpp"

namespace hadrill::agent {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::int64_t kShortestMs = 10;
/// One write a second is the least the block layer can be told.
constexpr std::int64_t kLongestThrottleMs = 1000;
constexpr std::int64_t kLongestMs = 10'000;
constexpr int kSamples = 5;
constexpr auto kBefore = 30s;
constexpr const char* kProbe = ".hadrill-sync-";

bool by_throttle(const Json& undo) { return undo.at("way") == "throttle"; }
std::int64_t delay_of(const Json& undo) { return undo.at("delayMs").get<std::int64_t>(); }

WriteThrottle throttle_of(const Json& undo) {
  return {{undo.at("group").get<std::string>(), undo.at("v2").get<bool>()}, undo.at("device").get<std::string>()};
}

/// A file of ours on the file system of `folder`: beside it where that is possible.
std::string probe_file(const std::string& id, const std::string& folder, const std::vector<Mount>& mounts) {
  const std::string beside = fs::path(folder).parent_path().string();
  const auto below = mount_under(mounts, folder);
  const auto other = mount_under(mounts, beside);
  const bool together = below && other && below->device == other->device;
  return (together ? beside : folder) + "/" + kProbe + id;
}

/// What a throttled write may take: several requests of the disk, each held up.
std::chrono::milliseconds longest_of(const Json& undo, int count) {
  return std::chrono::milliseconds(delay_of(undo)) * 10 * count + kBefore;
}

Result<std::vector<double>> time_now(const Json& undo, bool inside, int count, Patience& patience) {
  const auto path = undo.at("probe").get<std::string>();
  if (!by_throttle(undo)) return time_syncs(path, nullptr, count, patience, longest_of(undo, count));
  const WriteThrottle throttle = throttle_of(undo);
  return time_syncs(path, inside ? &throttle.group : nullptr, count, patience, longest_of(undo, count));
}

double middle_of(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

std::string ms_text(double ms) { return std::to_string(static_cast<std::int64_t>(ms)) + " ms"; }

Result<Json> see_slow(const Json& undo, int count, Patience& patience) {
  const auto times = time_now(undo, true, count, patience);
  if (!times.ok()) return times.error();
  const double quickest = *std::min_element(times->begin(), times->end());
  if (quickest < static_cast<double>(delay_of(undo)) / 2) {
    return trouble("a write reaches the disk within " + ms_text(quickest) +
                   (by_throttle(undo) ? ": the kernel does not throttle it; with way: fuse it would be" : ""));
  }
  return Json{{"syncMs", middle_of(*times)}, {"quickestMs", quickest}};
}

/// The group of the component's process, its disk, the limit there was.
Status plan_throttle(const Json& parameters, const std::string& folder, Json& undo) {
  const std::string instead = "; way: fuse would work where the node has /dev/fuse";
  if (delay_of(undo) > kLongestThrottleMs) return trouble("throttling cannot take longer than 1s" + instead);
  const auto choice = read_choice(parameters);
  if (!choice.ok()) return choice.error();
  const auto process = find_oldest(*choice);
  if (!process.ok()) return process.error();
  const auto mounts = mounts_of("self");
  const auto mount = mount_under(mounts, folder);
  if (!mount) return trouble("no file system has " + folder);
  const auto device = disk_of(*mount);
  if (!device.ok()) return trouble(device.error().message + instead);
  const auto group = group_of(process->pid, has_unified_cgroups() ? "io" : "blkio");
  if (!group.ok()) return group.error();
  const WriteThrottle throttle{*group, *device};
  const auto content = read_group_file(throttle.file());
  if (!content.ok())
    return trouble("the kernel cannot throttle this group (" + content.error().message + ")" + instead);
  undo["process"] = to_json(*process);
  undo["group"] = group->folder;
  undo["v2"] = group->v2;
  undo["device"] = *device;
  undo["limit"] = std::to_string(1000 / delay_of(undo));
  undo["limitBefore"] = throttle.limit_in(*content);
  undo["probe"] = probe_file(undo.at("id").get<std::string>(), folder, mounts);
  return Ok{};
}

Status set_limit(const Json& undo, const char* which) {
  const WriteThrottle throttle = throttle_of(undo);
  return write_group_file(throttle.file(), throttle.line(undo.at(which).get<std::string>()));
}

Result<Proof> throttle_it(const Json& undo, Patience& patience) {
  const auto before = time_now(undo, false, kSamples, patience);
  if (!before.ok()) return before.error();
  if (middle_of(*before) * 2 > static_cast<double>(delay_of(undo)))
    return trouble("a write takes " + ms_text(middle_of(*before)) + " without any fault: ask for a longer delay");
  Proof proof;
  proof.before_ns = monotonic_ns();
  if (const Status set = set_limit(undo, "limit"); !set.ok()) return set.error();
  auto slow = see_slow(undo, 3, patience);
  proof.after_ns = monotonic_ns();
  if (!slow.ok()) return slow.error();
  proof.evidence = std::move(*slow);
  proof.evidence["syncBeforeMs"] = middle_of(*before);
  proof.evidence["writesPerSecond"] = undo.at("limit");
  proof.evidence["device"] = undo.at("device");
  proof.evidence["process"] = undo.at("process");
  return proof;
}

Result<Proof> delay_it(const Json& undo, Patience& patience) {
  const auto process = open_passage(undo, patience);
  if (!process.ok()) return process.error();
  const auto before = time_now(undo, false, kSamples, patience);
  if (!before.ok()) return before.error();
  Proof proof;
  proof.before_ns = monotonic_ns();
  if (const Status set = set_passage(undo, "delay " + std::to_string(delay_of(undo))); !set.ok()) return set.error();
  auto slow = see_slow(undo, 1, patience);
  proof.after_ns = monotonic_ns();
  if (!slow.ok()) return slow.error();
  proof.evidence = std::move(*slow);
  proof.evidence["syncBeforeMs"] = middle_of(*before);
  proof.evidence["process"] = to_json(*process);
  return proof;
}

class DiskSlow final : public Effect {
 public:
  const char* name() const override { return "disk.slow"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const auto delay = parameters.at("delayMs").get<std::int64_t>();
    if (delay < kShortestMs || delay > kLongestMs) return trouble("delay has to be 10ms to 10s");
    const std::string way = parameters.value("way", "throttle");
    const std::string folder = parameters.value("folder", "/var/lib/etcd");
    Json undo = {{"id", id}};
    if (way == "fuse") {
      auto passage = plan_passage(id, parameters);
      if (!passage.ok()) return passage;
      undo = std::move(*passage);
      undo["probe"] = folder + "/" + kProbe + id;
    } else if (way != "throttle") {
      return trouble("way is throttle or fuse");
    }
    undo["way"] = way;
    undo["delayMs"] = delay;
    if (way == "fuse") return undo;
    if (const Status planned = plan_throttle(parameters, folder, undo); !planned.ok()) return planned.error();
    return undo;
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    return by_throttle(undo) ? throttle_it(undo, patience) : delay_it(undo, patience);
  }

  Result<Json> prove(const Json& undo) const override {
    if (by_throttle(undo) && !still_lives(read_process_info(undo.at("process"))))
      return trouble("the process was replaced: its successor is in another control group, which is not throttled");
    if (!by_throttle(undo)) {
      if (const auto process = find_in_passage(undo); !process.ok()) return process.error();
    }
    Steadfast patience;
    return see_slow(undo, 1, patience);
  }

  Status undo(const Json& undo, Patience& patience) const override {
    std::error_code none;
    if (!by_throttle(undo)) {
      if (const Status closed = close_passage(undo, patience); !closed.ok()) return closed;
    } else if (fs::exists(undo.at("group").get<std::string>(), none)) {  // else the throttle went with the container
      const Status set = set_limit(undo, "limitBefore");
      if (!set.ok() && fs::exists(undo.at("group").get<std::string>(), none)) return set;
    }
    fs::remove(undo.at("probe").get<std::string>(), none);
    return Ok{};
  }

  Result<Json> prove_undone(const Json& undo) const override {
    if (!by_throttle(undo)) {
      if (auto closed = prove_closed(undo); !closed.ok()) return closed;
    }
    Steadfast patience;
    const bool group_left = by_throttle(undo) && fs::exists(undo.at("group").get<std::string>());
    if (group_left) {
      const WriteThrottle throttle = throttle_of(undo);
      const auto content = read_group_file(throttle.file());
      if (content.ok() && throttle.limit_in(*content) != undo.at("limitBefore").get<std::string>())
        return trouble("the control group " + throttle.group.folder + " is still throttled");
    }
    const auto times = time_now(undo, group_left, kSamples, patience);
    if (!times.ok()) return times.error();
    const double quickest = *std::min_element(times->begin(), times->end());
    if (undo.value("limitBefore", "").empty() && quickest > static_cast<double>(delay_of(undo)) / 2)
      return trouble("a write still takes " + ms_text(quickest));
    return Json{{"syncMs", middle_of(*times)}};
  }

  std::vector<std::string> residue() const override {
    std::vector<std::string> left;
    for (const char* folder : {"/var/lib", "/var/lib/etcd"}) {
      std::error_code none;
      for (const auto& entry : fs::directory_iterator(folder, none)) {
        if (entry.path().filename().string().starts_with(kProbe)) left.push_back("file " + entry.path().string());
      }
    }
    // The groups of containers only: whoever made the node may have throttled it as a whole.
    const std::string root = has_unified_cgroups() ? "/sys/fs/cgroup" : "/sys/fs/cgroup/blkio";
    std::error_code none;
    for (auto at = fs::recursive_directory_iterator(root, none); !none && at != fs::end(at); at.increment(none)) {
      const std::string name = at->path().filename().string();
      if (at.depth() == 0 || (name != "io.max" && name != "blkio.throttle.write_iops_device")) continue;
      const auto content = read_group_file(at->path().string());
      const bool throttled = content.ok() && (name == "io.max" ? content->find("wiops=") != std::string::npos &&
                                                                     content->find("wiops=max") == std::string::npos
                                                               : !content->empty());
      if (throttled) left.push_back("writes are throttled by " + at->path().string());
    }
    return left;
  }
};

}  // namespace

const Effect& disk_slow() {
  static const DiskSlow effect;
  return effect;
}

}  // namespace hadrill::agent
