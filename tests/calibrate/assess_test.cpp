// A measurement that is wrong has to fail, whatever else; one that nobody could make well has to say so.
#include "calibrate/assess.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace hadrill::calibrate;
using namespace std::chrono_literals;

namespace {

constexpr Extent kTruth{1200ms, 1200ms};

Bounds around(Duration middle, Duration half = 40ms) { return {middle - half, middle + half}; }

Conditions late(Duration by) { return {true, by, {}}; }

Conditions disturbed() { return {false, 300ms, "too many seconds invalid"}; }

}  // namespace

TEST_CASE("bounds around the truth pass, with their error") {
  for (const Duration off : {0ms, 10ms, -10ms, 30ms, -30ms}) {
    const Assessment assessment = assess(kTruth, around(1200ms + off), late(1ms));
    CHECK(assessment.judgement == Judgement::pass);
    CHECK(assessment.error == std::chrono::abs(off));
    CHECK(assessment.bound == 70ms);
    CHECK(assessment.reason.empty());
  }
}

TEST_CASE("what is off by more than the bound fails, in either direction") {
  for (const Duration off : {71ms, -71ms, 500ms, -1200ms, 60'000ms}) {
    INFO(off.count());
    const Assessment assessment = assess(kTruth, around(1200ms + off, 40ms), late(1ms));
    CHECK(assessment.judgement == Judgement::fail);
    CHECK(assessment.error == std::chrono::abs(off));
    CHECK_FALSE(assessment.reason.empty());
  }
}

TEST_CASE("bounds that do not hold the truth fail, however near") {
  CHECK(assess(kTruth, Bounds{1225ms, 1240ms}, late(1ms)).judgement == Judgement::fail);
  CHECK(assess(kTruth, Bounds{1150ms, 1175ms}, late(1ms)).judgement == Judgement::fail);
  // What a request takes to arrive is not held against them.
  CHECK(assess(kTruth, Bounds{1205ms, 1260ms}, late(1ms)).judgement == Judgement::pass);
}

TEST_CASE("no outage at all where there was one fails") {
  CHECK(assess(kTruth, Bounds{}, late(1ms)).judgement == Judgement::fail);
}

TEST_CASE("no data fails") {
  CHECK(assess(kTruth, std::nullopt, late(1ms)).judgement == Judgement::fail);
  CHECK(assess(kTruth, Bounds{1190ms, std::nullopt}, late(1ms)).judgement == Judgement::fail);
}

TEST_CASE("inconclusive stays inconclusive, right or wrong or without data") {
  CHECK(assess(kTruth, around(1200ms), disturbed()).judgement == Judgement::inconclusive);
  CHECK(assess(kTruth, around(5000ms), disturbed()).judgement == Judgement::inconclusive);
  const Assessment nothing = assess(kTruth, std::nullopt, disturbed());
  CHECK(nothing.judgement == Judgement::inconclusive);
  CHECK(nothing.reason == "too many seconds invalid");
  CHECK(assess_exact("3", "3", disturbed()).judgement == Judgement::inconclusive);
  CHECK(assess_exact("3", "4", disturbed()).judgement == Judgement::inconclusive);
}

TEST_CASE("what lateness explains is inconclusive, never a pass; what it does not explain fails") {
  // Slots are at most 62.5 ms apart: with 30 ms of lateness the middle can be off by 92.5 ms.
  CHECK(assess(kTruth, around(1290ms, 100ms), late(30ms)).judgement == Judgement::inconclusive);
  CHECK(assess(kTruth, around(1295ms, 100ms), late(30ms)).judgement == Judgement::fail);
  CHECK(assess(kTruth, Bounds{1240ms, 1250ms}, late(30ms)).judgement == Judgement::inconclusive);
  CHECK(assess(kTruth, Bounds{1255ms, 1260ms}, late(30ms)).judgement == Judgement::fail);
}

TEST_CASE("the truth's own width is not an error") {
  const Extent wide{1200ms, 1210ms};
  CHECK(assess(wide, around(1205ms), late(1ms)).error == Duration::zero());
  CHECK(assess(wide, around(1220ms), late(1ms)).error == Duration(10ms));
  CHECK(assess(wide, around(1281ms), late(1ms)).judgement == Judgement::fail);
}

TEST_CASE("a sum of outages may be off by the bound of each") {
  const Extent sum{4000ms, 4000ms};
  CHECK(assess(sum, around(4300ms, 1000ms), late(1ms), 20).judgement == Judgement::pass);
  CHECK(assess(sum, around(5401ms, 2000ms), late(1ms), 20).judgement == Judgement::fail);
  CHECK(assess(sum, around(4300ms, 1000ms), late(1ms), 1).judgement == Judgement::fail);
}

TEST_CASE("what has to be exact is exact") {
  CHECK(assess_exact("1 lost_write", "1 lost_write", late(1ms)).judgement == Judgement::pass);
  const Assessment wrong = assess_exact("1 lost_write", "nothing", late(1ms));
  CHECK(wrong.judgement == Judgement::fail);
  CHECK(wrong.reason == "measured nothing, but it was 1 lost_write");
  CHECK_FALSE(wrong.error.has_value());
}
