// Bodies: kept, handed on as they arrive, too large, cut off.
#include "driving.hpp"
#include "local_server.hpp"
#include "tls_server.hpp"

using namespace hadrill;
using namespace hadrill::http;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

struct Served {
  Authority authority;
  TlsServer server{authority};
  Driven driven{authority.identity()};

  Transfer send(const std::string& path, std::size_t limit = kDefaultBodyLimit) {
    Request request = get(server.url(path));
    request.body_limit = limit;
    return driven.send(request);
  }
};

}  // namespace

TEST_CASE("a body of the limit is kept, one byte more is too much") {
  Served it;
  CHECK(it.send("/", 4).ending == Ending::response);
  const Transfer larger = it.send("/", 3);
  CHECK(larger.ending == Ending::body_too_large);
  CHECK(larger.status == 200);
  CHECK(larger.body == "bod");
  CHECK_FALSE(larger.reason.empty());
  CHECK(it.send("/", 0).ending == Ending::body_too_large);
}

TEST_CASE("a body without end ends at the limit") {
  Served it;
  const Transfer transfer = it.send("/endless");
  CHECK(transfer.ending == Ending::body_too_large);
  CHECK(transfer.body.size() == kDefaultBodyLimit);
}

TEST_CASE("a body that breaks off is not a reset: the header had come") {
  Served it;
  const auto path = GENERATE("/cut", "/cut-all");
  const Transfer transfer = it.send(path);
  CHECK(transfer.ending == Ending::body_error);
  CHECK(transfer.status == 200);
  CHECK(transfer.http_version == 2);
  CHECK(transfer.body == "one");
  CHECK_FALSE(transfer.reason.empty());
}

TEST_CASE("a redirect is a response, never followed") {
  Served it;
  const Transfer transfer = it.send("/redirect");
  CHECK(transfer.ending == Ending::response);
  CHECK(transfer.status == 302);
  CHECK(it.server.requests() == 1);
}

TEST_CASE("a header larger than is fit is refused") {
  Served it;
  const Transfer transfer = it.send("/huge-header");
  CHECK(transfer.ending != Ending::response);
  CHECK(transfer.status == 0);
  CHECK_FALSE(transfer.reason.empty());
  CHECK(it.send("/").status == 200);
}

TEST_CASE("a header that does not end is bounded, in many lines or in one") {
  const LocalServer server(GENERATE(Manner::much_header, Manner::long_header));
  const Transfer transfer = Driven().send(get(server.url()));
  CHECK(transfer.ending == Ending::other);
  CHECK(transfer.status == 0);
  CHECK_FALSE(transfer.reason.empty());
}

TEST_CASE("an interim response is not the response") {
  const LocalServer server(Manner::early_hint);
  const Transfer transfer = Driven().send(get(server.url()));
  CHECK(transfer.ending == Ending::response);
  CHECK(transfer.status == 200);
  CHECK(transfer.body == "body");
}

TEST_CASE("a request's body arrives whole") {
  Served it;
  Request request = get(it.server.url("/echo"));
  request.method = "POST";
  request.body = std::string(100'000, 'b');
  CHECK(it.driven.send(request).body == request.body);
  // The handle that carried it is used again.
  CHECK(it.send("/").body == "body");
}

TEST_CASE("long bodies arrive whole at once, several at a time, with nothing more to come that would wake anybody") {
  Served it;
  // Alone on its connection, or with others as long as there is room for what all of them are sent (see kBufferSize).
  constexpr std::size_t kShared = 32UL * 1024;
  for (std::size_t size = 1; size < 150'000; size += 3'137) {
    for (const ConnectionUse use : {ConnectionUse::reused, ConnectionUse::fresh}) {
      std::vector<std::uint64_t> ids;
      const int at_a_time = use == ConnectionUse::fresh || size <= kShared ? 4 : 1;
      for (int i = 0; i < at_a_time; ++i) {
        Request request = get(it.server.url("/long-" + std::to_string(size)), use);
        request.timeout = 2s;
        ids.push_back(it.driven.start(request));
      }
      for (const std::uint64_t id : ids) {
        const Transfer transfer = it.driven.wait(id);
        INFO(size << (use == ConnectionUse::fresh ? " fresh: " : " reused: ") << transfer.reason);
        CHECK(transfer.ending == Ending::response);
        CHECK(transfer.body.size() == size);
      }
    }
  }
}

TEST_CASE("a streaming body is handed on as it arrives, without a limit and not kept") {
  Served it;
  std::string seen;
  bool open = false;  // by the header, which is told as an empty piece
  Request stream = get(it.server.url("/stream"));
  stream.body_limit = 1;
  const Instant before = MonotonicClock().now();
  stream.on_body = [&](std::string_view piece, Instant at) {
    CHECK(at >= before);
    CHECK(at <= MonotonicClock().now());
    CHECK(piece.empty() == !open);
    open = true;
    seen += piece;
  };
  const auto id = it.driven.start(stream);
  it.driven.drive_until([&] { return seen == "one"; });
  it.send("/more");
  it.driven.drive_until([&] { return seen == "onetwo"; });
  CHECK_FALSE(it.driven.finished(id));
  it.send("/drop");
  const Transfer transfer = it.driven.wait(id);
  CHECK(transfer.ending == Ending::body_error);
  CHECK(transfer.status == 200);
  CHECK(transfer.body.empty());
  CHECK(seen == "onetwo");
}

TEST_CASE("a streaming request that is refused keeps the body that says why, within the limit") {
  Served it;
  Request stream = get(it.server.url("/forbidden"));
  stream.on_body = [](std::string_view, Instant) { FAIL("not a stream"); };
  const Transfer transfer = it.driven.send(stream);
  CHECK(transfer.ending == Ending::response);
  CHECK(transfer.status == 403);
  CHECK(transfer.body == "no");
  stream.body_limit = 1;
  CHECK(it.driven.send(stream).ending == Ending::body_too_large);
}

TEST_CASE("a stream ends by its silence, not by its age") {
  Served it;
  Request stream = get(it.server.url("/stream"));
  stream.timeout = 600ms;
  std::vector<Instant> pieces;
  stream.on_body = [&](std::string_view piece, Instant at) {
    if (!piece.empty()) pieces.push_back(at);
  };
  const auto id = it.driven.start(stream);
  it.driven.drive_until([&] { return pieces.size() == 1; });
  for (std::size_t i = 2; i <= 6; ++i) {
    const Instant due = pieces.back() + 150ms;
    it.driven.drive_until([&] { return MonotonicClock().now() >= due; });
    it.send("/more");
    it.driven.drive_until([&] { return pieces.size() == i || it.driven.finished(id); });
  }
  const Transfer transfer = it.driven.wait(id);
  CHECK(transfer.ending == Ending::timeout);
  CHECK(transfer.status == 200);
  CHECK(transfer.done - pieces.back() >= 600ms);
  CHECK_FALSE(it.send("/").opened_connection);
}

TEST_CASE("a stream whose header does not come ends by its silence too; without a limit it waits") {
  Served it;
  Request stream = get(it.server.url("/hang"));
  stream.on_body = [](std::string_view, Instant) {};
  stream.timeout = Duration::zero();
  const auto waiting = it.driven.start(stream);
  it.driven.drive_until([&] { return it.server.requests() == 1; });
  stream.timeout = 50ms;
  const Transfer transfer = it.driven.send(stream);
  CHECK(transfer.ending == Ending::timeout);
  CHECK(transfer.status == 0);
  CHECK_FALSE(it.driven.finished(waiting));
  it.send("/release");
  CHECK(it.driven.wait(waiting).ending == Ending::response);
}

TEST_CASE("a stream is cancelled from within its own pieces, and gets no more of them") {
  Served it;
  Request stream = get(it.server.url("/endless"));
  std::uint64_t id = 0;
  int pieces = 0;
  stream.on_body = [&](std::string_view, Instant) {
    if (++pieces == 2) it.driven.engine().cancel(id);
  };
  id = it.driven.start(stream);
  const Transfer transfer = it.driven.wait(id);
  CHECK(transfer.ending == Ending::other);
  CHECK(transfer.reason == "cancelled");
  CHECK(transfer.status == 200);
  CHECK(pieces == 2);
  CHECK(it.send("/").status == 200);
}

TEST_CASE("cancelling ends a request once, and what is not in flight is left alone") {
  Served it;
  it.driven.engine().cancel(12345);
  const auto id = it.driven.start(get(it.server.url("/hang")));
  CHECK(it.driven.engine().in_flight() == 1);
  it.driven.engine().cancel(id);
  it.driven.engine().cancel(id);
  CHECK(it.driven.engine().in_flight() == 1);
  const auto ended = it.driven.engine().drive_until({}, Interrupt::never());
  REQUIRE(ended.size() == 1);
  CHECK(ended.front().transfer.reason == "cancelled");
  CHECK(it.driven.engine().in_flight() == 0);
  CHECK(it.driven.engine().drive_until({}, Interrupt::never()).empty());
}

TEST_CASE("nobody is called while a request is started") {
  Served it;
  std::string seen;
  bool starting = false;
  Request stream = get(it.server.url("/stream"));
  stream.on_body = [&](std::string_view piece, Instant) {
    CHECK_FALSE(starting);
    seen += piece;
  };
  it.driven.start(stream);
  it.driven.drive_until([&] { return seen == "one"; });
  std::vector<std::uint64_t> started;
  for (int i = 0; i < 50; ++i) {
    starting = true;
    started.push_back(it.driven.start(get(it.server.url("/more"))));
    starting = false;
  }
  for (const auto id : started) CHECK(it.driven.wait(id).status == 200);
  it.driven.drive_until([&] { return seen.size() == 3 + 50UL * 3; });
}
