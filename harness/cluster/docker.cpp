#include "cluster/docker.hpp"

#include <fmt/format.h>

#include <charconv>
#include <set>
#include <sstream>

#include "cluster/frozen.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kQueryTimeout = 30s;
constexpr auto kCopyTimeout = 60s;
constexpr auto kRemoveTimeout = 120s;
/// A start of a node takes half a second here; the engine gives up by itself long before this.
constexpr auto kChangeTimeout = 60s;
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

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

}  // namespace

ContainerState read_state(const Json& inspect) {
  const Container container = read_container(inspect);
  ContainerState state;
  state.id = container.id;
  state.name = container.name;
  state.running = json_get<bool>(inspect, "/State/Running").value_or(false);
  state.paused = json_get<bool>(inspect, "/State/Paused").value_or(false);
  state.restarting = json_get<bool>(inspect, "/State/Restarting").value_or(false);
  state.pid = json_get<pid_t>(inspect, "/State/Pid").value_or(0);
  state.started_at = json_text(inspect, "/State/StartedAt");
  const Json networks = inspect.value("/NetworkSettings/Networks"_json_pointer, Json::object());
  for (const auto& [name, network] : networks.items()) {
    if (!state.network.empty()) break;
    state.network = name;
    state.address = json_text(network, "/IPAddress");
  }
  return state;
}

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
  std::set<std::string> ids;
  for (const char* label : {kClusterLabel, kOwnClusterLabel}) {
    const std::string filter = fmt::format("label={}={}", label, cluster);
    const auto listed =
        run_checked(runner_, "list containers",
                    command({"ps", "--all", "--quiet", "--no-trunc", "--filter", filter}, kQueryTimeout), interrupt);
    if (!listed.ok()) return listed.error();
    for (std::string& id : words_of(listed->out)) ids.insert(std::move(id));
  }
  std::vector<Container> containers;
  if (ids.empty()) return containers;
  std::vector<std::string> arguments{"inspect"};
  arguments.insert(arguments.end(), ids.begin(), ids.end());
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

Status Docker::create(const std::vector<std::string>& arguments, const Interrupt& interrupt) {
  std::vector<std::string> words{"create"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const auto done = run_checked(runner_, "create container", command(std::move(words), kChangeTimeout), interrupt);
  if (!done.ok()) return done.error();
  return Ok{};
}

Status Docker::copy_into(const std::string& container, const std::string& from, const std::string& to,
                         const Interrupt& interrupt) {
  const auto done = run_checked(runner_, "copy into " + container,
                                command({"cp", from, fmt::format("{}:{}", container, to)}, kCopyTimeout), interrupt);
  if (!done.ok()) return done.error();
  return Ok{};
}

Result<ContainerState> Docker::state(const std::string& container, const Interrupt& interrupt) {
  const Command inspect = command({"container", "inspect", container}, kQueryTimeout);
  const Result<Completed> done = runner_.run(inspect, interrupt);
  if (!done.ok()) return done.error();
  if (done->exit_code != 0 && done->err.find("No such container") != std::string::npos) {
    ContainerState gone;
    gone.id = gone.name = container;
    gone.exists = false;
    return gone;
  }
  if (done->exit_code != 0) return failed_command("inspect " + container, inspect, *done);
  const Result<Json> list = parse_json(done->out, "docker container inspect");
  if (!list.ok()) return list.error();
  if (!list->is_array() || list->size() != 1)
    return infrastructure_error("inspect " + container, "the engine did not describe exactly one container");
  return read_state(list->front());
}

Status Docker::change(const std::string& verb, const std::string& container, const Interrupt& interrupt) {
  const auto done = run_checked(runner_, verb + " container", command({verb, container}, kChangeTimeout), interrupt);
  if (!done.ok()) return done.error();
  return Ok{};
}

Status Docker::kill(const std::string& container, const Interrupt& interrupt) {
  const Status killed = change("kill", container, interrupt);
  // What is frozen does not die (cgroup v1).
  if (killed.ok() || interrupt.raised() || thaw_frozen(kFreezer, container) == 0) return killed;
  return change("kill", container, interrupt);
}

Status Docker::start(const std::string& container, const Interrupt& interrupt) {
  return change("start", container, interrupt);
}

Status Docker::pause(const std::string& container, const Interrupt& interrupt) {
  return change("pause", container, interrupt);
}

Status Docker::unpause(const std::string& container, const Interrupt& interrupt) {
  return change("unpause", container, interrupt);
}

Status Docker::pin_address(const ContainerState& container, const std::string& network, const std::string& address,
                           const Interrupt& interrupt) {
  const std::string where = "address of " + container.name;
  if (!container.network.empty()) {
    const auto off = run_checked(runner_, where,
                                 command({"network", "disconnect", network, container.id}, kChangeTimeout), interrupt);
    if (!off.ok()) return off.error();
  }
  const auto on =
      run_checked(runner_, where,
                  command({"network", "connect", "--ip", address, network, container.id}, kChangeTimeout), interrupt);
  if (!on.ok()) return on.error();
  return Ok{};
}

Result<std::string> Docker::first_word(const std::string& container, const std::string& path,
                                       const Interrupt& interrupt) {
  const auto done = run_checked(runner_, "copy from " + container,
                                command({"cp", fmt::format("{}:{}", container, path), "-"}, kCopyTimeout), interrupt);
  if (!done.ok()) return done.error();
  // A tar archive of one file: a header, which has the size in octal digits, and the content.
  constexpr std::size_t kHeader = 512;
  constexpr std::size_t kSizeAt = 124;
  constexpr std::size_t kSizeDigits = 11;
  std::size_t size = 0;
  if (done->out.size() >= kHeader) {
    const char* const digits = done->out.data() + kSizeAt;
    std::from_chars(digits, digits + kSizeDigits, size, 8);
  }
  if (size == 0 || size > done->out.size() - kHeader)
    return infrastructure_error("copy from " + container, "the engine did not give the file " + path);
  std::istringstream content(done->out.substr(kHeader, size));
  std::string text;
  content >> text;
  return text;
}

Status Docker::remove_containers(const std::vector<std::string>& ids, const Interrupt& interrupt) {
  if (ids.empty()) return Ok{};
  std::vector<std::string> arguments{"rm", "--force", "--volumes"};
  arguments.insert(arguments.end(), ids.begin(), ids.end());
  const Command remove = command(std::move(arguments), kRemoveTimeout);
  Result<Completed> done = runner_.run(remove, interrupt);
  if (done.ok() && done->exit_code != 0) {
    std::size_t thawed = 0;
    for (const std::string& id : ids) thawed += thaw_frozen(kFreezer, id);
    if (thawed > 0) done = runner_.run(remove, interrupt);
  }
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
