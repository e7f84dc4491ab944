// A container engine in memory, behind the process door: containers that are killed, started, paused, and that get the
// lowest free address when they start, as a real engine's do.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "cluster/docker.hpp"
#include "support/fake_runner.hpp"
#include "topology/topology.hpp"

namespace hadrill::test {

class FakeContainers {
 public:
  struct One {
    std::string id;
    std::string role;
    std::string address;
    bool running = true;
    bool paused = false;
    int starts = 1;
    std::string pinned = {};
  };

  FakeRunner runner;
  Docker docker{runner};
  std::map<std::string, One> containers;  ///< by name

  FakeContainers() { answer_all(); }

  /// From here on whatever is asked and has no rule yet is answered by this engine.
  void answer_all() {
    runner.on("docker ", [this](const Command& command) { return answer(command); });
  }

  void add(const std::string& name, const std::string& role, const std::string& address) {
    containers[name] = {"id-" + name, role, address};
  }
  Node node(const std::string& name) const {
    const One& one = containers.at(name);
    const NodeRole role = one.role == "worker"          ? NodeRole::worker
                          : one.role == "control-plane" ? NodeRole::control_plane
                                                        : NodeRole::load_balancer;
    return {name, role, one.id, one.address, {}};
  }
  Topology topology() const {
    Topology out{"c", {}};
    for (const auto& [name, one] : containers) out.nodes.push_back(node(name));
    return out;
  }
  /// How often `docker VERB` was asked for the container.
  long asked(const std::string& verb, const std::string& name) const {
    return std::count(runner.asked.begin(), runner.asked.end(), "docker " + verb + " " + containers.at(name).id);
  }

  Result<Completed> answer(const Command& command) {
    const std::string& verb = command.argv.at(1);
    if (verb == "ps") return list();
    if (verb == "inspect") return inspect_all();
    if (verb == "container") return inspect_one(command.argv.back());
    if (verb == "network" && command.argv.at(2) == "disconnect") return Completed{};
    if (verb == "cp" || verb == "exec") return Completed{1, "", "nothing can be put there", {}};
    One* const one = find(command.argv.back());
    if (one == nullptr) return Completed{1, "", "Error: No such container: " + command.argv.back(), {}};
    if (verb == "kill") return kill(*one);
    if (verb == "start") return start(*one);
    if (verb == "pause" || verb == "unpause") return pause(*one, verb == "pause");
    if (verb == "network") one->pinned = command.argv.at(4);
    return Completed{};
  }

 private:
  One* find(const std::string& text) {
    for (auto& [name, one] : containers) {
      if (text == name || text == one.id) return &one;
    }
    return nullptr;
  }
  static Json describe(const std::string& name, const One& one) {
    return {{"Id", one.id},
            {"Name", "/" + name},
            {"State",
             {{"Running", one.running},
              {"Paused", one.paused},
              {"Restarting", false},
              {"Pid", 0},
              {"StartedAt", std::to_string(one.starts)}}},
            {"Config", {{"Labels", {{"io.x-k8s.kind.role", one.role}}}}},
            {"NetworkSettings", {{"Networks", {{"kind", {{"IPAddress", one.running ? one.address : ""}}}}}}}};
  }
  Completed inspect_one(const std::string& text) {
    for (const auto& [name, one] : containers) {
      if (&one == find(text)) return {0, Json::array({describe(name, one)}).dump(), "", {}};
    }
    return {1, "[]", "Error: No such container: " + text, {}};
  }
  Completed inspect_all() const {
    Json all = Json::array();
    for (const auto& [name, one] : containers) all.push_back(describe(name, one));
    return {0, all.dump(), "", {}};
  }
  Completed list() const {
    std::string ids;
    for (const auto& [name, one] : containers) ids += one.id + "\n";
    return {0, ids, "", {}};
  }
  static Completed kill(One& one) {
    if (!one.running) return {1, "", "is not running", {}};
    one.running = one.paused = false;
    return {};
  }
  Completed start(One& one) {
    if (one.running) return {};
    one.address = one.pinned.empty() ? lowest_free() : one.pinned;
    one.running = true;
    ++one.starts;
    return {};
  }
  /// 10.0.0.2, 10.0.0.3, ...
  std::string lowest_free() const {
    for (int last = 2;; ++last) {
      std::string address = "10.0.0." + std::to_string(last);
      const bool taken = std::any_of(containers.begin(), containers.end(), [&](const auto& other) {
        return other.second.running && other.second.address == address;
      });
      if (!taken) return address;
    }
  }
  static Completed pause(One& one, bool paused) {
    if (one.paused == paused) return {1, "", "it is so already", {}};
    one.paused = paused;
    return {};
  }
};

}  // namespace hadrill::test
