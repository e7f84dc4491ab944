// Watches of workloads: what is news, what a list makes up for, what is no such object.
#include "probe/workload_watcher.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "probe/companion_loop.hpp"
#include "support/scripted_engine.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

std::string node_json(int version, const std::string& ready, bool evicts = false) {
  return fmt::format(R"({{"metadata":{{"name":"w1","resourceVersion":"{}"}},"spec":{{"taints":[{}]}},)"
                     R"("status":{{"conditions":[{{"type":"Ready","status":"{}"}}]}}}})",
                     version, evicts ? R"({"key":"x","effect":"NoExecute"})" : "", ready);
}

std::string list_json(int version, const std::string& items) {
  return fmt::format(R"({{"kind":"NodeList","metadata":{{"resourceVersion":"{}"}},"items":[{}]}})", version, items);
}

std::string line(const std::string& type, const std::string& object) {
  return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, object);
}

struct Watching {
  ManualClock clock;
  ScriptedEngine engine{clock};
  std::vector<Event> events;
  WorkloadWatcher watcher{"https://lb", WorkloadKind::node, "",
                          [this](const Event& event) { events.push_back(event); }};
  std::string list = list_json(100, node_json(90, "True"));
  std::function<void(std::uint64_t id)> on_watch = [](std::uint64_t) {};
  Interrupt stop;

  Watching() {
    engine.server = [this](std::uint64_t id, const http::Request& request) {
      request.on_body ? on_watch(id) : engine.answer(id, 5ms, 200, list);
    };
  }
  void run(Duration length) {
    const Instant end = clock.now() + length;
    engine.on_drive = [this, end] {
      if (clock.now() >= end) stop.raise();
    };
    CompanionLoop({&watcher}, engine, clock).run(stop);
  }
  std::vector<Event> of(const char* type) const {
    std::vector<Event> found;
    for (const Event& event : events) {
      if (event.type == type) found.push_back(event);
    }
    return found;
  }
};

}  // namespace

TEST_CASE("facts of a node, a pod and the endpoints of a Service") {
  CHECK(workload_states(WorkloadKind::node, Json::parse(node_json(1, "Unknown", true))) ==
        std::vector<WorkloadState>{{"w1", {{"node", "w1"}, {"ready", "Unknown"}, {"evicts", true}}}});
  const Json pod = Json::parse(R"({"metadata": {"name": "a", "namespace": "shop", "uid": "u", "deletionTimestamp": "x",
    "labels": {"pod-template-hash": "5c9"},
    "ownerReferences": [{"uid": "rs", "kind": "ReplicaSet", "name": "web-5c9"}]},
    "spec": {"nodeName": "w1", "tolerations": [{"key": "node.kubernetes.io/unreachable", "operator": "Exists",
      "effect": "NoExecute", "tolerationSeconds": 30}]},
    "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}})");
  CHECK(workload_states(WorkloadKind::pod, pod) == std::vector<WorkloadState>{{"u",
                                                                               {{"namespace", "shop"},
                                                                                {"pod", "a"},
                                                                                {"uid", "u"},
                                                                                {"owner", "rs"},
                                                                                {"ownerKind", "ReplicaSet"},
                                                                                {"deployment", "web"},
                                                                                {"toleratesUnreachableS", 30},
                                                                                {"readiness", Json::array()},
                                                                                {"node", "w1"},
                                                                                {"phase", "Running"},
                                                                                {"ready", true},
                                                                                {"leaving", true}}}});
  const Json slice = Json::parse(R"({"metadata": {"name": "web-x", "namespace": "shop",
    "labels": {"kubernetes.io/service-name": "web"}}, "endpoints": [
      {"targetRef": {"name": "a"}, "nodeName": "w1", "conditions": {"ready": false, "terminating": true}},
      {"targetRef": {"name": "b"}, "nodeName": "w2"}, {"addresses": ["10.0.0.1"]}]})");
  const auto endpoints = workload_states(WorkloadKind::endpoint, slice);
  REQUIRE(endpoints.size() == 2);
  CHECK(endpoints[0].key == "shop/web/a");
  CHECK(endpoints[0].facts["ready"] == false);
  CHECK(endpoints[0].facts["terminating"] == true);
  CHECK(endpoints[1].facts["ready"] == true);
  for (const WorkloadKind kind : {WorkloadKind::node, WorkloadKind::endpoint, WorkloadKind::pod}) {
    for (const char* nonsense : {"{}", "[]", "7", R"({"metadata": 7, "endpoints": 7, "status": []})"})
      CHECK(workload_states(kind, Json::parse(nonsense)).empty());
  }
}

TEST_CASE("the Deployment of a pod is told by the hash of its template") {
  const auto deployment = [](const std::string& kind, const std::string& owner, const std::string& hash) {
    const Json pod = {{"metadata",
                       {{"name", "a"},
                        {"labels", {{"pod-template-hash", hash}}},
                        {"ownerReferences", {{{"uid", "u"}, {"kind", kind}, {"name", owner}}}}}}};
    return workload_states(WorkloadKind::pod, pod).front().facts["deployment"].get<std::string>();
  };
  CHECK(deployment("ReplicaSet", "web-abrupt-5c9", "5c9") == "web-abrupt");
  CHECK(deployment("ReplicaSet", "mine", "5c9").empty());  // a ReplicaSet of its own
  CHECK(deployment("ReplicaSet", "-5c9", "5c9").empty());
  CHECK(deployment("ReplicaSet", "web-", "").empty());
  CHECK(deployment("StatefulSet", "web-5c9", "5c9").empty());
}

TEST_CASE("the readiness probe of each container of a pod") {
  const auto readiness = [](const char* containers) {
    const Json pod = {{"metadata", {{"name", "a"}}}, {"spec", {{"containers", Json::parse(containers)}}}};
    return workload_states(WorkloadKind::pod, pod).front().facts["readiness"];
  };
  CHECK(readiness(R"([{"readinessProbe": {"httpGet": {"path": "/readyz"}, "periodSeconds": 2, "timeoutSeconds": 3,
                       "failureThreshold": 4, "initialDelaySeconds": 5, "successThreshold": 6},
                       "startupProbe": {}}, {}])") ==
        Json::parse(R"([{"by": "httpGet", "periodS": 2, "timeoutS": 3, "failures": 4, "delayS": 5, "successes": 6,
                         "startup": true},
                        {"by": "", "periodS": 10, "timeoutS": 1, "failures": 3, "delayS": 0, "successes": 1,
                         "startup": false}])"));
  CHECK(readiness(R"([{"readinessProbe": {"tcpSocket": {"port": 1}}}])")[0]["by"] == "tcpSocket");
  CHECK(readiness(R"([7, {"readinessProbe": 7}])")[1]["by"] == "");
}

TEST_CASE("how long a pod stays on a node that is not reached") {
  const auto tolerates = [](const char* tolerations) {
    const Json pod = {{"metadata", {{"name", "a"}}}, {"spec", {{"tolerations", Json::parse(tolerations)}}}};
    return workload_states(WorkloadKind::pod, pod).front().facts["toleratesUnreachableS"];
  };
  CHECK(tolerates("[]") == 0);
  CHECK(tolerates(R"([{"operator": "Exists"}])").is_null());
  CHECK(tolerates(R"([{"key": "node.kubernetes.io/unreachable", "operator": "Exists", "tolerationSeconds": 300}])") ==
        300);
  CHECK(tolerates(R"([{"key": "node.kubernetes.io/unreachable", "tolerationSeconds": -5}])") == 0);
  // Not of this taint: another key, effect, or value.
  for (const char* other :
       {R"([{"key": "node.kubernetes.io/not-ready", "operator": "Exists"}])",
        R"([{"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoSchedule"}])",
        R"([{"key": "node.kubernetes.io/unreachable", "value": "x"}])", R"([{"key": ""}])", "[7]"})
    CHECK(tolerates(other) == 0);
  // The first that fits counts.
  CHECK(tolerates(R"([{"key": "node.kubernetes.io/unreachable", "operator": "Exists", "tolerationSeconds": 9},
                      {"operator": "Exists"}])") == 9);
}

TEST_CASE("what is no such list is none") {
  CHECK(read_workload_list(WorkloadKind::node, list_json(3, node_json(1, "True")))->objects.size() == 1);
  CHECK_FALSE(read_workload_list(WorkloadKind::pod, list_json(3, "")));
  CHECK_FALSE(read_workload_list(WorkloadKind::node, R"({"kind": "NodeList"})"));
  CHECK_FALSE(read_workload_list(WorkloadKind::node, "no JSON"));
}

TEST_CASE("a change is told, and what stays as it is is not") {
  Watching watching;
  watching.on_watch = [&](std::uint64_t id) {
    watching.engine.push(id, 10ms, line("MODIFIED", node_json(101, "True")));
    watching.engine.push(id, 20ms, line("MODIFIED", node_json(102, "Unknown")));
    watching.engine.push(id, 30ms, line("BOOKMARK", node_json(103, "True")));
    watching.engine.push(id, 40ms, line("DELETED", node_json(104, "Unknown")));
  };
  watching.run(1s);
  const auto told = watching.of(event_type::node_changed);
  REQUIRE(told.size() == 3);
  CHECK(told[0].data["ready"] == "True");
  CHECK(told[1].data["ready"] == "Unknown");
  CHECK_FALSE(told[1].data.contains("notBeforeNs"));
  CHECK(told[2].data["gone"] == true);
  REQUIRE(watching.of(event_type::workload_stream).size() >= 1);
  CHECK(watching.of(event_type::workload_stream).front().data["state"] == "opened");
}

TEST_CASE("a stream that goes on where one ended says since when what it tells at first may be") {
  Watching watching;
  int watches = 0;
  watching.on_watch = [&](std::uint64_t id) {
    if (++watches == 1) {
      watching.engine.push(id, 10ms, line("BOOKMARK", node_json(101, "True")));
      watching.engine.push(id, 20ms, "nonsense\n");
    } else if (watches == 2) {
      watching.engine.push(id, 10ms, line("MODIFIED", node_json(102, "Unknown")));
      watching.engine.push(id, 2s, line("MODIFIED", node_json(103, "True")));
    }
  };
  watching.run(5s);
  const auto told = watching.of(event_type::node_changed);
  REQUIRE(told.size() == 3);
  REQUIRE(told[1].data.contains("notBeforeNs"));
  CHECK(told[1].data["notBeforeNs"].get<std::int64_t>() < told[1].at.ns);
  CHECK(told[1].data["notBeforeNs"].get<std::int64_t>() > told[0].at.ns);
  CHECK_FALSE(told[2].data.contains("notBeforeNs"));
}

TEST_CASE("a stream is open again with its header, though nothing changes for long") {
  Watching watching;
  int watches = 0;
  watching.on_watch = [&](std::uint64_t id) {
    watching.engine.push(id, 10ms, "");
    if (++watches == 1) watching.engine.break_off(id, 100ms, http::Ending::reset);
  };
  watching.run(5s);
  std::vector<std::string> states;
  for (const Event& event : watching.of(event_type::workload_stream)) states.push_back(event.data["state"]);
  REQUIRE(states.size() >= 3);
  states.resize(3);
  CHECK(states == std::vector<std::string>{"opened", "ended", "opened"});
}

TEST_CASE("after a gap a list tells what changed meanwhile, and since when that may be") {
  Watching watching;
  int watches = 0;
  watching.on_watch = [&](std::uint64_t id) {
    if (++watches > 1) return;
    watching.engine.push(id, 10ms, line("ERROR", R"({"code": 410, "message": "too old"})"));
    watching.list = list_json(200, node_json(150, "False"));
  };
  watching.run(2s);
  const auto told = watching.of(event_type::node_changed);
  REQUIRE(told.size() == 2);
  CHECK(told[1].data["ready"] == "False");
  REQUIRE(told[1].data.contains("notBeforeNs"));
  CHECK(told[1].data["notBeforeNs"].get<std::int64_t>() == told[0].at.ns);
}
