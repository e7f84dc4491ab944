// The whole way: probers and watchers over a played API, the file they leave, and what the audit makes of it.
#include <catch2/catch.hpp>
#include <random>

#include "audit/audit.hpp"
#include "audit/story.hpp"
#include "probe/audit_session.hpp"
#include "probe/fake_api.hpp"
#include "probe/operation_factory.hpp"
#include "support/scripted_engine.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

PlannedProber planned(const std::string& name, ProbePath through, ProbeOperation operation, Duration period) {
  const bool direct = through == ProbePath::each_api_server;
  return {name,
          direct ? "n1" : "lb",
          direct ? "https://n1" : "https://lb",
          {name, through, ConnectionClass::reused, period, 1s, 2s, operation}};
}

/// A minute of a small cluster: writes, lists, direct reads, three watchers, and an outage in the middle.
class Minute {
 public:
  Minute() {
    probers_ = {planned("api.write", ProbePath::load_balancer, ProbeOperation::write, 100ms),
                planned("api.list", ProbePath::load_balancer, ProbeOperation::list, 500ms),
                planned("api.direct", ProbePath::each_api_server, ProbeOperation::read, 200ms)};
    AuditPlan plan;
    plan.run = "r1";
    plan.write_base = "https://lb";
    plan.write_endpoint = "lb";
    plan.ring = ring_for(probers_);
    plan.servers = {{"n1", "https://n1", "aa"}, {"n2", "https://n2", "bb"}};
    for (const PlannedProber& prober : probers_) plan.probers.push_back({prober.name, prober.endpoint, prober.base});
    plan.watchers = {
        {"api.watch", "lb", "https://lb"}, {"watch.n1", "n1", "https://n1"}, {"watch.n2", "n2", "https://n2"}};
    session_ = AuditSession::open(folder_.path / "operations.jsonl", plan, clock_).value();
    engine_.serials = {{"https://n1", "aa"}, {"https://n2", "bb"}, {"https://lb", "bb"}};
    engine_.server = [this](std::uint64_t id, const http::Request& request) { serve(id, request); };
    api_.on_event = [this](const std::string& line) {
      log_.push_back(spoil_event ? spoil_event(line) : line);
      for (const std::uint64_t stream : streams_) {
        if (!log_.back().empty()) engine_.push(stream, 3ms, log_.back());
      }
    };
  }

  /// From set-up to read-back.
  audit::AuditResult run() {
    FakeApiClient client(api_, clock_);
    REQUIRE(session_->set_up(client, Interrupt::never()).ok());
    auto probers = make_probers(probers_, {session_->access()});
    REQUIRE(probers.ok());
    start_ = clock_.now();
    Interrupt stop;
    engine_.on_drive = [&] {
      if (since() >= 60s) stop.raise();
    };
    ProberLoop loop(
        {*probers, session_->companions(), session_->servers()}, engine_, clock_, [](const Sample&) { return true; },
        start_, 1);
    loop.run(stop);
    engine_.on_drive = nullptr;
    loop.drain(clock_.now() + 10s, Interrupt::never());
    REQUIRE(session_->read_back(client, 30s, Interrupt::never()).value() == 0);
    history = read_operations(folder_.path / "operations.jsonl").value();
    return audit::audit(history);
  }

  Duration since() const { return clock_.now() - start_; }

  std::function<std::string(const std::string& line)> spoil_event;
  /// Before an answer goes out.
  std::function<void(const http::Request& request, FakeApi::Reply& reply)> spoil_reply;
  OperationHistory history;
  FakeApi& api() { return api_; }

  /// Every stream ends; watchers will come again.
  void cut_streams() {
    for (const std::uint64_t stream : std::exchange(streams_, {}))
      engine_.break_off(stream, 0ms, http::Ending::body_error);
  }

 private:
  bool outage() const { return since() >= 20s && since() < 30s; }

  /// In the outage requests hang, are reset or refused, before or after they were carried out.
  void serve(std::uint64_t id, const http::Request& request) {
    if (request.on_body) return open(id, request);
    const auto fate = outage() ? random_() % 5 : 4;
    if (fate == 0) return;
    if (fate == 1) return engine_.break_off(id, 2ms, http::Ending::refused);
    if (fate == 2) return engine_.break_off(id, 2ms, http::Ending::reset);
    auto reply = api_.handle(request.method, request.url, request.body);
    if (fate == 3) return engine_.break_off(id, 5ms, http::Ending::body_error);
    if (spoil_reply) spoil_reply(request, reply);
    engine_.answer(id, Duration(2ms), reply.first, reply.second);
  }

  void open(std::uint64_t id, const http::Request& request) {
    if (outage()) return engine_.break_off(id, 2ms, http::Ending::refused);
    const std::size_t at = request.url.rfind('=');
    const Version from = std::stoll(request.url.substr(at + 1));
    for (const std::string& line : log_) {
      if (line.empty()) continue;
      const auto event = read_watch_line(line, "r1");
      if (event && event->state.version > from) engine_.push(id, 1ms, line);
    }
    streams_.push_back(id);
  }

  TemporaryFolder folder_;
  ManualClock clock_;
  FakeApi api_;
  ScriptedEngine engine_{clock_};
  std::vector<PlannedProber> probers_;
  std::unique_ptr<AuditSession> session_;
  std::vector<std::string> log_;
  std::vector<std::uint64_t> streams_;
  std::mt19937_64 random_{5};
  Instant start_;
};

}  // namespace

TEST_CASE("end to end: a sound cluster with an outage passes, and the outage left its traces") {
  Minute minute;
  bool cut = false;
  minute.spoil_reply = [&](const http::Request&, FakeApi::Reply&) {
    if (!cut && minute.since() >= 30s) minute.cut_streams();
    cut = cut || minute.since() >= 30s;
  };
  const audit::AuditResult result = minute.run();
  INFO(Catch::StringMaker<Counts>::convert(counts_of(result))
       << (result.findings.examples().empty() ? "" : result.findings.examples()[0].text)
       << (result.missing.empty() ? "" : result.missing[0]));
  CHECK(result.judgement() == Judgement::pass);
  CHECK(result.coverage.acknowledged > 500);
  CHECK(result.coverage.refused > 5);
  CHECK(result.coverage.indeterminate > 20);
  CHECK(result.coverage.resolved > 5);
  CHECK(result.coverage.lists > 90);
  for (const audit::WatcherResult& watcher : result.watchers) {
    CHECK(watcher.delivered == watcher.owed);
    CHECK(watcher.gaps.n == 1);
    CHECK(watcher.gaps.max >= Watcher::kPause);
    CHECK(watcher.gaps.max < 500ms);
  }
}

TEST_CASE("end to end: a write that is acknowledged and forgotten is found") {
  Minute minute;
  Version lost = 0;
  minute.spoil_reply = [&](const http::Request& request, FakeApi::Reply& reply) {
    if (lost != 0 || request.method != "PUT" || minute.since() < 40s) return;
    const auto state = read_register(reply.second, "r1");
    lost = state->version;
    minute.api().objects.erase("register-" + std::to_string(state->object));
  };
  const audit::AuditResult result = minute.run();
  CHECK(result.judgement() == Judgement::fail);
  CHECK((result.findings.count(audit::Violation::lost_write) > 0 ||
         result.findings.count(audit::Violation::stale_read) > 0));
  const auto named = std::any_of(result.findings.examples().begin(), result.findings.examples().end(),
                                 [&](const audit::AuditFinding& finding) {
                                   return finding.text.find("version " + std::to_string(lost)) != std::string::npos;
                                 });
  CHECK(named);
}

TEST_CASE("end to end: an event that no watcher gets is a gap of each") {
  Minute minute;
  bool dropped = false;
  minute.spoil_event = [&](const std::string& line) {
    if (dropped || minute.since() < 10s || line.find("MODIFIED") == std::string::npos) return line;
    dropped = true;
    return std::string();
  };
  const audit::AuditResult result = minute.run();
  CHECK(counts_of(result) == Counts{{audit::Violation::watch_gap, 3}});
}

TEST_CASE("end to end: reads from a server that is behind are found") {
  Minute minute;
  std::map<std::string, std::string> old;
  minute.spoil_reply = [&](const http::Request& request, FakeApi::Reply& reply) {
    if (request.method != "GET" || !request.url.starts_with("https://n1/")) return;
    std::string& before = old[request.url];
    if (before.empty()) before = reply.second;
    if (minute.since() > 50s) reply.second = before;
  };
  const audit::AuditResult result = minute.run();
  CHECK(result.judgement() == Judgement::fail);
  CHECK(result.findings.count(audit::Violation::stale_read) > 0);
  CHECK(result.findings.examples()[0].text.find("answered by n1") != std::string::npos);
}
