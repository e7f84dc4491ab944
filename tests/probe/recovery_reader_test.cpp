#include "probe/recovery_reader.hpp"

#include <catch2/catch.hpp>

#include "probe/audit_bench.hpp"
#include "probe/fixed_operations.hpp"
#include "probe/prober_loop.hpp"
#include "probe/register_operations.hpp"
#include "support/scripted_engine.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

/// A write prober and its recovery reader over a server that the test breaks.
struct Recovery {
  AuditBench bench{40};
  ScriptedEngine engine{bench.clock};
  RecoveryReader reader{"https://lb", 0, bench.access()};
  std::vector<Prober> probers;
  std::vector<Sample> samples;
  Instant start = bench.clock.now();
  /// What becomes of a request that comes in now; the default is an answer after 2 ms.
  std::function<bool(std::uint64_t id, const http::Request& request)> trouble;

  Recovery() {
    probers.push_back({100ms, 1s, http::ConnectionUse::reused, make_write({"https://lb", 1s}, 0, bench.access())});
    engine.server = [this](std::uint64_t id, const http::Request& request) {
      if (trouble && trouble(id, request)) return;
      const auto [status, body] = bench.api.handle(request.method, request.url, request.body);
      engine.answer(id, 2ms, status, body);
    };
  }

  Duration since() const { return bench.clock.now() - start; }

  void run(Duration length) {
    Interrupt stop;
    engine.on_drive = [&] {
      if (since() >= length) stop.raise();
    };
    ProberLoop loop(
        {probers, {&reader}, bench.servers}, engine, bench.clock,
        [this](const Sample& sample) {
          samples.push_back(sample);
          return true;
        },
        start, 1);
    loop.run(stop);
    engine.on_drive = nullptr;
    loop.drain(bench.clock.now() + 5s, Interrupt::never());
  }

  long count(Outcome outcome) const {
    return std::count_if(samples.begin(), samples.end(), [&](const Sample& one) { return one.outcome == outcome; });
  }
};

}  // namespace

TEST_CASE("objects in doubt are read, and written again with what was found") {
  Recovery recovery;
  // For one second writes happen, but nobody is told.
  recovery.trouble = [&](std::uint64_t, const http::Request& request) {
    const bool hangs = recovery.since() >= 1s && recovery.since() < 2s && request.method != "GET";
    if (hangs) recovery.bench.api.handle(request.method, request.url, request.body);
    return hangs;
  };
  recovery.run(20s);
  CHECK(recovery.count(Outcome::timeout) >= 8);
  CHECK(recovery.count(Outcome::http_status) == 0);
  CHECK(recovery.count(Outcome::unsent) == 0);
  const auto history = recovery.bench.history();
  long found_new = 0;
  for (const Read& read : history.reads) {
    CHECK(read.purpose == ReadPurpose::recovery);
    const Write& write = history.writes.at(static_cast<std::size_t>(read.id - 1));
    found_new += write.outcome == WriteOutcome::indeterminate ? 1 : 0;
  }
  CHECK(found_new == recovery.count(Outcome::timeout));
  CHECK_FALSE(recovery.bench.registers.has_doubtful());
}

TEST_CASE("while nothing answers, writes go on with new objects and reads keep a bounded pace") {
  Recovery recovery;
  recovery.trouble = [&](std::uint64_t, const http::Request&) { return recovery.since() >= 2s; };
  recovery.run(30s);
  CHECK(recovery.count(Outcome::unsent) == 0);
  CHECK(recovery.bench.registers.count() > 40);
  const auto reads = std::count_if(recovery.engine.urls.begin(), recovery.engine.urls.end(),
                                   [](const std::string& url) { return url.starts_with("GET"); });
  // 8 at a time, 2 s each.
  CHECK(reads <= 140);
  CHECK(reads >= 80);
}

TEST_CASE("after an outage writes are good again within a slot") {
  Recovery recovery;
  recovery.trouble = [&](std::uint64_t, const http::Request&) {
    return recovery.since() >= 2s && recovery.since() < 25s;
  };
  recovery.run(30s);
  for (const Sample& sample : recovery.samples) {
    if (sample.scheduled - recovery.start >= 25s) CHECK(sample.outcome == Outcome::ok);
  }
}
