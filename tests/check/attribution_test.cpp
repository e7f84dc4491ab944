// Whose outage it was. Each pair of probers has a run that it must recognise, and the same run without the prober that
// could tell, which must stay unattributed.
#include "check/attribution.hpp"

#include <catch2/catch.hpp>

#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

const World kDown = down(kT0 + Duration(1s), kT0 + Duration(3s));

/// One prober of a made-up cluster.
struct Line {
  std::string name;
  std::string through;
  std::string operation;
  std::string endpoint;
  World world;
};

Line lb_read(const World& world) { return {"read", probe_path::load_balancer, operation::read, "lb", world}; }
Line lb_cached(const World& world) {
  return {"cached", probe_path::load_balancer, operation::cached_read, "lb", world};
}
Line lb_write(const World& world) { return {"write", probe_path::load_balancer, operation::write, "lb", world}; }
Line direct(const std::string& node, const World& world) {
  return {"direct." + node, probe_path::each_api_server, operation::read, node, world};
}
Line etcd(const std::string& node, const World& world) {
  return {"etcd." + node, probe_path::each_etcd_member, operation::health, node, world};
}
Line null(const World& world) { return {"null", probe_path::local_echo, operation::echo, "localhost", world}; }

RunRecord run_of(const std::vector<Line>& lines) {
  RunRecord record;
  record.scenario = kill_scenario();
  Duration phase{};
  for (const Line& line : lines) {
    ProberInfo info = prober_info(line.name, 100ms, line.through);
    info.operation = line.operation;
    info.endpoint = line.endpoint;
    add_prober(record, info, line.world, kStart + phase);
    phase += 7ms;
  }
  add_events_until_fault(record);
  add_events_until_end(record, 5s);
  return record;
}

/// The one merged outage of the run.
Attribution blame(const std::vector<Line>& lines) {
  const Verdict verdict = judge(run_of(lines));
  REQUIRE(verdict.api);
  REQUIRE(verdict.api->outages.size() == 1);
  return verdict.api->outages.front().attribution;
}

}  // namespace

TEST_CASE("load balancer: reads through it down, every API server up on its own port") {
  const Attribution blamed = blame({lb_read(kDown), direct("cp1", all_good()), direct("cp2", all_good())});
  CHECK(blamed.culprit == Culprit::load_balancer);
  CHECK(blamed.down == std::vector<std::string>{"read"});
  CHECK(blamed.up == std::vector<std::string>{"direct.cp1", "direct.cp2"});
  CHECK(blamed.unclear.empty());
  CHECK(blame({lb_read(kDown)}).culprit == Culprit::unattributed);
}

TEST_CASE("API server: down on its own port, its etcd member up, the others up") {
  const std::vector<Line> whole{lb_read(kDown), direct("cp1", all_good()), direct("cp2", kDown),
                                etcd("cp1", all_good()), etcd("cp2", all_good())};
  const Attribution blamed = blame(whole);
  CHECK(blamed.culprit == Culprit::api_server);
  CHECK(blamed.instances == std::vector<std::string>{"cp2"});
  // Without a prober of its etcd member, and with that down too, it may as well be etcd.
  CHECK(blame({lb_read(kDown), direct("cp1", all_good()), direct("cp2", kDown)}).culprit == Culprit::unattributed);
  const Attribution both = blame(
      {lb_read(kDown), direct("cp1", all_good()), direct("cp2", kDown), etcd("cp1", all_good()), etcd("cp2", kDown)});
  CHECK(both.culprit == Culprit::unattributed);
  CHECK(both.because.find("etcd member on cp2 was down too") != std::string::npos);
}

TEST_CASE("API server, though a cached read on a connection to another server was up") {
  CHECK(blame({lb_read(kDown), lb_cached(all_good()), direct("cp1", all_good()), direct("cp2", kDown),
               etcd("cp2", all_good())})
            .culprit == Culprit::api_server);
}

TEST_CASE("etcd: quorum reads down, cached reads up") {
  CHECK(blame({lb_read(kDown), lb_cached(all_good())}).culprit == Culprit::etcd);
  CHECK(blame({lb_read(kDown), lb_cached(all_good()), direct("cp1", kDown), direct("cp2", kDown)}).culprit ==
        Culprit::etcd);
  CHECK(blame({lb_read(kDown), lb_cached(kDown)}).culprit == Culprit::unattributed);
  CHECK(blame({lb_read(kDown)}).culprit == Culprit::unattributed);
}

TEST_CASE("quorum reads down on the way, not at the servers: the load balancer, whatever a cached read says") {
  CHECK(blame({lb_read(kDown), lb_cached(all_good()), direct("cp1", all_good())}).culprit == Culprit::load_balancer);
}

TEST_CASE("leader: writes down, reads up") {
  CHECK(blame({lb_read(all_good()), lb_write(kDown)}).culprit == Culprit::leader);
  CHECK(blame({lb_write(kDown)}).culprit == Culprit::unattributed);
  CHECK(blame({lb_read(kDown), lb_write(kDown)}).culprit != Culprit::leader);
}

TEST_CASE("harness: the null prober was bad all the while") {
  const World noise = down(kT0 + Duration(900ms), kT0 + Duration(3200ms));
  CHECK(blame({lb_read(kDown), direct("cp1", all_good()), null(noise)}).culprit == Culprit::harness);
  // A null prober that was good lets the pair speak; so does one that was bad for a part of it only.
  CHECK(blame({lb_read(kDown), direct("cp1", all_good()), null(all_good())}).culprit == Culprit::load_balancer);
  const World blip = down(kT0 + Duration(1500ms), kT0 + Duration(1600ms));
  CHECK(blame({lb_read(kDown), direct("cp1", all_good()), null(blip)}).culprit == Culprit::load_balancer);
}

TEST_CASE("harness: late all the while, or it did not ask") {
  RunRecord late = run_of({lb_read(kDown), direct("cp1", all_good())});
  for (Sample& sample : late.samples.samples) {
    if (sample.scheduled >= kT0 && sample.scheduled < kT0 + Duration(4s)) sample.sent = sample.sent + Duration(60ms);
  }
  CHECK(judge(late).api->outages.at(0).attribution.culprit == Culprit::harness);
  RunRecord silent = run_of({lb_read(all_good()), direct("cp1", all_good())});
  drop(silent, [](const Sample& sample) {
    return sample.scheduled > kT0 + Duration(1s) && sample.scheduled < kT0 + Duration(3s);
  });
  CHECK(judge(silent).api->outages.at(0).attribution.culprit == Culprit::harness);
}

TEST_CASE("the null prober is no evidence about the cluster") {
  const Attribution blamed = blame({lb_read(kDown), direct("cp1", all_good()), null(all_good())});
  for (const auto* names : {&blamed.down, &blamed.up, &blamed.unclear}) {
    CHECK(std::find(names->begin(), names->end(), "null") == names->end());
  }
}

TEST_CASE("a prober that was not asked is no witness that something was up") {
  RunRecord record = run_of({lb_read(kDown), direct("cp1", all_good())});
  drop(record, [](const Sample& sample) {
    return sample.prober == 1 && sample.scheduled > kT0 + Duration(1s) && sample.scheduled < kT0 + Duration(3s);
  });
  const Attribution blamed = judge(record).api->outages.at(0).attribution;
  CHECK(blamed.culprit == Culprit::unattributed);
  CHECK(blamed.unclear == std::vector<std::string>{"direct.cp1"});
}

TEST_CASE("outages apart are judged apart") {
  const World later = down(kT0 + Duration(10s), kT0 + Duration(12s));
  const Verdict verdict =
      judge(run_of({lb_read(both(kDown, later)), lb_cached(later), direct("cp1", later), etcd("cp1", all_good())}));
  REQUIRE(verdict.api->outages.size() == 2);
  CHECK(verdict.api->outages[0].attribution.culprit == Culprit::load_balancer);
  CHECK(verdict.api->outages[1].attribution.culprit == Culprit::api_server);
  CHECK(verdict.api->outages[0].length.lower == 1900ms);
  CHECK(verdict.api->outages[0].length.upper == 2100ms);
  CHECK(verdict.api->outage_count == 2);
}
