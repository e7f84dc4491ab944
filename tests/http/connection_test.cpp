// Which requests share a connection, and what becomes of them when it breaks.
#include <sys/resource.h>
#include <unistd.h>

#include "driving.hpp"
#include "support/loopback_listener.hpp"
#include "tls_server.hpp"

using namespace hadrill;
using namespace hadrill::http;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

/// A server and an engine whose lane 0 has its connection.
struct Connected0 {
  explicit Connected0(ServerOptions options = {}) : server(authority, options), driven(authority.identity()) {
    REQUIRE(driven.send(get(server.url())).opened_connection);
  }
  std::uint64_t start(const std::string& path) {
    const int before = server.requests();
    const auto id = driven.start(get(server.url(path)));
    driven.drive_until([&] { return server.requests() > before; });
    return id;
  }

  Authority authority;
  TlsServer server;
  Driven driven;
};

}  // namespace

TEST_CASE("the requests of a lane share one connection, however many are on their way") {
  Connected0 it;
  std::vector<std::uint64_t> hanging;
  for (int i = 0; i < 300; ++i) hanging.push_back(it.start("/hang"));
  CHECK_FALSE(it.driven.send(get(it.server.url("/release"))).opened_connection);
  for (const auto id : hanging) CHECK(it.driven.wait(id).status == 200);
  CHECK(it.server.accepted() == 1);
}

TEST_CASE("nobody waits for a connection in the making") {
  const Authority authority;
  TlsServer server(authority);
  Driven driven(authority.identity());
  const auto opener = driven.start(get(server.url()));
  const auto alone = driven.start(get(server.url()));
  CHECK(driven.wait(opener).opened_connection);
  CHECK(driven.wait(alone).opened_connection);
  CHECK(server.accepted() == 2);
  CHECK_FALSE(driven.send(get(server.url())).opened_connection);
  CHECK(server.accepted() == 2);
}

TEST_CASE("a request does not wait for one whose handshake hangs") {
  const Authority authority;
  TlsServer server(authority);
  const LoopbackListener listener(16);  // a server that never accepts
  Driven driven(authority.identity());
  Request request = get("https://127.0.0.1:" + std::to_string(listener.port()) + "/");
  request.timeout = kPatience;
  const auto first = driven.start(request);
  request.timeout = 100ms;
  const auto second = driven.start(request);
  const Transfer earlier = driven.wait(second);
  CHECK_FALSE(driven.finished(first));
  CHECK(earlier.ending == Ending::timeout);
  CHECK(earlier.opened_connection);
  driven.engine().cancel(first);
  CHECK(driven.wait(first).reason == "cancelled");
  CHECK(driven.send(request).ending == Ending::timeout);  // the lane is free again for the next to try
}

TEST_CASE("lanes never share a connection, nor do servers") {
  Connected0 it;
  const TlsServer other(it.authority, {.serial = 0x77});
  CHECK(it.driven.send(get(it.server.url()), 1).opened_connection);
  CHECK(it.driven.send(get(other.url())).certificate_serial == "77");
  CHECK_FALSE(it.driven.send(get(it.server.url())).opened_connection);
  CHECK_FALSE(it.driven.send(get(other.url())).opened_connection);
}

TEST_CASE("fresh connections are closed afterwards and leave the lane's alone") {
  Connected0 it;
  for (int i = 0; i < 3; ++i) {
    const Transfer fresh = it.driven.send(get(it.server.url(), ConnectionUse::fresh));
    CHECK(fresh.opened_connection);
    CHECK(fresh.status == 200);
  }
  CHECK_FALSE(it.driven.send(get(it.server.url())).opened_connection);
  CHECK(it.server.accepted() == 4);
}

TEST_CASE("a broken connection fails what was on its way, nothing is sent twice, and the next opens a new one") {
  Connected0 it;
  const auto hanging = it.start("/hang");
  const int before = it.server.requests();
  const Transfer dropped = it.driven.send(get(it.server.url("/drop")));
  CHECK(dropped.ending == Ending::reset);
  CHECK_FALSE(dropped.opened_connection);
  CHECK(dropped.certificate_serial == "abc1");
  CHECK(it.driven.wait(hanging).ending == Ending::reset);
  CHECK(it.server.requests() == before + 1);
  CHECK(it.server.accepted() == 1);
  const Transfer next = it.driven.send(get(it.server.url()));
  CHECK(next.opened_connection);
  CHECK(next.ending == Ending::response);
}

TEST_CASE("what goes wrong with one request leaves the connection to the others") {
  Connected0 it;
  const auto hanging = it.start("/hang");
  SECTION("a stream reset") { CHECK(it.driven.send(get(it.server.url("/reset"))).ending == Ending::reset); }
  SECTION("a timeout") {
    Request request = get(it.server.url("/hang"));
    request.timeout = 50ms;
    const Transfer transfer = it.driven.send(request);
    CHECK(transfer.ending == Ending::timeout);
    CHECK(transfer.done - transfer.sent >= 50ms);
    CHECK_FALSE(transfer.opened_connection);
  }
  SECTION("a cancellation") {
    const auto id = it.start("/hang");
    it.driven.engine().cancel(id);
    CHECK(it.driven.wait(id).ending == Ending::other);
  }
  SECTION("a body that is too large") {
    CHECK(it.driven.send(get(it.server.url("/endless"))).ending == Ending::body_too_large);
  }
  CHECK_FALSE(it.driven.send(get(it.server.url("/release"))).opened_connection);
  CHECK(it.driven.wait(hanging).ending == Ending::response);
  CHECK(it.server.accepted() == 1);
}

TEST_CASE("a timeout of the only request leaves the connection to the next") {
  Connected0 it;
  Request request = get(it.server.url("/hang"));
  request.timeout = 50ms;
  CHECK(it.driven.send(request).ending == Ending::timeout);
  CHECK_FALSE(it.driven.send(get(it.server.url())).opened_connection);
}

TEST_CASE("a connection that is being given up lets its requests end, and new ones go over a new one") {
  Connected0 it;
  const auto hanging = it.start("/hang");
  CHECK(it.driven.send(get(it.server.url("/goaway"))).status == 200);
  CHECK(it.driven.send(get(it.server.url())).opened_connection);
  CHECK_FALSE(it.driven.send(get(it.server.url())).opened_connection);
  CHECK_FALSE(it.driven.finished(hanging));
  CHECK(it.server.accepted() == 2);
}

TEST_CASE("a server's limit of concurrent requests makes nobody wait") {
  Connected0 it({.most_streams = 2});
  it.start("/hang");
  it.start("/hang");
  const Transfer third = it.driven.send(get(it.server.url()));
  CHECK(third.ending == Ending::response);
  CHECK(third.opened_connection);
  CHECK(it.driven.send(get(it.server.url())).status == 200);
}

TEST_CASE("nobody listens: refused, and no connection was opened") {
  std::string url;
  const Authority authority;
  { url = TlsServer(authority).url(); }
  Driven driven(authority.identity());
  for (const auto use : {ConnectionUse::fresh, ConnectionUse::reused}) {
    const Transfer transfer = driven.send(get(url, use));
    CHECK(transfer.ending == Ending::refused);
    CHECK_FALSE(transfer.opened_connection);
    CHECK_FALSE(transfer.reason.empty());
  }
}

TEST_CASE("having no file descriptors left is our own trouble, not the server's") {
  Connected0 it;
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const int lowest_free = dup(STDERR_FILENO);
  close(lowest_free);
  const rlimit none{static_cast<rlim_t>(lowest_free), before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  const Transfer transfer = it.driven.send(get(it.server.url(), ConnectionUse::fresh));
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(transfer.ending == Ending::other);
  CHECK_THAT(transfer.reason, Catch::StartsWith("no socket: "));
  CHECK_FALSE(transfer.opened_connection);
  CHECK(it.driven.send(get(it.server.url(), ConnectionUse::fresh)).status == 200);
}

TEST_CASE("an engine may be dropped with requests on their way") {
  const Authority authority;
  TlsServer server(authority);
  Driven driven(authority.identity());
  driven.send(get(server.url()));
  driven.start(get(server.url("/hang")));
  driven.start(get(server.url("/hang"), ConnectionUse::fresh));
  CHECK(driven.engine().in_flight() == 2);
}
