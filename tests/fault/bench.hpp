// A cluster on paper whose agents answer as told.
#pragma once

#include <catch2/catch.hpp>

#include "fault/catalogue.hpp"
#include "plan/cluster.hpp"
#include "support/fake_agent.hpp"
#include "support/fake_runner.hpp"

namespace hadrill::test {

struct FaultBench {
  FakeRunner runner;
  Docker docker{runner};
  FakeAgent agent;
  Agents agents{docker, "/somewhere/hadrill-agent", agent.door()};
  Topology topology = paper_cluster();
  HostJournal journal{"/nowhere"};
  Guard guard{{"/bin/false"}, "/dev/null", journal};
  Catalogue catalogue{{agents, docker, topology, journal, guard}};

  FaultBench() { runner.on("docker cp", ""); }

  Fault& fault(const char* name) {
    Fault* found = catalogue.find(name);
    REQUIRE(found != nullptr);
    return *found;
  }
  ResolvedTarget target(TargetRole role) const { return {role, topology.nodes.front()}; }
  Injection injection(TargetRole role, Json parameters = Json::object()) const {
    return {"kill-0-00000001", target(role), std::move(parameters), std::chrono::minutes(2)};
  }
};

}  // namespace hadrill::test
