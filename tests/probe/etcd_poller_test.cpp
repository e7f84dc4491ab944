#include "probe/etcd_poller.hpp"

#include <catch2/catch.hpp>

#include "probe/companion_loop.hpp"
#include "support/scripted_engine.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

const std::string kStatus =
    R"({"header":{"cluster_id":"1","member_id":"11","revision":"7","raft_term":"3"},"version":"3.6.0",)"
    R"("leader":"11","raftIndex":"900","raftTerm":"3","raftAppliedIndex":"899"})";

struct Polling {
  ManualClock clock;
  ScriptedEngine engine{clock};
  std::vector<Event> events;
  Interrupt stop;
  Instant start = clock.now();

  void run(Duration length, EtcdPace pace = {}) {
    EtcdPoller poller({"cp1", "https://127.0.0.1:2379", nullptr}, pace, clock.now(),
                      [this](const Event& event) { events.push_back(event); });
    engine.on_drive = [this, end = clock.now() + length] {
      if (clock.now() >= end) stop.raise();
    };
    CompanionLoop({&poller}, engine, clock).run(stop);
  }
};

}  // namespace

TEST_CASE("a member's status is an event with the instants between which it was true") {
  Polling polling;
  polling.engine.server = [&](std::uint64_t id, const http::Request& request) {
    CHECK(request.method == "POST");
    CHECK(request.body == "{}");
    polling.engine.answer(id, 7ms, 200, kStatus);
  };
  polling.run(2s);
  CHECK(polling.engine.urls.front() == "POST https://127.0.0.1:2379/v3/maintenance/status");
  REQUIRE(polling.events.size() == 4);
  const Event& event = polling.events.front();
  CHECK(event.type == event_type::etcd_member);
  CHECK(event.at == polling.start + 7ms);
  CHECK(event.data == Json({{"node", "cp1"},
                            {"sentNs", polling.start.ns},
                            {"member", "11"},
                            {"leader", "11"},
                            {"term", 3},
                            {"index", 900},
                            {"applied", 899},
                            {"learner", false}}));
  CHECK(polling.events[1].at - event.at == 500ms);
}

TEST_CASE("a member that does not answer, or with something else, is told as such") {
  Polling polling;
  int asked = 0;
  polling.engine.server = [&](std::uint64_t id, const http::Request&) {
    switch (asked++) {
      case 0:
        return polling.engine.break_off(id, 1ms, http::Ending::refused, "refused");
      case 1:
        return polling.engine.answer(id, 1ms, 503, "no");
      case 2:
        return polling.engine.answer(id, 1ms, 200, "{}");
      case 3:
        return polling.engine.break_off(id, 1ms, http::Ending::blind, "the tunnel is lost");
      default:
        return polling.engine.answer(id, 1ms, 200, R"({"header":{"member_id":"11"}})");
    }
  };
  polling.run(2400ms);
  REQUIRE(polling.events.size() == 4);  // blind: nothing was seen of the member
  CHECK(json_text(polling.events[0].data, "/reason") == "refused");
  CHECK(json_text(polling.events[1].data, "/reason") == "HTTP 503 no");
  CHECK(json_text(polling.events[2].data, "/reason") == "not a member's status");
  CHECK(json_text(polling.events[3].data, "/leader") == "0");  // it knows of none
}

TEST_CASE("one look at a time: a member that hangs is not asked more often, and the pace has limits") {
  Polling hanging;
  hanging.run(8900ms);
  CHECK(hanging.engine.urls.size() == 5);
  CHECK(hanging.engine.in_flight() == 0);
  CHECK(EtcdPace{1ms}.bounded() == 100ms);
  CHECK(EtcdPace{1h}.bounded() == 10s);
}
