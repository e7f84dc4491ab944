#include "cluster/docker.hpp"

#include <fmt/format.h>

#include <sstream>

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kQueryTimeout = 30s;
constexpr auto kCopyTimeout = 60s;
constexpr auto kRemoveTimeout = 120s;
/// Marks a network that we made, so that we may remove it again.
constexpr const char* kOwnLabel = "io.hadrill.created";

/// What the docker command says when the engine cannot be used, in words a user can act on.
Error engine_error(const Completed& completed) {
  const std::string said = last_lines(completed.err.empty() ? completed.out : completed.err, 3);
  if (said.find("permission denied") != std::string::npos) {
    return infrastructure_error("container engine",
                                "no permission to use it: run as root, with sudo, or as a member of the group docker",
                                said);
  }
  return infrastructure_error("container engine", "it does not answer: is it running?", said);
}

Container read_container(const Json& inspect) {
  Container container;
  container.id = json_text(inspect, "/Id");
  container.name = json_text(inspect, "/Name");
  if (container.name.starts_with('/')) container.name.erase(0, 1);
  container.inspect = inspect;
  return container;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

}  // namespace

Command Docker::command(std::vector<std::string> arguments, Duration timeout) {
  arguments.insert(arguments.begin(), "docker");
  return {std::move(arguments), timeout};
}

Result<EngineInfo> Docker::info(const Interrupt& interrupt) {
  const Result<Completed> done = runner_.run(command({"info", "--format", "{{json .}}"}, kQueryTimeout), interrupt);
  if (!done.ok()) {
    Error error = done.error();
    error.where = "container engine";
    if (error.message.starts_with("no program")) error.message = "no docker command: install Docker and run again";
    return error;
  }
  // `docker info` exits 0 on an unreachable engine in some versions and says so in ServerErrors.
  const Result<Json> said = parse_json(done->out, "docker info");
  if (done->exit_code != 0 || !said.ok()) return engine_error(*done);
  if (!json_array(*said, "/ServerErrors").empty()) {
    return engine_error({1, "", json_array(*said, "/ServerErrors").dump(), {}});
  }
  EngineInfo info;
  info.version = json_text(*said, "/ServerVersion");
  info.storage_driver = json_text(*said, "/Driver");
  info.cgroup_version = json_text(*said, "/CgroupVersion");
  info.kernel = json_text(*said, "/KernelVersion");
  info.root_dir = json_text(*said, "/DockerRootDir");
  info.cpus = json_get<int>(*said, "/NCPU").value_or(0);
  info.memory_bytes = json_get<std::int64_t>(*said, "/MemTotal").value_or(0);
  return info;
}

Result<std::vector<Container>> Docker::cluster_containers(const std::string& cluster, const Interrupt& interrupt) {
  const std::string filter = fmt::format("label={}={}", kClusterLabel, cluster);
  const auto listed =
      run_checked(runner_, "list containers",
                  command({"ps", "--all", "--quiet", "--no-trunc", "--filter", filter}, kQueryTimeout), interrupt);
  if (!listed.ok()) return listed.error();
  std::vector<std::string> arguments{"inspect"};
  for (std::string& id : words(listed->out)) arguments.push_back(std::move(id));
  std::vector<Container> containers;
  if (arguments.size() == 1) return containers;
  const auto inspected =
      run_checked(runner_, "inspect containers", command(std::move(arguments), kQueryTimeout), interrupt);
  if (!inspected.ok()) return inspected.error();
  const Result<Json> list = parse_json(inspected->out, "docker inspect");
  if (!list.ok()) return list.error();
  for (const Json& entry : *list) containers.push_back(read_container(entry));
  return containers;
}

Result<Completed> Docker::exec(const std::string& container, const std::vector<std::string>& argv,
                               const std::string& input, Duration timeout, const Interrupt& interrupt) {
  std::vector<std::string> arguments{"exec", "--interactive", container};
  arguments.insert(arguments.end(), argv.begin(), argv.end());
  Command run = command(std::move(arguments), timeout);
  run.input = input;
  return run_checked(runner_, "in node " + container, run, interrupt);
}

Status Docker::copy_into(const std::string& container, const std::string& from, const std::string& to,
                         const Interrupt& interrupt) {
  const auto done = run_checked(runner_, "copy into " + container,
                                command({"cp", from, fmt::format("{}:{}", container, to)}, kCopyTimeout), interrupt);
  if (!done.ok()) return done.error();
  return Ok{};
}

Status Docker::remove_containers(const std::vector<std::string>& ids, const Interrupt& interrupt) {
  if (ids.empty()) return Ok{};
  std::vector<std::string> arguments{"rm", "--force", "--volumes"};
  arguments.insert(arguments.end(), ids.begin(), ids.end());
  const Command remove = command(std::move(arguments), kRemoveTimeout);
  const Result<Completed> done = runner_.run(remove, interrupt);
  if (!done.ok()) return done.error();
  if (done->exit_code != 0 && done->err.find("No such container") == std::string::npos) {
    return failed_command("remove containers", remove, *done);
  }
  return Ok{};
}

Result<std::string> Docker::image_label(const std::string& image, const std::string& label,
                                        const Interrupt& interrupt) {
  const auto done =
      run_checked(runner_, "image " + image,
                  command({"image", "inspect", "--format",
                           fmt::format("{{{{with .Config.Labels}}}}{{{{index . \"{}\"}}}}{{{{end}}}}", label), image},
                          kQueryTimeout),
                  interrupt);
  if (!done.ok()) return done.error();
  return last_lines(done->out, 1);
}

Result<std::string> Docker::image_id(const std::string& image, const Interrupt& interrupt) {
  const auto done = run_checked(runner_, "image " + image,
                                command({"image", "inspect", "--format", "{{.Id}}", image}, kQueryTimeout), interrupt);
  if (!done.ok()) return done.error();
  return last_lines(done->out, 1);
}

Status Docker::ensure_network(const std::string& name, const std::string& subnet, const std::string& range,
                              const Interrupt& interrupt) {
  const auto there = runner_.run(command({"network", "inspect", name}, kQueryTimeout), interrupt);
  if (!there.ok()) return there.error();
  if (there->exit_code == 0) return Ok{};
  const auto made = run_checked(
      runner_, "network " + name,
      command({"network", "create", "--driver", "bridge", "--subnet", subnet, "--ip-range", range, "--opt",
               "com.docker.network.bridge.enable_ip_masquerade=true", "--label", std::string(kOwnLabel) + "=1", name},
              kQueryTimeout),
      interrupt);
  if (!made.ok()) return made.error();
  return Ok{};
}

Status Docker::remove_own_network(const std::string& name, const Interrupt& interrupt) {
  const auto there = runner_.run(command({"network", "inspect", name}, kQueryTimeout), interrupt);
  if (!there.ok()) return there.error();
  if (there->exit_code != 0) return Ok{};
  const Result<Json> list = parse_json(there->out, "docker network inspect");
  if (!list.ok()) return list.error();
  const Json network = list->empty() ? Json::object() : list->at(0);
  const Json labels = network.value("Labels", Json::object());
  const Json attached = network.value("Containers", Json::object());
  if (!labels.is_object() || !labels.contains(kOwnLabel) || !attached.empty()) return Ok{};
  const auto removed =
      run_checked(runner_, "network " + name, command({"network", "rm", name}, kQueryTimeout), interrupt);
  if (!removed.ok()) return removed.error();
  return Ok{};
}

}  // namespace hadrill
