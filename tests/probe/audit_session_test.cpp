#include "probe/audit_session.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "probe/audit_bench.hpp"
#include "probe/operation_factory.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

AuditPlan some_plan() {
  AuditPlan plan;
  plan.run = "r1";
  plan.name_space = "hadrill-r1";
  plan.write_base = "https://lb";
  plan.write_endpoint = "lb";
  plan.ring = 20;
  plan.servers = {{"n1", "https://n1", "aa"}, {"n2", "https://n2", "bb"}};
  plan.probers = {{"api.write", "lb", "https://lb"}, {"api.direct.n2", "n2", "https://n2"}};
  plan.watchers = {{"api.watch", "lb", "https://lb"}, {"api.direct.watch.n1", "n1", "https://n1"}};
  return plan;
}

struct Session {
  TemporaryFolder folder;
  ManualClock clock;
  FakeApi api;
  FakeApiClient client{api, clock};
  std::unique_ptr<AuditSession> session =
      AuditSession::open(folder.path / "operations.jsonl", some_plan(), clock).value();

  OperationHistory history() const { return *read_operations(folder.path / "operations.jsonl"); }
};

PlannedProber planned(ProbeOperation operation, ProbePath through = ProbePath::load_balancer) {
  ProberSpec spec{"p", through, ConnectionClass::reused, 100ms, 1s, 10s, operation};
  return {"p", "lb", "https://lb", spec};
}

}  // namespace

TEST_CASE("the header says who takes part and which server is behind whom") {
  const OperationHeader header = audit_header(some_plan());
  CHECK(header.name_space == "hadrill-r1");
  CHECK(header.servers == std::vector<std::string>{"n1", "n2"});
  CHECK(header.listed == 8);
  const std::vector<Vantage> vantages{{"api.write", "lb", 0},       {"api.direct.n2", "n2", 2},
                                      {"api.watch", "lb", 0, true}, {"api.direct.watch.n1", "n1", 1, true},
                                      {"final.n1", "n1", 1},        {"final.n2", "n2", 2},
                                      {"recovery", "lb", 0}};
  CHECK(header.vantages == vantages);
}

TEST_CASE("set-up makes every object, each as a write of the history") {
  Session session;
  REQUIRE(session.session->set_up(session.client, Interrupt::never()).ok());
  CHECK(session.api.objects.size() == 20);
  const auto writes = session.history().writes;
  REQUIRE(writes.size() == 20);
  for (const Write& write : writes) CHECK(write.outcome == WriteOutcome::acknowledged);
}

TEST_CASE("set-up gets over refusals and answers that were lost on the way") {
  Session session;
  session.client.before = [&](const http::Request& request, http::Transfer& transfer) {
    transfer.ending = http::Ending::refused;
    return request.method == "GET" || session.client.sent % 5 != 0;
  };
  session.client.after = [&](const http::Request& request, http::Transfer& transfer) {
    if (request.method == "POST" && session.client.sent % 7 == 0) transfer.ending = http::Ending::reset;
  };
  REQUIRE(session.session->set_up(session.client, Interrupt::never()).ok());
  CHECK(session.api.objects.size() == 20);
  CHECK(session.session->access().registers.present() == 20);
  const auto history = session.history();
  CHECK(std::any_of(history.writes.begin(), history.writes.end(),
                    [](const Write& write) { return write.outcome == WriteOutcome::refused; }));
  CHECK(std::any_of(history.reads.begin(), history.reads.end(),
                    [](const Read& read) { return read.purpose == ReadPurpose::recovery && read.version > 0; }));
}

TEST_CASE("set-up that the API does not take is an error in the end") {
  Session session;
  session.client.before = [](const http::Request& request, http::Transfer& transfer) {
    transfer.ending = http::Ending::refused;
    transfer.reason = "refused";
    return !request.url.ends_with("/configmaps");
  };
  const Status status = session.session->set_up(session.client, Interrupt::never());
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().text().find("only 0 objects") != std::string::npos);
  Interrupt interrupt;
  interrupt.raise();
  CHECK(session.session->set_up(session.client, interrupt).error().kind == ErrorKind::interrupted);
}

TEST_CASE("every object is read back from every API server") {
  Session session;
  REQUIRE(session.session->set_up(session.client, Interrupt::never()).ok());
  session.client.before = [&](const http::Request&, http::Transfer& transfer) {
    transfer.ending = http::Ending::timeout;
    return session.client.sent % 3 != 0;
  };
  const auto missing = session.session->read_back(session.client, 60s, Interrupt::never());
  REQUIRE(missing.ok());
  CHECK(*missing == 0);
  const auto history = session.history();
  REQUIRE(history.reads.size() == 40);
  std::set<std::pair<std::uint16_t, ObjectNumber>> seen;
  for (const Read& read : history.reads) {
    CHECK(read.purpose == ReadPurpose::final);
    CHECK(history.header.vantages[read.vantage].server != 0);
    seen.emplace(read.vantage, read.object);
  }
  CHECK(seen.size() == 40);
}

TEST_CASE("a server that does not answer in time leaves its reads missing, and they are counted") {
  Session session;
  REQUIRE(session.session->set_up(session.client, Interrupt::never()).ok());
  session.client.before = [](const http::Request& request, http::Transfer& transfer) {
    transfer.ending = http::Ending::refused;
    return !request.url.starts_with("https://n2");
  };
  CHECK(*session.session->read_back(session.client, 5s, Interrupt::never()) == 20);
}

TEST_CASE("each kind of prober gets its operation; own objects only with the audit") {
  Session session;
  const OperationContext with{session.session->access()};
  const OperationContext without;
  using enum ProbeOperation;
  for (const auto operation : {read, cached_read, readyz, health, get, echo}) {
    CHECK(make_operation(planned(operation), 0, without).ok());
  }
  for (const auto operation : {write, list}) {
    CHECK_FALSE(make_operation(planned(operation), 0, without).ok());
    CHECK(make_operation(planned(operation), 0, with).ok());
  }
  const auto url = [&](ProbePath through, const OperationContext& context) {
    return make_operation(planned(read, through), 0, context).value()->request({})->url;
  };
  CHECK(url(ProbePath::load_balancer, with) == "https://lb/api/v1/namespaces/default");
  CHECK(url(ProbePath::each_api_server, without) == "https://lb/api/v1/namespaces/default");
  CHECK(url(ProbePath::each_api_server, with) == "https://lb/api/v1/namespaces/hadrill-r1/configmaps/register-0");
}

TEST_CASE("the ring holds more objects than writes can be in flight") {
  CHECK(ring_for({planned(ProbeOperation::read)}) == 0);
  const ObjectNumber one = ring_for({planned(ProbeOperation::write)});
  CHECK(one >= 10s / 60ms + 2);
  CHECK(ring_for({planned(ProbeOperation::write), planned(ProbeOperation::write)}) >= 2 * (one - 1));
}
