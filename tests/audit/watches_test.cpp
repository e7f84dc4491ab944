// Known-bad watches: each has to be found, with the events it is about.
#include "audit/watches.hpp"

#include <catch2/catch.hpp>

#include "audit/story.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;
using enum hadrill::audit::Violation;

namespace {

/// Ten writes of one object, and three watchers that began after the first.
struct Ten {
  Story story = Story::watched();
  std::vector<WriteId> ids;

  Ten() {
    for (int i = 0; i < 10; ++i) ids.push_back(story.acknowledged(0, i * 10, i * 10 + 5, i == 0 ? 0 : 99 + i, 100 + i));
    for (const std::uint16_t watcher : {kWatchLb, kWatch1, kWatch2}) story.watch(watcher, WatchStep::requested, 6, 100);
    story.final(0, 30'000, 109, ids.back());
  }
  /// All events but those of `without`, to one watcher.
  void tell(std::uint16_t watcher, const std::set<int>& without = {}) {
    for (int i = 1; i < 10; ++i) {
      if (!without.contains(i)) story.told(watcher, i * 10 + 7, ids[static_cast<std::size_t>(i)]);
    }
  }
};

}  // namespace

TEST_CASE("a watch that passes over a write") {
  Ten ten;
  ten.tell(kWatchLb);
  ten.tell(kWatch1, {4});
  ten.tell(kWatch2);
  CHECK(findings_of(ten.story) == Counts{{watch_gap, 1}});
  // The write, and the event that came in spite of it.
  const std::uint32_t after = ten.story.history.watches[3 + 9 + 3].line;
  CHECK(names(ten.story, watch_gap, {ten.story.line_of(ten.ids[4]), after}));
}

TEST_CASE("a gap that a bookmark covers up") {
  Ten ten;
  ten.tell(kWatch1, {9});
  ten.story.watch(kWatch1, WatchStep::bookmark, 200, 150);
  CHECK(findings_of(ten.story) == Counts{{watch_gap, 1}});
  CHECK(names(ten.story, watch_gap, {ten.story.line_of(ten.ids[9])}));
}

TEST_CASE("a gap at the seam of two streams") {
  Ten ten;
  ten.tell(kWatch1, {5, 6, 7, 8, 9});
  ten.story.watch(kWatch1, WatchStep::closed, 60);
  ten.story.watch(kWatch1, WatchStep::requested, 70, 104);
  for (const int i : {6, 7, 8, 9}) ten.story.told(kWatch1, 100 + i, ten.ids[static_cast<std::size_t>(i)]);
  CHECK(findings_of(ten.story) == Counts{{watch_gap, 1}});
  CHECK(names(ten.story, watch_gap, {ten.story.line_of(ten.ids[5])}));
}

TEST_CASE("a write in doubt that another watcher was told about is owed to all") {
  Story story = Story::watched();
  story.acknowledged(0, 0, 5, 0, 100);
  story.watch(kWatch1, WatchStep::requested, 6, 100);
  story.watch(kWatch2, WatchStep::requested, 6, 100);
  const WriteId open = story.indeterminate(0, 10, 1010, 100);
  story.watch(kWatch1, WatchStep::modified, 20, 101, 0, open);
  const WriteId c = story.acknowledged(0, 1100, 1105, 101, 102);
  story.told(kWatch1, 1106, c);
  story.told(kWatch2, 1106, c);
  story.final(0, 2000, 102, c);
  CHECK(findings_of(story) == Counts{{watch_gap, 1}});
  CHECK(names(story, watch_gap, {story.line_of(open)}));
}

TEST_CASE("two events in the wrong order") {
  Ten ten;
  ten.tell(kWatch1, {4, 5, 6, 7, 8, 9});
  const std::uint32_t fifth = ten.story.told(kWatch1, 60, ten.ids[5]);
  const std::uint32_t fourth = ten.story.told(kWatch1, 61, ten.ids[4]);
  CHECK(findings_of(ten.story) == Counts{{watch_disorder, 1}});
  CHECK(names(ten.story, watch_disorder, {fourth, fifth}));
}

TEST_CASE("an event that is not after where the watch began") {
  Ten ten;
  const std::uint32_t line = ten.story.told(kWatch1, 8, ten.ids[0]);
  CHECK(findings_of(ten.story) == Counts{{watch_disorder, 1}});
  CHECK(names(ten.story, watch_disorder, {line}));
}

TEST_CASE("a bookmark that goes back, and an event that a bookmark had ruled out") {
  Ten ten;
  ten.tell(kWatch1);
  ten.story.watch(kWatch1, WatchStep::bookmark, 200, 150);
  const std::uint32_t back = ten.story.watch(kWatch1, WatchStep::bookmark, 210, 140);
  CHECK(findings_of(ten.story) == Counts{{watch_disorder, 1}});
  CHECK(names(ten.story, watch_disorder, {back}));
  Ten late;
  late.tell(kWatch1, {9});
  const std::uint32_t bookmark = late.story.watch(kWatch1, WatchStep::bookmark, 200, 109);
  const std::uint32_t event = late.story.told(kWatch1, 201, late.ids[9]);
  CHECK(findings_of(late.story) == Counts{{watch_disorder, 1}});
  CHECK(names(late.story, watch_disorder, {bookmark, event}));
}

TEST_CASE("an event twice, also across a resume") {
  for (const bool resumed : {false, true}) {
    Ten ten;
    ten.tell(kWatch1);
    if (resumed) {
      ten.story.watch(kWatch1, WatchStep::closed, 200);
      ten.story.watch(kWatch1, WatchStep::requested, 210, 109);
    }
    const std::uint32_t again = ten.story.told(kWatch1, 220, ten.ids[9]);
    CHECK(findings_of(ten.story) == Counts{{watch_duplicate, 1}});
    CHECK(names(ten.story, watch_duplicate, {again}));
  }
}

TEST_CASE("the wrong type of event, and a deletion that nobody asked for") {
  Ten ten;
  ten.tell(kWatch1, {9});
  const std::uint32_t added = ten.story.watch(kWatch1, WatchStep::added, 150, 109, 0, ten.ids[9]);
  const std::uint32_t deleted = ten.story.watch(kWatch1, WatchStep::deleted, 160, 130, 0, ten.ids[9]);
  CHECK(findings_of(ten.story) == Counts{{watch_wrong_event, 2}});
  CHECK(names(ten.story, watch_wrong_event, {added}));
  CHECK(names(ten.story, watch_wrong_event, {deleted}));
}

TEST_CASE("an open stream that keeps silent about what its server has proved to know") {
  Ten ten;
  ten.tell(kWatch1, {8, 9});
  const std::uint32_t proof = ten.story.read(0, 300, 301, 109, ten.ids[9], kDirect1);
  ten.story.read(0, 2000, 2001, 109, ten.ids[9], kDirect1);
  ten.story.told(kWatch1, 12'050, ten.ids[8]);
  ten.story.told(kWatch1, 12'051, ten.ids[9]);
  ten.story.watch(kWatch1, WatchStep::stopped, 13'000);
  CHECK(findings_of(ten.story) == Counts{{watch_stall, 1}});
  const audit::AuditResult result = audit::audit(ten.story.history);
  CHECK(result.watchers.at(1).longest_stall == 11'750ms);
  CHECK(names(ten.story, watch_stall, {proof, ten.story.history.watches[1].line}));
  audit::AuditLimits lenient;
  lenient.watch.stall = 12s;
  CHECK(counts_of(audit::audit(ten.story.history, lenient)).empty());
}

TEST_CASE("a stall is proved by the same server on the same way only") {
  // Told by n2 directly; through the balancer by n2 while the stream is on n1, and then by n1.
  const auto stalled = [](std::uint16_t watcher, std::uint16_t reader, std::uint16_t server, std::uint16_t stream) {
    Ten ten;
    ten.tell(watcher, {9});
    Read& read = ten.story.history.reads.emplace_back();
    read.vantage = reader;
    read.server = server;
    read.version = 109;
    read.id = ten.ids[9];
    read.invoked = Story::at(200);
    read.returned = Story::at(201);
    ten.story.watch(watcher, WatchStep::stopped, 20'000, 0, 0, 0, stream);
    return findings_of(ten.story) == Counts{{watch_stall, 1}};
  };
  CHECK(stalled(kWatch1, kDirect1, 0, 0));
  CHECK(stalled(kWatch1, kFinal1, 1, 1));
  CHECK_FALSE(stalled(kWatch1, kDirect2, 2, 1));
  CHECK_FALSE(stalled(kWatch1, kLb, 1, 1));
  CHECK(stalled(kWatchLb, kLb, 1, 1));
  CHECK_FALSE(stalled(kWatchLb, kLb, 2, 1));
  CHECK_FALSE(stalled(kWatchLb, kLb, 0, 0));
  CHECK_FALSE(stalled(kWatchLb, kDirect1, 1, 1));
}

TEST_CASE("what was known before a stream opened counts from its opening") {
  Ten ten;
  ten.tell(kWatch1, {9});
  ten.story.read(0, 200, 201, 109, ten.ids[9], kDirect1);
  ten.story.watch(kWatch1, WatchStep::closed, 1000);
  ten.story.watch(kWatch1, WatchStep::requested, 5000, 108);
  ten.story.told(kWatch1, 16'000, ten.ids[9]);
  ten.story.watch(kWatch1, WatchStep::stopped, 17'000);
  CHECK(findings_of(ten.story) == Counts{{watch_stall, 1}});
  CHECK(audit::audit(ten.story.history).watchers.at(1).longest_stall == 11'000ms);
}

TEST_CASE("numbers of a watcher: how long after the acknowledgement, how long without a stream") {
  Ten ten;
  ten.tell(kWatch1, {9});
  ten.story.watch(kWatch1, WatchStep::closed, 1000);
  const audit::AuditResult result = audit::audit(ten.story.history);
  const audit::WatcherResult& watcher = result.watchers.at(1);
  CHECK(watcher.events == 8);
  CHECK(watcher.owed == 9);
  CHECK(watcher.delivered == 8);
  CHECK(watcher.delivery.p50 == 2ms);
  CHECK(watcher.delivery.n == 8);
  CHECK(watcher.gaps.n == 0);
  CHECK(watcher.open_gaps == 1);
}

TEST_CASE("statistics are nearest ranks of all values") {
  std::vector<Duration> values;
  for (int i = 1; i <= 200; ++i) values.emplace_back(std::chrono::milliseconds(201 - i));
  const audit::Statistics statistics = audit::statistics_of(values);
  CHECK(statistics.n == 200);
  CHECK(statistics.p50 == 100ms);
  CHECK(statistics.p99 == 198ms);
  CHECK(statistics.max == 200ms);
  CHECK(audit::statistics_of({}).n == 0);
  CHECK(audit::statistics_of({5ms}).p50 == 5ms);
}
