// What a correct cluster may do, however odd it looks: none of it is a finding.
#include <catch2/catch.hpp>

#include "audit/story.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

const Counts kNothing;

}  // namespace

TEST_CASE("legal: writes, reads and lists one after the other") {
  Story story;
  story.history.header.listed = 1;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  story.read(0, 10, 12, 100, a);
  const WriteId b = story.acknowledged(0, 20, 25, 100, 101);
  story.read(0, 30, 32, 101, b, kDirect2);
  story.list(40, 42, 101, {{0, 101, b}});
  story.final(0, 50, 101, b);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: versions with gaps, because everything else is written too") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  story.acknowledged(1, 6, 8, 0, 5000);
  const WriteId c = story.acknowledged(0, 10, 15, 100, 9000);
  story.list(20, 21, 12000, {{0, 9000, c}}, ListScope::partial);
  story.final(0, 50, 9000, c);
  CHECK(a == 1);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: a read during a write finds the old or the new value, and the next one may find the old one") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 20, 60, 100, 101);
  story.read(0, 25, 30, 100, a);
  story.read(0, 35, 40, 101, b);            // seen before it was acknowledged
  story.read(0, 38, 55, 100, a, kDirect2);  // began before the other one was over
  story.final(0, 70, 101, b);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: an indeterminate write that happened after its time-out, and after a read that did not find it") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId late = story.indeterminate(0, 10, 1010, 100);
  story.read(0, 1020, 1022, 100, a, kDirect1, ReadPurpose::recovery);
  story.read(0, 1100, 1102, 105, late);
  const WriteId next = story.acknowledged(0, 1200, 1205, 105, 106);
  story.final(0, 2000, 106, next);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: an indeterminate write that never happened") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  story.indeterminate(0, 10, 1010, 100);
  story.read(0, 1020, 1022, 100, a, kDirect1, ReadPurpose::recovery);
  const WriteId next = story.acknowledged(0, 1100, 1105, 100, 103);
  story.final(0, 2000, 103, next);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: a write without an answer at the end, happened or not") {
  for (const bool happened : {false, true}) {
    Story story;
    const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
    const WriteId open = story.write(0, 10, 100).id;
    story.read(0, 60, 61, 100, a, kFinal1, ReadPurpose::final);
    story.read(0, 62, 63, happened ? 101 : 100, happened ? open : a, kFinal2, ReadPurpose::final);
    CHECK(findings_of(story) == kNothing);
  }
}

TEST_CASE("legal: a conflict because of an own indeterminate write that happened late") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId late = story.indeterminate(0, 10, 1010, 100);
  story.read(0, 1020, 1022, 100, a, kDirect1, ReadPurpose::recovery);
  story.refused(0, 1030, 1040, 100, 409);
  story.read(0, 1050, 1052, 104, late, kDirect1, ReadPurpose::recovery);
  story.final(0, 2000, 104, late);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: a conflict with an indeterminate write that nobody has looked for since") {
  Story story;
  story.acknowledged(0, 0, 5, 0, 100);
  story.indeterminate(0, 10, 1010, 100);
  story.refused(0, 1030, 1040, 100, 409);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: a creation in doubt that turns out to have happened") {
  Story story;
  const WriteId create = story.indeterminate(0, 0, 1000, 0);
  story.refused(0, 1010, 1015, 0, 409);
  story.read(0, 1020, 1022, 50, create, kDirect1, ReadPurpose::recovery);
  const WriteId next = story.acknowledged(0, 1100, 1105, 50, 51);
  story.final(0, 2000, 51, next);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: an object that never came to be") {
  Story story;
  story.indeterminate(0, 0, 1000, 0);
  story.read(0, 1020, 1022, 0, 0, kDirect1, ReadPurpose::recovery);
  story.final(0, 2000, 0, 0);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: refusals for other reasons than the object") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  for (const std::uint16_t status : {std::uint16_t{0}, std::uint16_t{429}, std::uint16_t{403}})
    story.refused(0, 10, 11, 100, status);
  story.refused(1, 12, 13, 0, 404);  // of a creation: the namespace was not known yet
  story.final(0, 50, 100, a);
  story.final(1, 60, 0, 0);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: overlapping writes of two objects get their versions in any order") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 50, 0, 101);
  const WriteId b = story.acknowledged(1, 10, 20, 0, 100);
  story.final(0, 60, 101, a);
  story.final(1, 70, 100, b);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: a list that began before a creation was over need not hold it") {
  Story story;
  story.history.header.listed = 1;
  story.list(2, 4, 99, {});
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  story.final(0, 60, 100, a);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: a list of some objects says nothing about the others") {
  Story story;
  story.history.header.listed = 2;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(1, 10, 15, 0, 101);
  story.list(20, 22, 101, {{0, 100, a}}, ListScope::partial);
  story.final(0, 60, 100, a);
  story.final(1, 70, 101, b);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: a stream that is closed and resumed, with an event before its acknowledgement") {
  Story story = Story::watched();
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  for (const std::uint16_t watcher : {kWatchLb, kWatch1, kWatch2}) story.watch(watcher, WatchStep::requested, 6, 100);
  const WriteId b = story.acknowledged(0, 10, 20, 100, 101);
  for (const std::uint16_t watcher : {kWatchLb, kWatch1, kWatch2}) story.told(watcher, 15, b);
  story.watch(kWatch1, WatchStep::bookmark, 30, 101);
  story.watch(kWatch1, WatchStep::bookmark, 31, 150);
  story.watch(kWatch1, WatchStep::closed, 40);
  story.watch(kWatch1, WatchStep::requested, 45, 150);
  story.watch(kWatch1, WatchStep::closed, 46);
  const WriteId c = story.acknowledged(0, 50, 60, 101, 151);
  story.watch(kWatch1, WatchStep::requested, 70, 150);
  for (const std::uint16_t watcher : {kWatchLb, kWatch1, kWatch2}) story.told(watcher, 72, c);
  for (const std::uint16_t watcher : {kWatchLb, kWatch1, kWatch2}) story.watch(watcher, WatchStep::stopped, 80);
  story.final(0, 90, 151, c);
  CHECK(a == 1);
  const audit::AuditResult result = audit::audit(story.history);
  CHECK(counts_of(result) == kNothing);
  const audit::WatcherResult& watcher = result.watchers.at(1);
  CHECK(watcher.closes == 2);
  CHECK(watcher.gaps.n == 1);
  CHECK(watcher.gaps.max == std::chrono::milliseconds(32));
  CHECK(watcher.open_gaps == 0);
  CHECK(watcher.owed == 2);
  CHECK(watcher.delivered == 2);
  CHECK(watcher.delivery.n == 2);
  CHECK(watcher.delivery.max == std::chrono::milliseconds(12));
  CHECK(watcher.delivery.p50 == std::chrono::milliseconds(0));
}

TEST_CASE("legal: 410 Gone and a list: what was between is nobody's to tell") {
  Story story = Story::watched();
  story.acknowledged(0, 0, 5, 0, 100);
  story.watch(kWatch1, WatchStep::requested, 6, 100);
  story.watch(kWatch1, WatchStep::closed, 7);
  story.acknowledged(0, 10, 20, 100, 101);
  const WriteId c = story.acknowledged(0, 30, 40, 101, 102);
  story.watch(kWatch1, WatchStep::requested, 50, 100);
  story.watch(kWatch1, WatchStep::closed, 51);
  story.watch(kWatch1, WatchStep::expired, 51);
  story.list(52, 53, 102, {{0, 102, c}}, ListScope::partial, kWatch1);
  story.watch(kWatch1, WatchStep::requested, 54, 102);
  const WriteId d = story.acknowledged(0, 60, 70, 102, 103);
  story.told(kWatch1, 71, d);
  story.final(0, 90, 103, d);
  const audit::AuditResult result = audit::audit(story.history);
  CHECK(counts_of(result) == kNothing);
  CHECK(result.watchers.at(1).expired == 1);
  CHECK(result.watchers.at(1).owed == 1);
  CHECK(result.watchers.at(1).delivered == 1);
}

TEST_CASE("what a watcher passes over without a 410 it was still owed") {
  Story story = Story::watched();
  story.acknowledged(0, 0, 5, 0, 100);
  story.watch(kWatch1, WatchStep::requested, 6, 100);
  story.watch(kWatch1, WatchStep::closed, 7);
  story.acknowledged(0, 10, 20, 100, 101);
  story.acknowledged(0, 30, 40, 101, 102);
  story.watch(kWatch1, WatchStep::requested, 54, 102);
  const WriteId d = story.acknowledged(0, 60, 70, 102, 103);
  story.told(kWatch1, 71, d);
  story.final(0, 90, 103, d);
  const audit::AuditResult result = audit::audit(story.history);
  CHECK(result.watchers.at(1).owed == 3);
  CHECK(result.watchers.at(1).delivered == 1);
  CHECK(result.judgement() == Judgement::error);
}

TEST_CASE("legal: what comes after the last event or bookmark need not have come yet") {
  Story story = Story::watched();
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  story.watch(kWatch1, WatchStep::requested, 6, 100);
  const WriteId b = story.acknowledged(0, 10, 20, 100, 101);
  story.watch(kWatch1, WatchStep::stopped, 21);
  story.final(0, 90, 101, b);
  CHECK(a == 1);
  CHECK(findings_of(story) == kNothing);
}

TEST_CASE("legal: an indeterminate write whose event came is an event like any other") {
  Story story = Story::watched();
  story.acknowledged(0, 0, 5, 0, 100);
  story.watch(kWatch1, WatchStep::requested, 6, 100);
  const WriteId late = story.indeterminate(0, 10, 1010, 100);
  story.watch(kWatch1, WatchStep::modified, 1500, 120, 0, late);
  story.final(0, 2000, 120, late);
  const audit::AuditResult result = audit::audit(story.history);
  CHECK(counts_of(result) == kNothing);
  CHECK(result.coverage.resolved == 1);
}

TEST_CASE("legal: a stream to a server that hangs, as nothing proves that the server knows anything") {
  Story story = Story::watched();
  story.acknowledged(0, 0, 5, 0, 100);
  story.watch(kWatch1, WatchStep::requested, 6, 100);
  story.watch(kWatchLb, WatchStep::requested, 6, 100);
  // Server n1 is stopped from 10 to 30,000; the load balancer serves from n2, the watch through it is on n1.
  WriteId last = 0;
  Version version = 100;
  for (int i = 0; i < 100; ++i) {
    last = story.acknowledged(0, 20 + i * 300, 25 + i * 300, version, version + 1, kLb, 2);
    ++version;
    story.read(0, 30 + i * 300, 35 + i * 300, version, last, kDirect2);
  }
  story.watch(kWatchLb, WatchStep::closed, 31'000, 0, 0, 0, 1);
  for (WriteId id = 2; id <= last; ++id) story.told(kWatch1, 31'000, id);
  story.watch(kWatch1, WatchStep::stopped, 31'500, 0, 0, 0, 1);
  story.final(0, 32'000, version, last);
  CHECK(findings_of(story) == kNothing);
}
