#include "http/curl_engine.hpp"

#include <catch2/catch.hpp>

#include "http/curl_client.hpp"
#include "local_server.hpp"

using namespace hadrill;
using namespace hadrill::http;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

Request to(const LocalServer& server, ConnectionUse use = ConnectionUse::reused, Duration timeout = 5s) {
  Request request;
  request.url = server.url();
  request.timeout = timeout;
  request.connection = use;
  return request;
}

Transfer send(Engine& engine, const Request& request, std::uint16_t lane = 0) {
  static std::uint64_t id = 0;
  engine.start(++id, lane, request);
  MonotonicClock clock;
  const Instant give_up = clock.now() + 20s;
  while (clock.now() < give_up) {
    for (Finished& finished : engine.drive_until(give_up, Interrupt::never())) {
      if (finished.id == id) return std::move(finished.transfer);
    }
  }
  FAIL("no ending within 20 s");
  return {};
}

}  // namespace

TEST_CASE("a complete response has its four instants in order") {
  const LocalServer server(Manner::answer);
  CurlEngine engine({});
  MonotonicClock clock;
  const Instant before = clock.now();
  const Transfer transfer = send(engine, to(server));
  CHECK(transfer.ending == Ending::response);
  CHECK(transfer.status == 200);
  CHECK(transfer.body == "body");
  CHECK(transfer.sent >= before);
  REQUIRE(transfer.first_byte);
  CHECK(*transfer.first_byte >= transfer.sent);
  CHECK(transfer.done >= *transfer.first_byte);
  CHECK(transfer.done <= clock.now());
}

TEST_CASE("fresh connections are opened each time, reused ones once per lane") {
  const LocalServer server(Manner::answer);
  CurlEngine engine({});
  for (int i = 0; i < 3; ++i) CHECK(send(engine, to(server, ConnectionUse::fresh)).opened_connection);
  CHECK(server.accepted() == 3);
  CHECK(send(engine, to(server), 1).opened_connection);
  CHECK_FALSE(send(engine, to(server), 1).opened_connection);
  CHECK(send(engine, to(server), 2).opened_connection);
  CHECK(server.accepted() == 5);
}

TEST_CASE("each way to fail has its own ending") {
  CurlEngine engine({});
  SECTION("nobody listens") {
    std::string url;
    { url = LocalServer(Manner::answer).url(); }
    Request request;
    request.url = url;
    CHECK(send(engine, request).ending == Ending::refused);
  }
  SECTION("closed without a word") {
    const LocalServer server(Manner::close_at_once);
    CHECK(send(engine, to(server)).ending == Ending::reset);
  }
  SECTION("the body ends early") {
    const LocalServer server(Manner::cut_body);
    CHECK(send(engine, to(server)).ending == Ending::body_error);
  }
  SECTION("no answer in time") {
    const LocalServer server(Manner::silent);
    const Transfer transfer = send(engine, to(server, ConnectionUse::reused, 100ms));
    CHECK(transfer.ending == Ending::timeout);
    CHECK(transfer.done - transfer.sent >= 90ms);
  }
  SECTION("not TLS at all") {
    const LocalServer server(Manner::answer);
    Request request;
    request.url = "https" + server.url().substr(4);
    CHECK(send(engine, request).ending == Ending::tls);
  }
}

TEST_CASE("a dead reused connection is reported, not retried behind our back, and the next request opens a new one") {
  const LocalServer server(Manner::answer_once);
  CurlEngine engine({});
  REQUIRE(send(engine, to(server)).ending == Ending::response);
  const Transfer broken = send(engine, to(server));
  CHECK(broken.ending == Ending::reset);
  CHECK(send(engine, to(server)).opened_connection);
}

TEST_CASE("a slow request does not hold up the others") {
  const LocalServer slow(Manner::silent);
  const LocalServer quick(Manner::answer);
  CurlEngine engine({});
  engine.start(1'000'000, 0, to(slow, ConnectionUse::reused, 10s));
  MonotonicClock clock;
  const Instant before = clock.now();
  CHECK(send(engine, to(quick), 1).ending == Ending::response);
  CHECK(clock.now() - before < 5s);
  CHECK(engine.in_flight() == 1);
}

TEST_CASE("driving ends at its deadline with nothing to do, and at once when interrupted") {
  CurlEngine engine({});
  MonotonicClock clock;
  const Instant deadline = clock.now() + 20ms;
  CHECK(engine.drive_until(deadline, Interrupt::never()).empty());
  CHECK(clock.now() >= deadline);
  Interrupt interrupt;
  interrupt.raise();
  engine.drive_until(clock.now() + 1h, interrupt);
}

TEST_CASE("the client returns when interrupted in the middle of a request") {
  const LocalServer server(Manner::silent);
  CurlClient client({});
  Interrupt interrupt;
  interrupt.raise();
  CHECK(client.send(to(server), interrupt).reason == "interrupted");
}
