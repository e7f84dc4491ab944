// Stories that are hard on a page.
#pragma once

#include <fmt/format.h>

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

}  // namespace hadrill::test
