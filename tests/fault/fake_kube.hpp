// kubectl in the control planes of a cluster in memory, for a FakeContainers: nodes that are cordoned, pods on a node.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "fake_containers.hpp"

namespace hadrill::test {

class FakeKube {
 public:
  std::set<std::string> cordoned;
  std::set<std::string> silent;  ///< control planes whose API server does not answer
  Json pods = Json::array();     ///< all of one node
  int drains = 0;                ///< processes that drain it
  Completed drained{0, "100.00 130.50\n", "", {}};
  std::vector<std::string> done;  ///< "VERB NODE in CONTROL-PLANE"

  explicit FakeKube(FakeContainers& engine) : engine_(engine) {
    engine.runner.forget();
    engine.runner.on("docker exec", [this](const Command& command) { return Result<Completed>(answer(command)); });
    engine.answer_all();
  }

  void add_pod(const std::string& name, const std::string& controller, const std::string& name_space = "shop") {
    Json pod = {{"metadata", {{"namespace", name_space}, {"name", name}, {"uid", "uid-" + name}}}};
    if (!controller.empty())
      pod["metadata"]["ownerReferences"] = Json::array({{{"kind", controller}, {"controller", true}}});
    pods.push_back(std::move(pod));
  }
  /// Nothing is left on the node but what a drain leaves, and a pod called "stubborn".
  void evict_all() {
    Json left = Json::array();
    for (const Json& pod : pods) {
      const bool bound = json_text(pod, "/metadata/ownerReferences/0/kind") == "DaemonSet" ||
                         pod.contains("/metadata/annotations"_json_pointer) ||
                         json_text(pod, "/metadata/name") == "stubborn";
      if (bound) left.push_back(pod);
    }
    pods = std::move(left);
  }

 private:
  /// argv: docker exec --interactive CONTROL-PLANE sh -c SCRIPT NAME PARAMETER...
  Completed answer(const Command& command) {
    const auto& argv = command.argv;
    if (argv.size() < 8 || argv.at(4) != "sh") return {1, "", "nothing can be put there", {}};
    const std::string& plane = argv.at(3);
    const auto found = engine_.containers.find(plane);
    if (found == engine_.containers.end() || !found->second.running) return {1, "", plane + " is not running", {}};
    if (silent.contains(plane)) return {1, "", "connection refused", {}};
    return act(argv.at(6), argv.size() > 8 ? argv.at(8) : "", plane);
  }
  Completed act(const std::string& script, const std::string& node, const std::string& plane) {
    const auto has = [&script](const char* words) { return script.find(words) != std::string::npos; };
    const auto note = [&](const char* verb) { done.push_back(std::string(verb) + " " + node + " in " + plane); };
    if (has("api uncordon")) {
      note("uncordon");
      cordoned.erase(node);
      drains = 0;
    } else if (has("api cordon")) {
      note("cordon");
      cordoned.insert(node);
    } else if (has("api drain")) {
      note("drain");
      if (drained.exit_code == 0) evict_all();
      return drained;
    } else if (has("/api/v1/pods")) {
      return {0, Json{{"items", pods}}.dump(), "", {}};
    } else if (has("--field-selector")) {
      std::string names;
      for (const std::string& one : cordoned) names += "node/" + one + "\n";
      return {0, names, "", {}};
    } else if (has(".spec.unschedulable")) {
      return {0, node + (cordoned.contains(node) ? "/true " : "/ ") + std::to_string(drains) + "\n", "", {}};
    }
    return {};
  }

  FakeContainers& engine_;
};

}  // namespace hadrill::test
