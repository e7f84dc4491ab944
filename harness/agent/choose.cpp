#include "agent/choose.hpp"

#include <algorithm>

#include "agent/pods.hpp"

namespace hadrill::agent {
namespace {

/// Holds a pod's namespaces and does nothing else; killing it kills the pod.
constexpr const char* kSandbox = "pause";

std::string cgroup_of(pid_t pid) { return read_proc_file("/proc/" + std::to_string(pid) + "/cgroup"); }

}  // namespace

Result<Choice> read_choice(const Json& parameters) {
  Choice choice{parameters.value("program", ""), parameters.value("pod", "")};
  if (choice.program.empty() && choice.pod.empty()) return trouble("neither a program nor a pod is named");
  return choice;
}

Json to_json(const Choice& choice) { return {{"program", choice.program}, {"pod", choice.pod}}; }

std::string describe(const Choice& choice) {
  if (choice.pod.empty()) return choice.program;
  return (choice.program.empty() ? "" : choice.program + " of ") + "pod " + choice.pod;
}

std::vector<ProcessInfo> find_processes(const Choice& choice) {
  std::vector<ProcessInfo> found = choice.program.empty() ? all_processes() : find_processes(choice.program);
  if (choice.pod.empty()) return found;
  std::erase_if(found, [&](const ProcessInfo& process) {
    return (choice.program.empty() && process.program == kSandbox) || !is_of_pod(cgroup_of(process.pid), choice.pod);
  });
  return found;
}

Result<ProcessInfo> find_oldest(const Choice& choice) {
  auto found = find_processes(choice);
  if (found.empty()) return trouble("no process " + describe(choice) + " on this node");
  return found.front();
}

Json to_json(const ProcessInfo& process) {
  return {{"pid", process.pid}, {"startTicks", process.start_ticks}, {"program", process.program}};
}

ProcessInfo read_process_info(const Json& json) {
  return {json.at("pid").get<pid_t>(), json.at("startTicks").get<std::uint64_t>(),
          json.at("program").get<std::string>()};
}

bool still_lives(const ProcessInfo& process) {
  const auto stat = stat_of(process.pid);
  return stat && !stat->dead() && stat->start_ticks == process.start_ticks;
}

}  // namespace hadrill::agent
