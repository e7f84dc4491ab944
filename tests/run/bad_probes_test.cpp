// What a run says of probers that spoil its steady state.
#include "run/bad_probes.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;

namespace {

SampleHeader three_probers() {
  SampleHeader header;
  header.probers.resize(3);
  header.probers[0].name = "api.read.new";
  header.probers[1].name = "api.read.reused";
  header.probers[2].name = "api.watch";
  return header;
}

void see(BadProbes& probes, std::uint16_t prober, Outcome outcome, int times = 1) {
  Sample sample;
  sample.prober = prober;
  sample.outcome = outcome;
  for (int time = 0; time < times; ++time) probes.see(sample);
}

}  // namespace

TEST_CASE("the worst prober comes first, with how its requests ended") {
  BadProbes probes(three_probers());
  see(probes, 2, Outcome::reset, 3);
  see(probes, 0, Outcome::slow);
  see(probes, 0, Outcome::refused, 5);
  see(probes, 1, Outcome::ok, 9);
  CHECK(probes.told() == "9 probes were not good: api.read.new 1 slow, 5 refused; api.watch 3 reset");
}

TEST_CASE("one probe is told of as one") {
  BadProbes probes(three_probers());
  see(probes, 1, Outcome::blind);
  see(probes, 1, Outcome::aborted);
  see(probes, 1, Outcome::http_status);
  CHECK(probes.told() == "1 probe was not good: api.read.reused 1 http_status");
}

TEST_CASE("what was before a restart is forgotten, and good probes are nothing to tell of") {
  BadProbes probes(three_probers());
  see(probes, 0, Outcome::timeout);
  probes.restart();
  CHECK(probes.told().empty());
  see(probes, 0, Outcome::ok, 2);
  CHECK(probes.told().empty());
  see(probes, 0, Outcome::timeout);
  CHECK(probes.told() == "1 probe was not good: api.read.new 1 timeout");
}
