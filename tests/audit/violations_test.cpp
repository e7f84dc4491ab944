// Known-bad histories of reads and writes: each has to be found, with the operations it is about.
#include <catch2/catch.hpp>

#include "audit/story.hpp"

using namespace hadrill;
using namespace hadrill::test;
using enum hadrill::audit::Violation;

TEST_CASE("lost: an acknowledged write that no final read finds") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 10, 15, 100, 101);
  story.final(0, 50, 100, a);
  CHECK(findings_of(story) == Counts{{lost_write, 1}});
  CHECK(names(story, lost_write, {story.line_of(b), story.line - 1}));
}

TEST_CASE("lost: all acknowledged writes beyond the final state, not only the last") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 10, 15, 100, 101);
  const WriteId c = story.acknowledged(0, 20, 25, 101, 102);
  story.final(0, 50, 100, a);
  CHECK(findings_of(story) == Counts{{lost_write, 2}});
  CHECK(names(story, lost_write, {story.line_of(b)}));
  CHECK(names(story, lost_write, {story.line_of(c)}));
}

TEST_CASE("lost: a created object that is not there at the end") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  story.final(0, 50, 0, 0);
  CHECK(findings_of(story) == Counts{{lost_write, 1}});
  CHECK(names(story, lost_write, {story.line_of(a)}));
}

TEST_CASE("not lost but stale: one API server still has the old value at the end") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 10, 15, 100, 101);
  story.read(0, 50, 51, 101, b, kFinal1, ReadPurpose::final);
  const std::uint32_t stale = story.read(0, 52, 53, 100, a, kFinal2, ReadPurpose::final);
  CHECK(findings_of(story) == Counts{{stale_read, 1}});
  CHECK(names(story, stale_read, {stale, story.line_of(b)}));
}

TEST_CASE("lost: a write that was overwritten as if it had never been") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 10, 15, 100, 101);
  const std::uint32_t old = story.read(0, 20, 21, 100, a);
  const WriteId c = story.acknowledged(0, 30, 35, 100, 102);
  story.final(0, 50, 102, c);
  CHECK(findings_of(story) == Counts{{lost_write, 1}, {stale_read, 1}, {shared_precondition, 1}});
  CHECK(names(story, lost_write, {story.line_of(b), story.line_of(c)}));
  CHECK(names(story, shared_precondition, {story.line_of(b), story.line_of(c)}));
  CHECK(names(story, stale_read, {old, story.line_of(b)}));
}

TEST_CASE("a lost write is told once, however many pass over it") {
  Story story;
  story.acknowledged(0, 0, 5, 0, 100);
  story.acknowledged(0, 10, 15, 100, 101);
  story.acknowledged(0, 30, 35, 100, 102);
  const WriteId d = story.acknowledged(0, 40, 45, 100, 103);
  story.final(0, 50, 103, d);
  CHECK(findings_of(story) == Counts{{lost_write, 2}, {shared_precondition, 2}});
}

TEST_CASE("two acknowledged writes on one version, at the same time") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 10, 30, 100, 101);
  const WriteId c = story.acknowledged(0, 11, 31, 100, 102);
  story.final(0, 50, 102, c);
  CHECK(a == 1);
  CHECK(findings_of(story) == Counts{{lost_write, 1}, {shared_precondition, 1}});
  CHECK(names(story, shared_precondition, {story.line_of(b), story.line_of(c)}));
}

TEST_CASE("two creations of one object") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 10, 15, 0, 101);
  story.final(0, 50, 101, b);
  CHECK(findings_of(story) == Counts{{lost_write, 1}, {shared_precondition, 1}});
  CHECK(names(story, shared_precondition, {story.line_of(a), story.line_of(b)}));
}

TEST_CASE("an indeterminate write that happened, and an acknowledged one on the same version") {
  Story story;
  story.acknowledged(0, 0, 5, 0, 100);
  const WriteId open = story.indeterminate(0, 10, 1010, 100);
  story.read(0, 1020, 1021, 101, open);
  const WriteId c = story.acknowledged(0, 1030, 1035, 100, 102);
  story.final(0, 2000, 102, c);
  CHECK(findings_of(story) == Counts{{shared_precondition, 1}});
  CHECK(names(story, shared_precondition, {story.line_of(open), story.line_of(c)}));
}

TEST_CASE("a write that succeeded on a version that was not the last one") {
  Story story;
  story.acknowledged(0, 0, 5, 0, 100);
  story.acknowledged(0, 10, 15, 100, 101);
  const WriteId c = story.acknowledged(0, 20, 25, 101, 103);
  story.read(0, 30, 31, 103, c);
  // On 102, which is a version of the object that nobody has ever seen.
  const WriteId d = story.acknowledged(0, 40, 45, 102, 104);
  story.final(0, 50, 104, d);
  CHECK(findings_of(story) == Counts{{lost_write, 1}, {broken_chain, 2}});
  CHECK(names(story, broken_chain, {story.line_of(d)}));
}

TEST_CASE("stale: a read that began after a write was acknowledged and does not find it") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 10, 15, 100, 101);
  const std::uint32_t line = story.read(0, 16, 18, 100, a, kDirect2);
  story.final(0, 50, 101, b);
  CHECK(findings_of(story) == Counts{{stale_read, 1}});
  CHECK(names(story, stale_read, {line, story.line_of(b)}));
}

TEST_CASE("stale: 404 for an object whose creation was acknowledged") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const std::uint32_t line = story.read(0, 16, 18, 0, 0);
  story.final(0, 50, 100, a);
  CHECK(findings_of(story) == Counts{{stale_read, 1}});
  CHECK(names(story, stale_read, {line, story.line_of(a)}));
}

TEST_CASE("stale: a list with an old object, or without it") {
  for (const bool there : {true, false}) {
    Story story;
    story.history.header.listed = 1;
    const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
    const WriteId b = story.acknowledged(0, 10, 15, 100, 101);
    const std::uint32_t line =
        story.list(20, 21, 200, there ? std::vector<ListItem>{{0, 100, a}} : std::vector<ListItem>{});
    story.final(0, 50, 101, b);
    CHECK(findings_of(story) == Counts{{stale_read, 1}});
    CHECK(names(story, stale_read, {line, story.line_of(b)}));
  }
}

TEST_CASE("went back: a read finds less than an earlier one through another API server") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 10, 60, 100, 101);
  const std::uint32_t first = story.read(0, 20, 25, 101, b, kDirect1);
  const std::uint32_t second = story.read(0, 30, 35, 100, a, kDirect2);
  story.final(0, 70, 101, b);
  CHECK(findings_of(story) == Counts{{reads_went_back, 1}});
  CHECK(names(story, reads_went_back, {first, second}));
}

TEST_CASE("went back: a read finds less than a watch had told, of a write in doubt") {
  Story story = Story::watched();
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId open = story.indeterminate(0, 10, 1010, 100);
  story.watch(kWatch1, WatchStep::requested, 6, 100);
  const std::uint32_t event = story.watch(kWatch1, WatchStep::modified, 20, 101, 0, open);
  const std::uint32_t line = story.read(0, 30, 35, 100, a, kDirect2);
  story.final(0, 2000, 101, open);
  CHECK(findings_of(story) == Counts{{reads_went_back, 1}});
  CHECK(names(story, reads_went_back, {event, line}));
}

TEST_CASE("a list that is older than what was known") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(1, 10, 15, 0, 101);
  const std::uint32_t line = story.list(20, 21, 100, {{0, 100, a}}, ListScope::partial);
  story.final(0, 50, 100, a);
  story.final(1, 60, 101, b);
  CHECK(findings_of(story) == Counts{{list_disagrees, 1}});
  CHECK(names(story, list_disagrees, {line, story.line_of(b)}));
}

TEST_CASE("a list that is older than an object in it") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 30, 0, 100);
  const std::uint32_t line = story.list(20, 21, 99, {{0, 100, a}}, ListScope::partial);
  story.final(0, 50, 100, a);
  CHECK(findings_of(story) == Counts{{list_disagrees, 1}});
  CHECK(names(story, list_disagrees, {line}));
}

TEST_CASE("versions against real time, across objects") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 200);
  const WriteId b = story.acknowledged(1, 10, 15, 0, 150);
  story.final(0, 50, 200, a);
  story.final(1, 60, 150, b);
  CHECK(findings_of(story) == Counts{{version_order, 1}});
  CHECK(names(story, version_order, {story.line_of(a), story.line_of(b)}));
}

TEST_CASE("versions against real time: after a read had seen the greater one, its writer still waiting") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 100, 0, 200);
  const std::uint32_t seen = story.read(0, 10, 11, 200, a);
  const WriteId b = story.acknowledged(1, 20, 25, 0, 150);
  story.final(0, 150, 200, a);
  story.final(1, 160, 150, b);
  CHECK(findings_of(story) == Counts{{version_order, 1}});
  CHECK(names(story, version_order, {seen, story.line_of(b)}));
}

TEST_CASE("a write that did not make the version grow") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 10, 15, 100, 100);
  story.final(0, 50, 100, a);
  const Counts counts = findings_of(story);
  CHECK(counts.at(version_order) >= 1);
  CHECK(counts.at(two_versions) == 1);
  CHECK(names(story, version_order, {story.line_of(b)}));
}

TEST_CASE("a refused write that happened all the same") {
  Story story;
  story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.refused(0, 10, 15, 100, 0);
  const std::uint32_t line = story.read(0, 20, 21, 101, b);
  story.final(0, 50, 101, b);
  CHECK(findings_of(story) == Counts{{refused_applied, 1}});
  CHECK(names(story, refused_applied, {story.line_of(b), line}));
}

TEST_CASE("a conflict with nobody") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.refused(0, 10, 15, 100, 409);
  story.final(0, 50, 100, a);
  CHECK(findings_of(story) == Counts{{unfounded_refusal, 1}});
  CHECK(names(story, unfounded_refusal, {story.line_of(b)}));
}

TEST_CASE("a conflict with an indeterminate write that, as a later read shows, had not happened") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  story.indeterminate(0, 10, 1010, 100);
  const WriteId c = story.refused(0, 1020, 1030, 100, 409);
  story.final(0, 2000, 100, a);
  CHECK(findings_of(story) == Counts{{unfounded_refusal, 1}});
  CHECK(names(story, unfounded_refusal, {story.line_of(c)}));
}

TEST_CASE("a conflict with a write that began only afterwards") {
  Story story;
  story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.refused(0, 10, 15, 100, 409);
  const WriteId c = story.acknowledged(0, 20, 25, 100, 101);
  story.final(0, 50, 101, c);
  CHECK(findings_of(story) == Counts{{unfounded_refusal, 1}});
  CHECK(names(story, unfounded_refusal, {story.line_of(b)}));
}

TEST_CASE("404 for an object that is there") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.refused(0, 10, 15, 100, 404);
  story.final(0, 50, 100, a);
  CHECK(findings_of(story) == Counts{{unfounded_refusal, 1}});
  CHECK(names(story, unfounded_refusal, {story.line_of(b)}));
}

TEST_CASE("a value that nobody wrote") {
  for (const WriteId stranger : {WriteId{0}, WriteId{99}}) {
    Story story;
    const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
    const std::uint32_t line = story.read(0, 10, 11, 101, stranger);
    story.final(0, 50, 100, a);
    CHECK(findings_of(story) == Counts{{foreign_value, 1}});
    CHECK(names(story, foreign_value, {line}));
  }
}

TEST_CASE("the value of another object") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(1, 10, 15, 0, 101);
  const std::uint32_t line = story.read(0, 20, 21, 101, b);
  story.final(0, 50, 100, a);
  story.final(1, 60, 101, b);
  CHECK(findings_of(story).at(foreign_value) == 1);
  CHECK(names(story, foreign_value, {line}));
}

TEST_CASE("one write with two versions") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const std::uint32_t line = story.read(0, 10, 11, 102, a);
  story.final(0, 50, 102, a);
  CHECK(findings_of(story) == Counts{{two_versions, 1}});
  CHECK(names(story, two_versions, {story.line_of(a), line}));
}

TEST_CASE("one version with two values") {
  Story story;
  story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 10, 15, 100, 101);
  const WriteId c = story.indeterminate(0, 20, 1020, 101);
  const std::uint32_t line = story.read(0, 30, 31, 101, c);
  story.final(0, 2000, 101, b);
  CHECK(findings_of(story).at(two_versions) == 1);
  CHECK(names(story, two_versions, {story.line_of(b), line}));
}

TEST_CASE("a value that was seen before it was written") {
  Story story;
  story.acknowledged(0, 0, 5, 0, 100);
  const std::uint32_t line = story.read(0, 6, 7, 101, 2);
  const WriteId b = story.acknowledged(0, 10, 15, 100, 101);
  story.final(0, 50, 101, b);
  CHECK(findings_of(story).at(seen_before_written) == 1);
  CHECK(names(story, seen_before_written, {story.line_of(b), line}));
}

TEST_CASE("many findings of a kind are counted, and the first ones told") {
  Story story;
  const WriteId a = story.acknowledged(0, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(0, 10, 15, 100, 101);
  for (int i = 0; i < 100; ++i) story.read(0, 20 + i, 21 + i, 100, a);
  story.final(0, 500, 101, b);
  const audit::AuditResult result = audit::audit(story.history);
  CHECK(counts_of(result) == Counts{{stale_read, 100}});
  CHECK(result.findings.examples().size() == audit::FindingList::kExamples);
}

TEST_CASE("findings say who, what and when") {
  Story story;
  const WriteId a = story.acknowledged(3, 0, 5, 0, 100);
  const WriteId b = story.acknowledged(3, 10, 15, 100, 101, kLb, 2);
  story.read(3, 16, 18, 100, a, kDirect2);
  story.final(3, 50, 101, b);
  const audit::AuditResult result = audit::audit(story.history);
  REQUIRE(result.findings.examples().size() == 1);
  CHECK(result.findings.examples()[0].text ==
        "read of register-3 by api.direct.n2 (+0.016000 s to +0.018000 s, found version 100 of write 1; line 6) missed "
        "write 2 of register-3 by api.write, answered by n2 (+0.010000 s to +0.015000 s, on version 100, acknowledged "
        "as version 101; lines 4 and 5), acknowledged before the read began.");
}
