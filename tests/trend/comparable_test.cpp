#include "trend/comparable.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "trials.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::trend;

namespace {

/// What is said when one trial of the new side differs in one thing.
struct Said {
  std::vector<std::string> spoiling;
  std::vector<std::string> other;
};

TrialSet pointers_to(const std::vector<StoredTrial>& trials) {
  TrialSet out;
  for (const StoredTrial& one : trials) out.push_back(&one);
  return out;
}

Said with(const std::function<void(StoredTrial&)>& change) {
  const std::vector<StoredTrial> base = trials(3, 1s, 100ms, "base");
  std::vector<StoredTrial> next = trials(3, 1s, 100ms, "new");
  change(next[1]);
  return {spoiling_differences(pointers_to(base), pointers_to(next)),
          other_differences(pointers_to(base), pointers_to(next))};
}

}  // namespace

TEST_CASE("trials that were made the same way can be compared") {
  const Said none = with([](StoredTrial&) {});
  CHECK(none.spoiling.empty());
  CHECK(none.other.empty());
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
  const Said found = with([](StoredTrial& one) { one.periods["api.read.new"] = 250ms; });
  REQUIRE(found.spoiling.size() == 1);
  CHECK(found.spoiling[0].find("api.read.new asks every 100ms and every 250ms") != std::string::npos);
  // A prober that only some have is no pace that differs.
  CHECK(with([](StoredTrial& one) { one.periods["etcd.write"] = 250ms; }).spoiling.empty());
}

TEST_CASE("other versions may be what is compared") {
  const Said found = with([](StoredTrial& one) {
    one.kubernetes = "v1.38.0";
    one.hadrill = "0.2.0";
    one.machine->kernel = "6.2";
  });
  CHECK(found.spoiling.empty());
  CHECK(found.other.size() == 3);
  CHECK(with([](StoredTrial& one) { one.machine.reset(); }).other ==
        std::vector<std::string>{"1 trials do not tell their machine"});
}

TEST_CASE("what differs within one side spoils as well, and no trial at all spoils nothing") {
  std::vector<StoredTrial> side = trials(2, 1s, 100ms, "runs");
  side[1].machine->cpus = 4;
  CHECK(spoiling_differences(pointers_to(side), pointers_to(side)) ==
        std::vector<std::string>{"CPUs: base 2 and 4, new 2 and 4"});
  CHECK(spoiling_differences({}, pointers_to(side)).empty());
  CHECK(other_differences({}, {}).empty());
}
