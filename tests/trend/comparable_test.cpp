#include "trend/comparable.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "trials.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::trend;

namespace {

/// What is said when one trial of the new side differs in one thing.
Differences with(const std::function<void(StoredTrial&)>& change) {
  std::vector<StoredTrial> next = trials(3, 1s, 100ms, "new");
  change(next[1]);
  return differences_of(trials(3, 1s, 100ms, "base"), next);
}

}  // namespace

TEST_CASE("trials that were made the same way can be compared") {
  const Differences none = with([](StoredTrial&) {});
  CHECK(none.spoiling.empty());
  CHECK(none.worth_knowing.empty());
}

TEST_CASE("another machine spoils a comparison") {
  CHECK(with([](StoredTrial& one) { one.machine->cpus = 4; }).spoiling ==
        std::vector<std::string>{"CPUs: base 2, new 2 and 4"});
  CHECK(with([](StoredTrial& one) { one.machine->memory_bytes *= 2; }).spoiling.size() == 1);
  CHECK(with([](StoredTrial& one) { one.machine->memory_bytes += 1'000'000; }).spoiling.empty());
  CHECK(with([](StoredTrial& one) { one.machine->storage_driver = "vfs"; }).spoiling.size() == 1);
  CHECK(with([](StoredTrial& one) { one.machine->cgroup_version = "1"; }).spoiling.size() == 1);
  CHECK(with([](StoredTrial& one) { one.machine->load_balancer = "haproxy stand-in"; }).spoiling.size() == 1);
}

TEST_CASE("another pace of the probers spoils a comparison") {
  const Differences found = with([](StoredTrial& one) { one.periods["api.read.new"] = 250ms; });
  REQUIRE(found.spoiling.size() == 1);
  CHECK(found.spoiling[0].find("api.read.new asks every 100ms and every 250ms") != std::string::npos);
  // Of another scenario it is another prober.
  CHECK(with([](StoredTrial& one) {
          one.scenario = "lb-kill";
          one.periods["api.read.new"] = 250ms;
        }).spoiling.empty());
}

TEST_CASE("other versions may be what is compared") {
  const Differences found = with([](StoredTrial& one) {
    one.kubernetes = "v1.38.0";
    one.hadrill = "0.2.0";
    one.machine->kernel = "6.2";
  });
  CHECK(found.spoiling.empty());
  CHECK(found.worth_knowing.size() == 3);
  CHECK(with([](StoredTrial& one) { one.machine.reset(); }).worth_knowing ==
        std::vector<std::string>{"1 trials do not tell their machine"});
}

TEST_CASE("trials that do not count spoil nothing") {
  CHECK(with([](StoredTrial& one) {
          one.machine->cpus = 64;
          one.judgement = Judgement::error;
        }).spoiling.empty());
}
