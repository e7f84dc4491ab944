#include "check/users.hpp"

#include <catch2/catch.hpp>

#include "check/history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// Every `n`th request is refused, from T0 on for `lasting`, and the last one of the window is not.
World every(int n, Duration lasting = 30s) {
  return [=](Instant sent) {
    const bool now = sent >= kT0 && sent < kT0 + lasting;
    return now && (sent - kT0) / 100ms % n == 0 ? Fate{Outcome::refused, 1ms} : Fate{};
  };
}

UsersLoss loss_of(const World& api, const World& web) {
  RunRecord record = run_with(api);
  add_prober(record, prober_info("web", 100ms, "service"), web);
  const auto loss = loss_of_users(judge(record));
  REQUIRE(loss);
  return *loss;
}

}  // namespace

TEST_CASE("many short failures are told as a share, beside an outage that is short") {
  const UsersLoss loss = loss_of(all_good(), every(2));
  CHECK(*loss.longest.upper == 200ms);
  REQUIRE(loss.scattered);
  CHECK(loss.scattered->of == "web");
  CHECK(loss.scattered->asked == 301);
  CHECK(loss.scattered->failed == 150);
}

TEST_CASE("late answers are lost as well") {
  const World late = [](Instant sent) {
    const bool now = sent >= kT0 && sent < kEnd - Duration(1s);
    return now && (sent - kT0) / 100ms % 3 == 0 ? Fate{Outcome::slow, 2s} : Fate{};
  };
  REQUIRE(loss_of(all_good(), late).scattered);
}

TEST_CASE("one outage is told by its length alone, however long") {
  for (const Duration lasting : {Duration(100ms), Duration(1s), Duration(10s), Duration(20s)})
    CHECK_FALSE(loss_of(all_good(), down(kT0, kT0 + lasting)).scattered);
  // Two of the same length are no more than twice one; the third is.
  const World two = both(down(kT0, kT0 + Duration(2s)), down(kT0 + Duration(5s), kT0 + Duration(7s)));
  CHECK_FALSE(loss_of(all_good(), two).scattered);
  CHECK(loss_of(all_good(), both(two, down(kT0 + Duration(9s), kT0 + Duration(11s)))).scattered);
}

TEST_CASE("a few failures are no share that hurts") {
  CHECK_FALSE(loss_of(all_good(), all_good()).scattered);
  // 2 of 300.
  CHECK_FALSE(loss_of(all_good(), every(20, 4s)).scattered);
}

TEST_CASE("the share is of those who lost the greatest one, whoever had the longest outage") {
  const UsersLoss loss = loss_of(every(2), down(kT0, kT0 + Duration(3s)));
  CHECK(loss.of == "web");
  CHECK(loss.longest.lower == 2900ms);
  REQUIRE(loss.scattered);
  CHECK(loss.scattered->of == kBehindLoadBalancer);
  CHECK(loss.scattered->share() == Approx(0.5).margin(0.01));
  CHECK(loss_of(every(3), every(2)).scattered->of == "web");
  CHECK(loss_of(every(2), every(3)).scattered->of == kBehindLoadBalancer);
}

TEST_CASE("an outage without an end is worse than any share") {
  CHECK_FALSE(loss_of(all_good(), down(kT0, kEnd + Duration(5s))).scattered);
}
