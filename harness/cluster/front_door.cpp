#include "cluster/front_door.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/file.hpp"
#include "cluster/holes.hpp"

namespace hadrill {
namespace {

constexpr std::string_view kForEach = "{for each server}";

/// Where the program of Debian's package looks by itself, so that whoever reads the container finds it as well.
const char* config_path(FrontDoor door) {
  return door == FrontDoor::nginx ? "/etc/nginx/nginx.conf" : "/etc/haproxy/haproxy.cfg";
}

std::vector<std::string> program(FrontDoor door) {
  if (door == FrontDoor::nginx) return {"nginx", "-c", config_path(door), "-g", "daemon off;"};
  return {"haproxy", "-W", "-db", "-f", config_path(door)};
}

std::string filled(std::string line, const Node& node) {
  fill_hole(line, "{name}", node.name);
  fill_hole(line, "{address}", node.address);
  return line + "\n";
}

/// "127.0.0.1:40001:6443/tcp" for each published port.
std::vector<std::string> published(const Json& inspect) {
  std::vector<std::string> out;
  const Json ports = inspect.value("/NetworkSettings/Ports"_json_pointer, Json::object());
  for (const auto& [inside, bindings] : ports.items()) {
    if (!bindings.is_array()) continue;
    for (const Json& binding : bindings) {
      const std::string address = json_text(binding, "/HostIp", "127.0.0.1");
      const std::string host = address.find(':') == std::string::npos ? address : "[" + address + "]";
      out.push_back(fmt::format("{}:{}:{}", host, json_text(binding, "/HostPort"), inside));
    }
  }
  return out;
}

const Container* find_balancer(const Topology& topology, const std::vector<Container>& containers) {
  const Node* balancer = topology.load_balancer();
  if (balancer == nullptr) return nullptr;
  const auto found = std::find_if(containers.begin(), containers.end(),
                                  [&](const Container& container) { return container.id == balancer->container_id; });
  return found == containers.end() ? nullptr : &*found;
}

}  // namespace

std::string balancer_config(const std::string& text, const std::vector<Node>& servers) {
  std::istringstream in(text);
  std::string out;
  bool each = false;
  for (std::string line; std::getline(in, line);) {
    if (line.find(kForEach) != std::string::npos) {
      each = true;
      continue;
    }
    if (!each) {
      out += line + "\n";
      continue;
    }
    for (const Node& node : servers) out += filled(line, node);
    each = false;
  }
  return out;
}

void add_balancer_program(std::vector<std::string>& arguments, const std::string& image, FrontDoor door) {
  const std::vector<std::string> command = program(door);
  arguments.insert(arguments.end(), {"--entrypoint", command.front(), image});
  arguments.insert(arguments.end(), command.begin() + 1, command.end());
}

Status start_balancer(Docker& docker, const std::string& name, const std::filesystem::path& written, FrontDoor door,
                      const Interrupt& interrupt) {
  if (const Status copied = docker.copy_into(name, written.string(), config_path(door), interrupt); !copied.ok())
    return copied;
  return docker.start(name, interrupt);
}

Result<std::vector<std::string>> front_door_arguments(const Container& old, const std::string& image, FrontDoor door,
                                                      bool fixed_address) {
  const ContainerState state = read_state(old.inspect);
  const std::vector<std::string> ports = published(old.inspect);
  if (state.network.empty() || state.address.empty() || ports.empty())
    return infrastructure_error("front door", old.name + " is on no network or publishes no port");
  std::vector<std::string> out{"--name",    old.name,      "--hostname", old.name,
                               "--network", state.network, "--restart",  "on-failure:1"};
  if (fixed_address) out.insert(out.end(), {"--ip", state.address});
  for (const std::string& port : ports) out.insert(out.end(), {"--publish", port});
  const Json labels = old.inspect.value("/Config/Labels"_json_pointer, Json::object());
  for (const auto& [name, value] : labels.items()) {
    // What the image says of itself, another image says otherwise.
    if (name.starts_with("io.x-k8s.kind."))
      out.insert(out.end(), {"--label", fmt::format("{}={}", name, value.get<std::string>())});
  }
  add_balancer_program(out, image, door);
  return out;
}

Status replace_front_door(Docker& docker, const FrontDoorPlan& plan, const Topology& topology,
                          const std::vector<Container>& containers, const Interrupt& interrupt) {
  const Container* old = find_balancer(topology, containers);
  if (old == nullptr) return infrastructure_error("front door", "the cluster has no load balancer to replace");
  const auto text = read_file(plan.text);
  if (!text.ok()) return text.error();
  const std::string config = balancer_config(*text, topology.with_role(NodeRole::control_plane));
  if (const Status written = write_file(plan.written, config); !written.ok()) return written;
  if (const Status gone = docker.remove_containers({old->id}, interrupt); !gone.ok()) return gone;
  Status made = Ok{};
  // A network that somebody else made may not let addresses be chosen. Nodes know the load balancer by its name.
  for (const bool fixed_address : {true, false}) {
    const auto arguments = front_door_arguments(*old, plan.image, plan.door, fixed_address);
    if (!arguments.ok()) return arguments.error();
    made = docker.create(*arguments, interrupt);
    if (made.ok()) break;
    if (made.error().text().find("user configured subnets") == std::string::npos) return made;
  }
  if (!made.ok()) return made;
  return start_balancer(docker, old->name, plan.written, plan.door, interrupt);
}

}  // namespace hadrill
