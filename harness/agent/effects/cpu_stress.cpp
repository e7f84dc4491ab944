// cpu.stress: busy processes in a control group of their own, whose quota says how many CPUs' worth they may use.
// Bounded whatever happens: the group is made with its quota before anybody enters it.
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <sstream>

#include "agent/cgroup.hpp"
#include "agent/effects/effects.hpp"
#include "agent/proc.hpp"
#include "agent/worker.hpp"

namespace hadrill::agent {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* kRoot = "/sys/fs/cgroup";
constexpr const char* kPrefix = "hadrill-stress-";
constexpr double kFewest = 0.1;
constexpr std::int64_t kPeriodUs = 100'000;
/// Share of what was asked that has to be seen used: the rest may be lost to others who want the CPUs too.
constexpr double kEnough = 0.5;
constexpr auto kWindow = 250ms;  // more than two periods of the quota
constexpr auto kEffect = 10s;
constexpr auto kEnd = 10s;

/// Where groups for CPU time are made on this node: one place with cgroup v2, one or two with v1.
std::vector<std::string> group_roots() {
  if (has_unified_cgroups()) return {kRoot};
  std::vector<std::string> roots;
  for (const char* controller : {"cpu", "cpuacct"}) {  // often two names of one folder
    std::error_code none;
    const std::string root = fs::canonical(std::string(kRoot) + "/" + controller, none).string();
    if (!none && std::find(roots.begin(), roots.end(), root) == roots.end()) roots.push_back(root);
  }
  return roots;
}

Status check_quota(const std::vector<std::string>& roots) {
  if (has_unified_cgroups()) {
    const auto controllers = read_group_file(std::string(kRoot) + "/cgroup.subtree_control");
    if (controllers.ok() && (" " + *controllers + " ").find(" cpu ") != std::string::npos) return Ok{};
    return trouble("this node hands no cpu controller to its control groups, so the work could not be bounded");
  }
  if (!roots.empty() && fs::exists(std::string(kRoot) + "/cpu/cpu.cfs_quota_us")) return Ok{};
  return trouble("the kernel has no quota of CPU time (CONFIG_CFS_BANDWIDTH), so the work could not be bounded");
}

int cpus_here() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

std::vector<std::string> groups_in(const Json& undo) { return undo.at("groups").get<std::vector<std::string>>(); }

/// CPU time used by the groups so far in nanoseconds; nullopt when they are not there.
std::optional<double> usage_of(const std::vector<std::string>& groups) {
  for (const std::string& group : groups) {
    if (const auto v1 = read_group_file(group + "/cpuacct.usage"); v1.ok()) return std::stod(*v1);
    const auto v2 = read_group_file(group + "/cpu.stat");
    const std::string key = "usage_usec ";
    const std::size_t at = v2.ok() ? v2->find(key) : std::string::npos;
    if (at != std::string::npos) return std::stod(v2->substr(at + key.size())) * 1000;
  }
  return std::nullopt;
}

/// CPUs in use over `window`; nullopt when the groups are gone or it is time to give up.
std::optional<double> rate_of(const std::vector<std::string>& groups, Patience& patience) {
  const auto used_before = usage_of(groups);
  const std::int64_t begin = monotonic_ns();
  if (!used_before || patience.wait(-1, kWindow) == Patience::Woken::give_up) return std::nullopt;
  const auto used = usage_of(groups);
  if (!used) return std::nullopt;
  return (*used - *used_before) / static_cast<double>(monotonic_ns() - begin);
}

/// The most CPUs in use over any window, looked for until it is `enough`: others may have had the CPUs meanwhile.
double best_rate(const std::vector<std::string>& groups, double enough, Patience& patience) {
  double best = 0;
  const auto look = [&] {
    best = std::max(best, rate_of(groups, patience).value_or(0));
    return best >= enough;
  };
  patience.until(look, kEffect, 0ms);
  return best;
}

Status make_group(const std::string& group, double cpus) {
  if (mkdir(group.c_str(), 0755) != 0 && errno != EEXIST) return system_trouble("mkdir " + group);
  const auto quota = std::to_string(static_cast<std::int64_t>(std::llround(cpus * double{kPeriodUs})));
  const std::string period = std::to_string(kPeriodUs);
  if (has_unified_cgroups()) return write_group_file(group + "/cpu.max", quota + " " + period);
  if (!fs::exists(group + "/cpu.cfs_quota_us")) return Ok{};  // the one that only counts
  if (const Status set = write_group_file(group + "/cpu.cfs_period_us", period); !set.ok()) return set;
  return write_group_file(group + "/cpu.cfs_quota_us", quota);
}

/// Ends whoever is in the group and removes it; true when it is gone.
bool remove_group(const std::string& group) {
  std::istringstream members(read_proc_file(group + "/cgroup.procs"));
  for (pid_t pid = 0; members >> pid;) kill(pid, SIGKILL);
  return rmdir(group.c_str()) == 0 || errno == ENOENT;
}

std::string rate_text(double rate) {
  std::ostringstream text;
  text.precision(2);
  text << std::fixed << rate;
  return text.str();
}

class CpuStress final : public Effect {
 public:
  const char* name() const override { return "cpu.stress"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const auto cpus = parameters.at("cpus").get<double>();
    if (!(cpus >= kFewest) || cpus > cpus_here())
      return trouble("cpus has to be 0.1 to " + std::to_string(cpus_here()) + ", which is what the node may use");
    const auto roots = group_roots();
    if (const Status bounded = check_quota(roots); !bounded.ok()) return bounded.error();
    Json groups = Json::array();
    for (const std::string& root : roots) groups.push_back(root + "/" + kPrefix + id);
    return Json{{"id", id}, {"cpus", cpus}, {"groups", std::move(groups)}};
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const auto cpus = undo.at("cpus").get<double>();
    const auto groups = groups_in(undo);
    for (const std::string& group : groups) {
      if (const Status made = make_group(group, cpus); !made.ok()) return made.error();
    }
    Proof proof;
    proof.before_ns = monotonic_ns();
    const auto started = start_worker(undo.at("id").get<std::string>(), "stress", undo, patience, 5s);
    if (!started.ok()) return started.error();
    const double rate = best_rate(groups, kEnough * cpus, patience);
    if (rate < kEnough * cpus)
      return trouble("it gets only " + rate_text(rate) + " of " + rate_text(cpus) + " CPUs: others use them");
    proof.after_ns = monotonic_ns();
    proof.evidence = {{"cpus", cpus}, {"used", rate}, {"group", groups.front()}};
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    Steadfast patience;
    const double wanted = kEnough * undo.at("cpus").get<double>();
    const double rate = best_rate(groups_in(undo), wanted, patience);
    if (rate < wanted) return trouble("it uses only " + rate_text(rate) + " CPUs");
    return Json{{"used", rate}};
  }

  Status undo(const Json& undo, Patience& patience) const override {
    if (const Status ended = end_workers(undo.at("id").get<std::string>(), patience); !ended.ok()) return ended;
    for (const std::string& group : groups_in(undo)) {
      if (!patience.until([&] { return remove_group(group); }, kEnd))
        return trouble("control group " + group + " cannot be removed");
    }
    return Ok{};
  }

  Result<Json> prove_undone(const Json& undo) const override {
    if (!find_workers(undo.at("id").get<std::string>()).empty()) return trouble("the busy processes still run");
    for (const std::string& group : groups_in(undo)) {
      if (fs::exists(group)) return trouble("control group " + group + " is still there");
    }
    return Json::object();
  }

  std::vector<std::string> residue() const override {
    std::vector<std::string> left;
    for (const std::string& root : group_roots()) {
      std::error_code none;
      for (const auto& entry : fs::directory_iterator(root, none)) {
        if (entry.path().filename().string().starts_with(kPrefix))
          left.push_back("control group " + entry.path().string());
      }
    }
    return left;
  }
};

[[noreturn]] void be_busy(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  for (;;) asm volatile("");
}

}  // namespace

int run_stress(const Json& undo, int report) {
  for (const std::string& group : groups_in(undo)) {
    // "0": whoever writes it. Children are born in the group.
    if (const Status entered = write_group_file(group + "/cgroup.procs", "0"); !entered.ok()) {
      report_line(report, {{"ok", false}, {"error", entered.error().message}});
      return 1;
    }
  }
  const pid_t self = getpid();
  const int processes = static_cast<int>(std::ceil(undo.at("cpus").get<double>()));
  for (int i = 0; i < processes; ++i) {
    const pid_t child = fork();
    if (child == 0) be_busy(self);
    if (child < 0) {
      report_line(report, {{"ok", false}, {"error", system_trouble("fork").message}});
      return 1;  // the others end with us
    }
  }
  report_line(report, {{"ok", true}, {"processes", processes}});
  for (;;) pause();
}

const Effect& cpu_stress() {
  static const CpuStress effect;
  return effect;
}

}  // namespace hadrill::agent
