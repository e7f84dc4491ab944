#include "live/feed.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "check/history.hpp"
#include "live/replay.hpp"
#include "live/terminal.hpp"

using namespace hadrill;
using namespace hadrill::test;
using live::Board;
using live::Feed;

TEST_CASE("what goes through the feed is what goes to the board at once") {
  const RunRecord record = run_with(down(kT0, kT0 + Duration(1s)));
  Board direct({record.scenario, "", 1, ""});
  Replay(record).play(direct, kT0 + Duration(5s));
  Board fed({record.scenario, "", 1, ""});
  Feed feed;
  Replay replay(record);
  for (Instant at = kStart; at <= kT0 + Duration(5s); at = at + Duration(250ms)) {
    replay.play(feed, at);
    feed.drain(fed);
  }
  const auto a = direct.snapshot(kT0 + Duration(5s));
  const auto b = fed.snapshot(kT0 + Duration(5s));
  CHECK(a.probers[0].since_t0->longest == b.probers[0].since_t0->longest);
  CHECK(a.probers[0].recent_all == b.probers[0].recent_all);
  CHECK(a.phase == b.phase);
  CHECK(b.missed_samples == 0);
}

TEST_CASE("a view that does not keep up loses samples and says so, and never holds up the prober") {
  RunRecord record = run_with(all_good());
  Feed feed;
  Board board({record.scenario, "", 1, ""});
  feed.begin(record.samples.header);
  Sample sample;
  sample.outcome = Outcome::ok;
  for (std::uint32_t i = 0; i < Feed::kRoom + 7; ++i) {
    sample.sequence = i;
    sample.scheduled = sample.sent = sample.done = kStart + Duration(i);
    feed.see(sample);
  }
  feed.drain(board);
  CHECK(board.snapshot(kStart + Duration(1s)).missed_samples == 7);
  feed.see(sample);
  feed.drain(board);
  CHECK(board.snapshot(kStart + Duration(1s)).missed_samples == 7);
}

TEST_CASE("two threads: nothing is lost, nothing comes twice") {
  RunRecord record = run_with(all_good());
  record.samples.header.probers[0].timeout = 1h;  // so that the board keeps all of them
  Feed feed;
  Board board({record.scenario, "", 1, ""});
  feed.begin(record.samples.header);
  constexpr std::uint32_t kAll = 5000;
  std::jthread prober([&feed] {
    Sample sample;
    sample.outcome = Outcome::ok;
    for (std::uint32_t i = 0; i < kAll; ++i) {
      sample.sequence = i;
      sample.scheduled = sample.sent = sample.done = kStart + Duration(i);
      feed.see(sample);
      if (i % 100 == 0) feed.see(Event{kStart + Duration(i), event_type::agent_lost, {{"node", "n"}}});
    }
  });
  for (int i = 0; i < 50; ++i) feed.drain(board);
  prober.join();
  feed.drain(board);
  const auto snapshot = board.snapshot(kStart + Duration(1s));
  CHECK(snapshot.probers[0].recent_all == kAll);
  REQUIRE(snapshot.errors.size() == 1);
  CHECK(snapshot.errors[0].count == kAll / 100);
}

TEST_CASE("where the live view can be drawn, and whether in colour") {
  const auto at = [](bool terminal, const char* term, const char* no_color) {
    return live::surroundings(terminal, term, no_color);
  };
  CHECK(at(true, "xterm", nullptr).colour);
  CHECK(at(true, "xterm", "").colour);
  CHECK_FALSE(at(true, "xterm", "1").colour);
  CHECK(at(true, "xterm", "1").screen);
  CHECK_FALSE(at(true, "dumb", nullptr).screen);
  CHECK_FALSE(at(true, nullptr, nullptr).screen);
  CHECK(at(true, "dumb", nullptr).terminal);
  CHECK_FALSE(at(false, "xterm", nullptr).screen);
}
