// Steps of a counter: which answers acknowledge one, and reading them back.
#include "probe/count_operation.hpp"

#include <catch2/catch.hpp>

#include "probe/counter_reader.hpp"
#include "support/fake_client.hpp"
#include "support/manual_clock.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

const OperationPlace kPlace{"http://127.0.0.1:30081", 1s};

http::Transfer answer(int status, std::string body, std::string server = "counter-1 on w2") {
  http::Transfer transfer;
  transfer.ending = http::Ending::response;
  transfer.status = status;
  transfer.body = std::move(body);
  transfer.server_name = std::move(server);
  transfer.done = Instant{7};
  return transfer;
}

}  // namespace

TEST_CASE("a step is asked for by an id of its own, and told when it is acknowledged") {
  std::vector<CounterStep> steps;
  const auto count = make_count(kPlace, "/counter", "run1", 3, [&](const CounterStep& step) { steps.push_back(step); });
  Slot slot;
  slot.sequence = 42;
  const auto request = count->request(slot);
  CHECK(request->method == "POST");
  CHECK(request->url == "http://127.0.0.1:30081/counter");
  CHECK(request->body == R"({"id":"run1.3.42"})");

  CHECK(count->outcome(slot, answer(200, R"({"value":9,"id":"run1.3.42","start":"s"})"), 1ms) == Outcome::ok);
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].step == "3.42");
  CHECK(steps[0].pod == "counter-1");
  CHECK(steps[0].value == 9);
  CHECK(steps[0].at == Instant{7});
  // Late, and acknowledged all the same.
  CHECK(count->outcome(slot, answer(200, R"({"value":9,"id":"run1.3.42"})"), 2s) == Outcome::slow);
  CHECK(steps.size() == 2);
  // None of these promised anything.
  CHECK(count->outcome(slot, answer(200, R"({"value":9,"id":"run1.3.41"})"), 1ms) == Outcome::body_error);
  CHECK(count->outcome(slot, answer(200, R"({"value":0,"id":"run1.3.42"})"), 1ms) == Outcome::body_error);
  CHECK(count->outcome(slot, answer(200, R"({"value":9,"id":"run1.3.42"})", ""), 1ms) == Outcome::body_error);
  CHECK(count->outcome(slot, answer(500, R"({"value":9,"id":"run1.3.42"})"), 1ms) == Outcome::http_status);
  CHECK(steps.size() == 2);
}

TEST_CASE("counters are read back from each pod, and one that does not answer is told with the reason") {
  FakeClient client;
  ManualClock clock;
  const std::string base = "https://127.0.0.1:6443";
  const std::string path = "/api/v1/namespaces/shop/pods/db-0/proxy/counter/run1.";
  int asked = 0;
  client.on("GET", path, [&] {
    // It comes back while we ask.
    return ++asked < 3 ? std::pair{503, std::string("no route")}
                       : std::pair{200, std::string(R"({"pod":"db-0","entries":[{"id":"run1.3.1","value":5}]})")};
  });
  const std::set<CounterPod> pods{{"shop", "db", "db-0", "/counter"}, {"shop", "db", "db-1", "/counter"}};
  const auto events = read_counters(client, clock, base, "run1", pods, clock.now() + 10s, Interrupt::never());
  REQUIRE(events.size() == 2);
  CHECK(events[0].type == event_type::counter_read);
  CHECK(events[0].data == Json::parse(R"({"service":"db.shop","pod":"db-0","steps":[["3.1",5]]})"));
  CHECK(json_text(events[1].data, "/pod") == "db-1");
  CHECK(json_text(events[1].data, "/reason").find("nothing answers GET") == 0);
}

TEST_CASE("what is not the answer of a counter says nothing of its steps") {
  ManualClock clock;
  for (const char* body :
       {"{}", "x", R"({"entries":[{"id":"other.3.1","value":5}]})", R"({"entries":[{"id":"run1.3.1"}]})"}) {
    INFO(body);
    FakeClient client;
    client.on("GET", "/counter/run1.", 200, body);
    const auto events = read_counters(client, clock, "https://a", "run1", {{"shop", "db", "db-0", "/counter"}},
                                      clock.now(), Interrupt::never());
    CHECK(json_text(events.at(0).data, "/reason") == "not an answer of a counter");
  }
}
