// Stories that are hard on a page.
#pragma once

#include <fmt/format.h>

#include <algorithm>

#include "check/nodes.hpp"
#include "report/runs.hpp"

namespace hadrill::test {

/// What a page must never do when a cluster calls itself this.
inline const std::vector<std::string>& hostile_strings() {
  static const std::vector<std::string> strings{
      "</script><script>window.pwned=1</script>",
      "\"><img src=x onerror=\"window.pwned=1\">",
      "'-->]]><svg onload=window.pwned=1>",
      "<!--<script>",
      "@SCRIPT@ @DATA@",
      "\xE2\x80\xAEgnp.exe \xE2\x80\xA8 line \xFF\xFE bytes & \x1b[31m",
      "&lt;b&gt; is text",
  };
  return strings;
}

/// The same run in a cluster where everything that has a name has one of those, and errors say them.
inline RunRecord hostile_run() {
  const auto& evil = hostile_strings();
  RunRecord record = kill_run(4s);
  record.scenario.description = evil[0] + evil[1];
  auto& probers = record.samples.header.probers;
  probers[1].name += evil[1];
  probers[2].name += evil[0];
  probers[2].endpoint = evil[2];
  record.samples.header.servers = {{evil[0], "01"}, {evil[4], "02"}};
  for (std::size_t i = 0; i < record.samples.samples.size(); ++i) {
    Sample& sample = record.samples.samples[i];
    if (sample.outcome == Outcome::ok) sample.server = static_cast<std::uint16_t>(1 + i % 2);
  }
  for (Event& event : record.events.events) {
    if (event.type == event_type::redundancy_check && !event.data.at("ok").get<bool>())
      event.data["failing"] = Json::array({{{"condition", evil[0]}, {"reason", evil[1]}}});
    for (const char* place : {"/target/node", "/targets/0/node"}) {
      const Json::json_pointer at{place};
      if (event.data.contains(at)) event.data[at] = evil[1];
    }
  }
  for (std::size_t i = 0; i < evil.size(); ++i) {
    add_event(record, kT0 + Duration(1s) * static_cast<int>(i), event_type::node_changed,
              {{"node", evil[i]}, {"ready", i % 2 == 0 ? "True" : evil[3]}, {"evicts", false}});
    add_event(record, kT0 + Duration(2s) * static_cast<int>(i), event_type::pod_changed,
              {{"namespace", "shop"},
               {"pod", evil[i]},
               {"uid", evil[i]},
               {"owner", ""},
               {"node", evil[0]},
               {"phase", evil[1]},
               {"ready", i % 2 == 0},
               {"leaving", false}});
  }
  add_event(record, kEnd, event_type::failed,
            {{"kind", "infrastructure"}, {"where", evil[2]}, {"message", evil[0] + evil[5]}});
  return record;
}

/// Half an hour of 12 probers, 200,000 requests of them, with one in four of the users' failing for two minutes.
inline RunRecord long_run() {
  RunRecord record = kill_run(900ms);
  record.samples = {};
  record.scenario.name = "half-an-hour";
  const Instant end = kT0 + Duration(30min);
  const World flapping = [](Instant sent) {
    const Duration since = sent - kT0;
    const bool bad = since >= Duration::zero() && since < Duration(2min) && sent.ns / 1'000'000 % 400 < 100;
    return bad ? Fate{Outcome::reset, 2ms} : Fate{Outcome::ok, 3ms + Duration(sent.ns / 977 % 4'000'000)};
  };
  for (int i = 0; i < 12; ++i) {
    const std::string name = i == 0 ? "api.read.new" : fmt::format("api.{}.{}", i < 6 ? "read" : "direct", i);
    ProberInfo info = prober_info(name, 108ms, i < 6 ? "load-balancer" : "each-api-server");
    add_prober(record, info, i < 6 ? flapping : down(kT0, kT0 + Duration(18s)), kStart + Duration(7ms) * i, end);
  }
  for (Event& event : record.events.events) {
    if (event.at > kT0 + Duration(1s)) event.at = event.at + (Duration(30min) - (kEnd - kT0));
  }
  for (int i = 0; i < 3600; ++i) {
    for (const char* node : {"cp1", "cp2", "cp3"}) {
      add_event(record, kT0 + Duration(500ms) * i + Duration(10ms), event_type::etcd_member,
                {{"node", node},
                 {"sentNs", (kT0 + Duration(500ms) * i).ns},
                 {"member", std::string("id-") + node},
                 {"leader", "id-cp2"},
                 {"term", 2 + i / 40},
                 {"index", 100 + i},
                 {"applied", 100 + i},
                 {"learner", false}});
    }
  }
  return record;
}

/// The nodes of worker_lost_run(), and its pods: two on each node, then two in the place of those that were lost.
inline const std::string kWorker = "hadrill-worker";
inline const std::string kLostWorker = "hadrill-worker2";
inline const std::vector<std::string>& web_pods() {
  static const std::vector<std::string> pods{"web-7c9d8b6f5d-2k4xq", "web-7c9d8b6f5d-5mn8t", "web-7c9d8b6f5d-8vwzc",
                                             "web-7c9d8b6f5d-c9h2r", "web-7c9d8b6f5d-lq7bd", "web-7c9d8b6f5d-x4s6p"};
  return pods;
}

/// Users of the Service of worker_lost_run(); which pod answered is in every good sample.
inline void add_web_users(RunRecord& record, const std::string& name, const std::string& through, const World& world) {
  ProberInfo info = prober_info(name, 100ms, through);
  info.operation = "get";
  info.endpoint = "web.shop";
  const std::uint16_t index = add_prober(record, info, world, kStart + Duration(31ms));
  for (Sample& sample : record.samples.samples) {
    if (sample.prober != index || sample.outcome != Outcome::ok) continue;
    const auto turn = static_cast<std::uint16_t>(sample.sequence % 4);
    // Pods 1 to 4 by their number; after T0 the first two, and the last two when they are Ready.
    const bool lost = sample.scheduled >= kT0 && turn > 1;
    const bool replaced = sample.scheduled >= kT0 + Duration(12500ms);
    sample.server = static_cast<std::uint16_t>(lost ? (replaced ? turn + 3 : turn - 1) : turn + 1);
  }
}

/// What watches told of the workload of worker_lost_run().
inline void tell_lost_worker(RunRecord& record) {
  const auto& pods = web_pods();
  for (const std::string& node : {kWorker, kLostWorker}) node_told(record, -9s, node, "True");
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string& node = i < 2 ? kWorker : kLostWorker;
    endpoint_told(record, -9s, pods[i], true, node);
    pod_told(record, -9s, serving(pods[i], node));
  }
  for (std::size_t i = 0; i < pods.size(); ++i) {
    const std::string& node = i == 2 || i == 3 ? kLostWorker : kWorker;
    add_event(record, kT0 + (i < 4 ? Duration(-8s) : Duration(12600ms)), event_type::server_seen,
              {{"server", i + 1}, {"name", pods[i] + " on " + node}});
  }
  node_told(record, 6s, kLostWorker, "Unknown");
  node_told(record, 6100ms, kLostWorker, "Unknown", true);
  for (const std::size_t i : {2U, 3U}) {
    pod_told(record, 6020ms, {pods[i], kLostWorker, "Running", false, false, "rs", "web"});
    endpoint_told(record, 6050ms, pods[i], false, kLostWorker);
    pod_told(record, 10s, going(pods[i], kLostWorker));
  }
  for (const std::size_t i : {4U, 5U}) {
    pod_told(record, 10100ms, {pods[i], "", "Pending", false, false, "rs", "web"});
    pod_told(record, 10200ms, {pods[i], kWorker, "Pending", false, false, "rs", "web"});
    pod_told(record, 11500ms, {pods[i], kWorker, "Running", false, false, "rs", "web"});
    pod_told(record, 12s, serving(pods[i], kWorker));
    endpoint_told(record, 12100ms, pods[i], true, kWorker);
  }
  node_told(record, 22s, kLostWorker, "True");
}

/// One of two workers is killed and stays down for 20 s. Of four pods of a Service two were on it: users outside get no
/// answer for 2 s, of those inside every second one gets none until the pods are out of the Service. Users of the API
/// notice nothing. In the order in which a run tells it.
inline RunRecord worker_lost_run() {
  RunRecord record;
  record.scenario = kill_scenario();
  record.scenario.name = "worker-lost-under-users";
  record.scenario.slos.back().budget = 40s;
  add_prober(record, prober_info("api.read.new"), all_good(), kStart + Duration(13ms));
  add_web_users(record, "web.outside", "node-load-balancer", down(kT0, kT0 + Duration(2s), {Outcome::timeout, 10s}));
  add_web_users(record, "web.inside", "service", [](Instant sent) {
    const bool lost = sent >= kT0 && sent < kT0 + Duration(6100ms) && (sent - kT0) / Duration(100ms) % 2 == 0;
    return lost ? Fate{Outcome::timeout, 10s} : Fate{};
  });
  add_events_until_fault(record);
  add_events_until_end(record, 23s);
  hit_instead(record, "node.kill", Json::array({worker(kLostWorker)}));
  for (Event& event : record.events.events) {
    if (event.data.contains("target")) event.data["target"] = worker(kLostWorker);
    if (event.type == event_type::fault_proven) event.data["stays"] = true;
    if (event.type == event_type::heal_proven)
      event.data["proof"] = {{"healedLowerNs", (kT0 + Duration(20s)).ns},
                             {"healedUpperNs", (kT0 + Duration(20500ms)).ns}};
  }
  tell_lost_worker(record);
  std::stable_sort(record.events.events.begin(), record.events.events.end(),
                   [](const Event& a, const Event& b) { return a.at < b.at; });
  return record;
}

}  // namespace hadrill::test
