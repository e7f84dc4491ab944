// Watches of the Leases on a manual clock, with API servers played by the test.
#include "probe/lease_watcher.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "probe/companion_loop.hpp"
#include "support/scripted_engine.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

std::string lease_json(int version, const std::string& holder) {
  return fmt::format(
      R"({{"metadata":{{"name":"kube-scheduler","resourceVersion":"{}"}},"spec":{{"holderIdentity":"{}",)"
      R"("leaseDurationSeconds":15,"acquireTime":"1970-01-01T00:01:40.000000Z",)"
      R"("renewTime":"1970-01-01T00:01:40.500000Z","leaseTransitions":1}}}})",
      version, holder);
}

std::string list_json(int version, const std::string& holder) {
  return fmt::format(R"({{"kind":"LeaseList","metadata":{{"resourceVersion":"{}"}},"items":[{}]}})", version,
                     lease_json(version, holder));
}

std::string line(int version, const std::string& holder) {
  return fmt::format("{{\"type\":\"MODIFIED\",\"object\":{}}}\n", lease_json(version, holder));
}

/// Two API servers, one watcher each.
struct Watching {
  ManualClock clock;
  ScriptedEngine engine{clock};
  std::vector<Event> events;
  /// The wall clock is 90 s ahead of the other.
  LeaseBook book{[this](const Event& event) { events.push_back(event); },
                 [] {
                   return ClockPair{{10'000'000'000}, 100'000'000'000};
                 }};
  LeaseWatcher one{"https://n1", "cp1", book};
  LeaseWatcher two{"https://n2", "cp2", book};
  Interrupt stop;

  Watching() {
    engine.server = [this](std::uint64_t id, const http::Request& request) { serve(id, request); };
  }

  /// What becomes of a watch; by default it stays open and silent.
  std::function<void(std::uint64_t id, const std::string& url)> on_watch = [](std::uint64_t, const std::string&) {};
  std::function<void(std::uint64_t id)> on_list = [this](std::uint64_t id) {
    engine.answer(id, 5ms, 200, list_json(100, "cp1_a"));
  };

  void serve(std::uint64_t id, const http::Request& request) {
    request.on_body ? on_watch(id, request.url) : on_list(id);
  }

  void run(Duration length, bool both = false) {
    const Instant end = clock.now() + length;
    engine.on_drive = [this, end] {
      if (clock.now() >= end) stop.raise();
    };
    std::vector<Companion*> companions{&one};
    if (both) companions.push_back(&two);
    CompanionLoop(std::move(companions), engine, clock).run(stop);
  }

  std::vector<std::int64_t> versions() const {
    std::vector<std::int64_t> all;
    for (const Event& event : events) {
      if (event.type == event_type::lease_observed) all.push_back(*json_natural_of(event, "/version"));
    }
    return all;
  }
  static std::optional<std::int64_t> json_natural_of(const Event& event, const char* at) {
    return json_get<std::int64_t>(event.data, at);
  }
  std::vector<std::string> streams() const {
    std::vector<std::string> all;
    for (const Event& event : events) {
      if (event.type == event_type::lease_stream)
        all.push_back(json_text(event.data, "/through") + " " + json_text(event.data, "/state") + " " +
                      std::to_string(json_natural_of(event, "/version").value_or(-1)));
    }
    return all;
  }
};

}  // namespace

TEST_CASE("a list, then a watch from its version; every version is an event with instants of our clock") {
  Watching watching;
  watching.on_watch = [&](std::uint64_t id, const std::string&) {
    watching.engine.push(id, 1s, line(101, "cp1_a") + line(103, "cp1_a").substr(0, 40));
    watching.engine.push(id, 2s, line(103, "cp1_a").substr(40));
  };
  watching.run(3s);
  CHECK(watching.engine.urls.at(0) == "GET https://n1" + leases_path());
  CHECK(watching.engine.urls.at(1) == "GET https://n1" + watch_path(leases_path(), 100));
  CHECK(watching.versions() == std::vector<std::int64_t>{100, 101, 103});
  const Json& first = watching.events.at(0).data;
  CHECK(json_text(first, "/lease") == "kube-scheduler");
  CHECK(json_text(first, "/through") == "cp1");
  CHECK(json_get<std::int64_t>(first, "/renewedNs") == 10'500'000'000);
  CHECK(json_get<std::int64_t>(first, "/acquiredNs") == 10'000'000'000);
  CHECK(json_get<std::int64_t>(first, "/leaseDurationNs") == 15'000'000'000);
}

TEST_CASE("a stream that breaks is asked for again from where it ended") {
  Watching watching;
  int opened = 0;
  watching.on_watch = [&](std::uint64_t id, const std::string&) {
    watching.engine.push(id, 100ms, line(101 + opened, "cp1_a"));
    if (opened++ == 0) watching.engine.break_off(id, 500ms, http::Ending::reset);
  };
  watching.run(3s);
  CHECK(watching.engine.urls.at(2) == "GET https://n1" + watch_path(leases_path(), 101));
  CHECK(watching.versions() == std::vector<std::int64_t>{100, 101, 102});
  CHECK(watching.streams() ==
        std::vector<std::string>{"cp1 opened 100", "cp1 ended 101", "cp1 opened 101", "cp1 ended 102"});
}

TEST_CASE("after 410 Gone, in either form, it lists again and says that something may have been missed") {
  for (const bool as_status : {true, false}) {
    Watching watching;
    int opened = 0;
    watching.on_watch = [&, as_status](std::uint64_t id, const std::string&) {
      if (opened++ > 0) return;
      as_status ? watching.engine.answer(id, 10ms, 410, "gone")
                : watching.engine.push(id, 10ms, "{\"type\":\"ERROR\",\"object\":{\"code\":410}}\n");
    };
    watching.run(2s);
    CHECK(watching.engine.urls.at(2) == "GET https://n1" + leases_path());
    const auto streams = watching.streams();
    CHECK(std::count(streams.begin(), streams.end(), "cp1 expired 100") == 1);
  }
}

TEST_CASE("one API server dies: the other tells what happens, and each version is told once") {
  Watching watching;
  watching.on_watch = [&](std::uint64_t id, const std::string& url) {
    if (url.starts_with("https://n1")) return watching.engine.break_off(id, 1ms, http::Ending::refused);
    for (int i = 0; i < 5; ++i) watching.engine.push(id, i * 1s + 500ms, line(101 + i, "cp2_b"));
  };
  watching.run(6s, true);
  CHECK(watching.versions() == std::vector<std::int64_t>{100, 101, 102, 103, 104, 105});
  // Tried again all the time, and no event for each try.
  CHECK(watching.engine.urls.size() > 20);
  CHECK(watching.streams().size() == 2);
}

TEST_CASE("a server that is silent is given up, one that talks nonsense at once; it goes on from where it was") {
  Watching silent;
  silent.run(40s);
  CHECK(silent.engine.urls.size() == 4);
  CHECK(silent.engine.urls.back() == "GET https://n1" + watch_path(leases_path(), 100));
  Watching nonsense;
  int opened = 0;
  nonsense.on_watch = [&](std::uint64_t id, const std::string&) {
    if (opened++ == 0) nonsense.engine.push(id, 10ms, "nonsense\n");
  };
  nonsense.run(2s);
  CHECK(nonsense.engine.urls.size() == 3);
  CHECK(json_text(nonsense.events.at(2).data, "/reason") == "no watch event: nonsense");
}

TEST_CASE("a list that fails is asked for again, and stopping ends everything") {
  Watching watching;
  watching.on_list = [&](std::uint64_t id) { watching.engine.answer(id, 5ms, 503, "no"); };
  watching.run(1s);
  CHECK(watching.engine.urls.size() >= 4);
  CHECK(watching.events.empty());
  CHECK(watching.engine.in_flight() == 0);
}
