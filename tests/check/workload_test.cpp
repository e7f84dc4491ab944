// The course of a workload: each phase once per node or pod, from what watches told.
#include <catch2/catch.hpp>

#include "check/timeline.hpp"
#include "check/workload_clock.hpp"
#include "nodes.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

const Window kWindow{kT0, kT0 + Duration(1ms), kEnd};

void node(RunRecord& record, Duration at, const std::string& name, const std::string& ready) {
  node_told(record, at, name, ready);
}
void endpoint(RunRecord& record, Duration at, const std::string& pod, bool ready) {
  endpoint_told(record, at, pod, ready);
}
void pod(RunRecord& record, Duration at, const PodStory& one) { pod_told(record, at, one); }

void answers(RunRecord& record, Duration at, const std::string& name) {
  add_event(record, kT0 + at, event_type::server_seen, {{"server", 4}, {"name", name}});
}

std::string short_of(const RunTime& row) {
  const auto ms = [](Duration time) { return std::to_string(time / 1ms); };
  return row.id + " " + row.about + " " + ms(row.since_t0->lower) + ".." + ms(*row.since_t0->upper);
}

std::vector<std::string> course(const RunRecord& record, const std::vector<ProberResult>& users = {}) {
  std::vector<std::string> rows;
  for (const RunTime& row : workload_course(record.events, kWindow, users)) rows.push_back(short_of(row));
  return rows;
}

/// Two nodes, a pod on each, both served; before T0.
RunRecord at_rest() {
  RunRecord record;
  for (const char* name : {"w1", "w2"}) node(record, -9s, name, "True");
  for (const char* name : {"a", "b"}) {
    endpoint(record, -9s, name, true);
    pod(record, -9s, {name, "w1", "Running", true});
    answers(record, -8s, std::string(name) + " on w1");
  }
  return record;
}

}  // namespace

TEST_CASE("nothing that happens to a workload is no row") { CHECK(course(at_rest()).empty()); }

TEST_CASE("a lost node: away, out of the Service, thrown out, and another stands in") {
  RunRecord record = at_rest();
  node(record, 10s, "w1", "Unknown");
  endpoint(record, 10100ms, "a", false);
  pod(record, 15s, {"a", "w1", "Running", false, true});
  pod(record, 15100ms, {"c"});
  pod(record, 15200ms, {"c", "w2"});
  pod(record, 16s, {"c", "w2", "Running", false});
  pod(record, 17s, {"c", "w2", "Running", true});
  endpoint(record, 17100ms, "c", true);
  answers(record, 17300ms, "c on w2");
  node(record, 20s, "w1", "True");
  CHECK(course(record) == std::vector<std::string>{"W1 w1 9999..10000", "W2 a 14999..15000", "W3 a of web 10099..10100",
                                                   "W6 a 14999..15000", "W7 c 15099..15100", "W8 c 15199..15200",
                                                   "W9 c 15999..16000", "W10 c 16999..17000", "W11 c 17299..17300",
                                                   "W13 w1 19999..20000"});
}

TEST_CASE("each happens to each once, and only what comes after T0 counts") {
  RunRecord record = at_rest();
  node(record, -5s, "w2", "False");
  node(record, -4s, "w2", "True");
  for (const Duration at : {5s, 9s}) {
    endpoint(record, at, "a", false);
    endpoint(record, at + Duration(1s), "a", true);
  }
  CHECK(course(record) == std::vector<std::string>{"W3 a of web 4999..5000", "W12 a of web 5999..6000"});
}

TEST_CASE("pods are not Ready when they were at T0, and a node evicts from its taint on") {
  RunRecord record = at_rest();
  pod(record, -5s, {"b", "w2", "Running", false});
  pod(record, 1s, {"b", "w2", "Running", false});
  pod(record, 2s, {"a", "w1", "Running", false});
  pod(record, 3s, {"a", "w1", "Running", true});
  pod(record, 4s, {"a", "w1", "Running", false});
  node_told(record, 5s, "w1", "Unknown", true);
  node_told(record, 6s, "w1", "Unknown", true);
  CHECK(course(record) == std::vector<std::string>{"W1 w1 4999..5000", "W2 a 1999..2000", "W5 w1 4999..5000"});
}

TEST_CASE("users of a Service are sent elsewhere when the last of their requests has failed") {
  const auto user = [](const char* through, const char* endpoint, Bounds last) {
    ProberResult result;
    result.prober.name = through;
    result.prober.through = through;
    result.prober.endpoint = endpoint;
    result.impact = kT0;
    result.served_again = last;
    return result;
  };
  const std::vector<ProberResult> users{
      user(probe_path::node_load_balancer, "", {5s, std::nullopt}), user(probe_path::service, "", {2s, 3s}),
      user(probe_path::each_node_port, "w1", {9s, 9s}), user(probe_path::each_node_port, "w2", {1s, 2s}),
      user(probe_path::load_balancer, "", {1s, 1s})};
  RunRecord record = at_rest();
  add_event(record, kT0, event_type::fault_injecting, {{"step", "kill"}, {"targets", Json::array({worker("w1")})}});
  const auto rows = workload_course(record.events, kWindow, users);
  REQUIRE(rows.size() == 3);
  CHECK(short_of(rows[0]) == "W4 each-node-port 1000..2000");
  CHECK(short_of(rows[1]) == "W4 service 2000..3000");
  CHECK(rows[2].about == probe_path::node_load_balancer);
  CHECK_FALSE(rows[2].since_t0->upper);
}

TEST_CASE("a pod that stands in for none is no replacement") {
  RunRecord record = at_rest();
  pod(record, 5s, {"scaled"});                                          // before anything left
  pod(record, 6s, {"a", "w1", "Running", true, true});                  // one leaves
  pod(record, 7s, {"scaled", "w2", "Running", true});                   // still none
  pod(record, 8s, {"other", "w2", "Running", true, false, "another"});  // of another owner
  answers(record, 9s, "other on w2");
  CHECK(course(record) == std::vector<std::string>{"W6 a 5999..6000"});
}

TEST_CASE("a rolling update: the new pods belong to another ReplicaSet of the same Deployment") {
  RunRecord record;
  for (const char* name : {"a", "b"}) pod(record, -9s, {name, "w1", "Running", true, false, "old", "web"});
  // The first is made before any old one leaves.
  pod(record, 1s, {"c", "", "Pending", false, false, "new", "web"});
  pod(record, 2s, {"c", "w2", "Running", true, false, "new", "web"});
  pod(record, 3s, {"a", "w1", "Running", true, true, "old", "web"});
  pod(record, 4s, {"d", "w1", "Running", true, false, "new", "web"});
  answers(record, 5s, "d on w1");
  // Of a Deployment that is made anew, and of one that is scaled, none stands in.
  pod(record, 6s, {"e", "w1", "Running", true, false, "other", "shop"});
  CHECK(course(record) == std::vector<std::string>{"W6 a 2999..3000", "W7 c 999..1000", "W7 d 3999..4000",
                                                   "W8 c 1999..2000", "W8 d 3999..4000", "W9 c 1999..2000",
                                                   "W9 d 3999..4000", "W10 c 1999..2000", "W10 d 3999..4000",
                                                   "W11 d 4999..5000"});
}

TEST_CASE("a scaling of a Deployment makes no replacements, a pod without an owner has none") {
  RunRecord record;
  pod(record, -9s, {"a", "w1", "Running", true, false, "rs", "web"});
  pod(record, -9s, {"lone", "w1", "Running", true, false, "", "", ""});
  pod(record, 1s, {"b", "w2", "Running", true, false, "rs", "web"});
  pod(record, 2s, {"lone", "w1", "Running", true, true, "", "", ""});
  pod(record, 3s, {"other", "w2", "Running", true, false, "", "", ""});
  CHECK(course(record) == std::vector<std::string>{"W6 lone 1999..2000"});
}

TEST_CASE("what a list found after a gap may have happened since the gap began") {
  RunRecord record = at_rest();
  node(record, 10s, "w1", "False");
  record.events.events.back().data["notBeforeNs"] = (kT0 + Duration(4s)).ns;
  CHECK(course(record) == std::vector<std::string>{"W1 w1 3999..10000"});
}

TEST_CASE("a pod that is gone without having been seen to leave was thrown out; an endpoint that is gone is out") {
  RunRecord record = at_rest();
  pod(record, 5s, {"a", "w1", "Running", true});
  record.events.events.back().data["gone"] = true;
  endpoint(record, 6s, "a", true);
  record.events.events.back().data["gone"] = true;
  CHECK(course(record) == std::vector<std::string>{"W3 a of web 5999..6000", "W6 a 4999..5000"});
}

TEST_CASE("a verdict tells the course of the workloads; what came after the window is left out") {
  RunRecord record = run_with(all_good());
  for (const Event& event : at_rest().events.events) record.events.events.push_back(event);
  node(record, 10s, "w1", "Unknown");
  node(record, 31s, "w2", "Unknown");
  const Verdict verdict = judge(record);
  REQUIRE(verdict.workload.size() == 1);
  CHECK(verdict.workload.front().what == "node not Ready");
  CHECK(verdict.workload.front().about == "w1");
}
