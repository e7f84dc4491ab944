#include "probe/watcher.hpp"

#include <catch2/catch.hpp>

#include "probe/audit_bench.hpp"
#include "probe/prober_loop.hpp"
#include "probe/register_operations.hpp"
#include "support/scripted_engine.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

/// A writer and a watcher; the test plays the server of the watch.
struct Watching {
  AuditBench bench{30};
  ScriptedEngine engine{bench.clock};
  Watcher watcher{"https://n1", 1, bench.access()};
  std::vector<Prober> probers;
  Instant start = bench.clock.now();
  std::optional<std::uint64_t> stream;  ///< the watch that is open
  std::vector<std::string> missed;      ///< lines while none is
  /// What becomes of a watch request; true: the test has taken care of it.
  std::function<bool(std::uint64_t id, const std::string& url)> on_watch;
  /// What becomes of an event line.
  std::function<std::string(std::string line)> spoil = [](std::string line) { return line; };

  Watching() {
    probers.push_back({100ms, 1s, http::ConnectionUse::reused, make_write({"https://lb", 1s}, 0, bench.access())});
    bench.api.on_event = [this](const std::string& line) {
      if (!stream) return missed.push_back(line);
      engine.push(*stream, 1ms, spoil(line));
    };
    engine.server = [this](std::uint64_t id, const http::Request& request) {
      if (request.on_body) return open(id, request.url);
      const auto [status, body] = bench.api.handle(request.method, request.url, request.body);
      engine.answer(id, 2ms, status, body);
    };
    engine.serials["https://n1"] = "aa";
  }

  void open(std::uint64_t id, const std::string& url) {
    if (on_watch && on_watch(id, url)) return;
    stream = id;
    for (const std::string& line : missed) engine.push(id, 1ms, line);
    missed.clear();
  }

  Duration since() const { return bench.clock.now() - start; }

  void run(Duration length, const std::function<void()>& each = {}) {
    Interrupt stop;
    engine.on_drive = [&] {
      if (each) each();
      if (since() >= length) stop.raise();
    };
    ProberLoop loop(
        {probers, {&watcher}, bench.servers}, engine, bench.clock, [](const Sample&) { return true; }, start, 1);
    loop.run(stop);
    engine.on_drive = nullptr;
    loop.drain(bench.clock.now() + 2s, Interrupt::never());
  }

  std::vector<WatchRecord> records(WatchStep step) const {
    std::vector<WatchRecord> found;
    for (const WatchRecord& record : bench.history().watches) {
      if (record.step == step) found.push_back(record);
    }
    return found;
  }
  std::size_t events() const { return records(WatchStep::added).size() + records(WatchStep::modified).size(); }
};

}  // namespace

TEST_CASE("a watcher starts from a list and records every event, to the last") {
  Watching watching;
  watching.run(10s);
  const auto history = watching.bench.history();
  REQUIRE(history.lists.size() == 1);
  CHECK(history.lists[0].scope == ListScope::partial);
  REQUIRE(watching.records(WatchStep::requested).size() == 1);
  CHECK(watching.records(WatchStep::requested)[0].version == history.lists[0].version);
  std::size_t newer = 0;
  for (const Write& write : history.writes) newer += write.version > history.lists[0].version ? 1 : 0;
  CHECK(watching.events() == newer);
  CHECK(watching.events() > 90);
  REQUIRE(watching.records(WatchStep::stopped).size() == 1);
  CHECK(watching.records(WatchStep::stopped)[0].server == 1);
  CHECK(watching.records(WatchStep::closed).empty());
}

TEST_CASE("after a close it asks for what comes after the last version it has seen") {
  Watching watching;
  watching.run(10s, [&] {
    if (watching.since() >= 5s && watching.stream && watching.records(WatchStep::closed).empty()) {
      watching.engine.break_off(*watching.stream, 0s, http::Ending::body_error);
      watching.stream.reset();
    }
  });
  REQUIRE(watching.records(WatchStep::closed).size() == 1);
  const auto requests = watching.records(WatchStep::requested);
  REQUIRE(requests.size() == 2);
  CHECK(requests[1].at - watching.records(WatchStep::closed)[0].at >= Watcher::kPause);
  Version last = 0;
  for (const WatchRecord& record : watching.bench.history().watches) {
    if (record.is_event() && record.at < requests[1].at) last = record.version;
  }
  CHECK(requests[1].version == last);
  CHECK(watching.bench.history().lists.size() == 1);
}

TEST_CASE("after 410 Gone it lists again, whether it is told by status or by event") {
  Watching watching;
  int watches = 0;
  watching.on_watch = [&](std::uint64_t id, const std::string&) {
    ++watches;
    if (watches == 1) watching.engine.answer(id, 1ms, 410, "{}");
    if (watches == 2) {
      watching.engine.push(id, 1ms,
                           "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"message\":\"old\"}}\n");
    }
    return watches <= 2;
  };
  watching.run(5s);
  CHECK(watches == 3);
  CHECK(watching.records(WatchStep::expired).size() == 2);
  CHECK(watching.records(WatchStep::closed).size() == 2);
  CHECK(watching.bench.history().lists.size() == 3);
}

TEST_CASE("bookmarks count as seen") {
  Watching watching;
  watching.run(5s, [&] {
    if (watching.since() >= 2s && watching.stream && watching.records(WatchStep::bookmark).empty()) {
      watching.engine.push(*watching.stream, 0s,
                           "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"5000\"}}}\n");
      watching.engine.break_off(*watching.stream, 1ms, http::Ending::reset);
      watching.stream.reset();
    }
  });
  REQUIRE_FALSE(watching.records(WatchStep::bookmark).empty());
  CHECK(watching.records(WatchStep::requested).at(1).version == 5000);
}

TEST_CASE("lines may come in any pieces") {
  Watching watching;
  watching.spoil = [&](const std::string& line) {
    for (const char c : line) watching.engine.push(*watching.stream, 1ms, std::string(1, c));
    return std::string();
  };
  watching.run(3s);
  CHECK(watching.events() > 25);
  CHECK(watching.records(WatchStep::closed).empty());
}

TEST_CASE("what is no event ends the stream, and the next one goes on after the last good event") {
  Watching watching;
  bool spoilt = false;
  watching.spoil = [&](std::string line) {
    if (spoilt || watching.since() < 2s) return line;
    spoilt = true;
    watching.missed.push_back(line);
    watching.stream.reset();
    return std::string("{\"type\":\"MODIFIED\",\"obj\n");
  };
  watching.run(5s);
  CHECK(watching.records(WatchStep::closed).size() == 1);
  const auto history = watching.bench.history();
  std::size_t newer = 0;
  for (const Write& write : history.writes) newer += write.version > history.lists[0].version ? 1 : 0;
  CHECK(watching.events() == newer);
}

TEST_CASE("a watch that is never answered is given up and asked for again") {
  Watching watching;
  watching.on_watch = [&](std::uint64_t, const std::string&) { return watching.since() < 12s; };
  watching.run(20s);
  const auto closed = watching.records(WatchStep::closed);
  REQUIRE(closed.size() == 3);
  const auto requests = watching.records(WatchStep::requested);
  for (std::size_t i = 0; i < 3; ++i) CHECK(closed[i].at - requests[i].at >= Watcher::kOpeningTimeout);
  for (std::size_t i = 0; i < 3; ++i) CHECK(closed[i].at - requests[i].at <= Watcher::kOpeningTimeout + 200ms);
  CHECK(watching.events() > 100);
}

TEST_CASE("a stream that falls silent is given up after the time a client of the API would take") {
  Watching watching;
  // An empty piece is no byte.
  watching.bench.api.on_event = [&](const std::string& line) {
    if (!watching.stream) return watching.missed.push_back(line);
    const std::string piece = watching.spoil(line);
    if (!piece.empty()) watching.engine.push(*watching.stream, 1ms, piece);
  };
  watching.spoil = [&](std::string line) {
    if (watching.since() < 2s || watching.records(WatchStep::closed).size() == 1) return line;
    watching.missed.push_back(line);
    return std::string();
  };
  watching.run(60s);
  REQUIRE(watching.records(WatchStep::closed).size() == 1);
  const Duration silence = watching.records(WatchStep::closed)[0].at - watching.start;
  CHECK(silence >= 2s + Watcher::kSilenceTimeout - 200ms);
  CHECK(silence <= 2s + Watcher::kSilenceTimeout + 200ms);
}
