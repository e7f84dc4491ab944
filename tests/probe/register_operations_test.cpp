#include "probe/register_operations.hpp"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "probe/audit_bench.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

const OperationPlace kPlace{"https://lb", 1s};

/// One operation over the fake API: asks and is answered at once, or as the test wants it.
struct OneByOne {
  AuditBench bench;
  std::unique_ptr<Operation> operation;
  std::uint32_t sequence = 0;

  explicit OneByOne(ObjectNumber ring) : bench(ring) {}

  Slot next() { return {0, sequence++, bench.clock.now()}; }

  http::Transfer carried_out(const http::Request& request) {
    http::Transfer transfer;
    transfer.sent = bench.clock.now();
    std::tie(transfer.status, transfer.body) = bench.api.handle(request.method, request.url, request.body);
    bench.clock.advance(2ms);
    transfer.ending = http::Ending::response;
    transfer.done = bench.clock.now();
    transfer.certificate_serial = "bb";
    return transfer;
  }

  http::Transfer failed(http::Ending ending, int status = 0) {
    http::Transfer transfer;
    transfer.sent = bench.clock.now();
    bench.clock.advance(2ms);
    transfer.ending = ending;
    transfer.status = status;
    transfer.done = bench.clock.now();
    transfer.reason = "why";
    return transfer;
  }

  Outcome run() {
    const Slot slot = next();
    const auto request = operation->request(slot);
    return operation->outcome(slot, carried_out(*request), 2ms);
  }
};

struct Writing : OneByOne {
  explicit Writing(ObjectNumber ring) : OneByOne(ring) { operation = make_write(kPlace, 0, bench.access()); }
};

}  // namespace

TEST_CASE("what is known of a write depends on how it ended") {
  const auto known = [](http::Ending ending, int status, bool right = false) {
    http::Transfer transfer;
    transfer.ending = ending;
    transfer.status = status;
    return write_outcome(transfer, right);
  };
  using enum http::Ending;
  CHECK(known(response, 200, true) == WriteOutcome::acknowledged);
  CHECK(known(response, 201, true) == WriteOutcome::acknowledged);
  CHECK(known(response, 200) == WriteOutcome::indeterminate);
  for (const int status : {400, 401, 403, 404, 409, 422, 429}) CHECK(known(response, status) == WriteOutcome::refused);
  for (const int status : {202, 204, 302, 408, 500, 503, 504})
    CHECK(known(response, status) == WriteOutcome::indeterminate);
  CHECK(known(refused, 0) == WriteOutcome::refused);
  for (const auto ending : {reset, timeout, tls, other, body_error, body_too_large})
    CHECK(known(ending, 0) == WriteOutcome::indeterminate);
  // The status was there, but not the body: somebody between may have made it up.
  CHECK(known(body_error, 409) == WriteOutcome::indeterminate);
}

TEST_CASE("objects are created, then replaced with compare-and-swap, and every step is on disk before it is sent") {
  Writing writing(2);
  for (int i = 0; i < 4; ++i) {
    const Slot slot = writing.next();
    const auto request = writing.operation->request(slot);
    REQUIRE(request);
    CHECK(writing.bench.history().writes.size() == static_cast<std::size_t>(i) + 1);
    CHECK(writing.bench.history().writes.back().returned_line == 0);
    CHECK(request->method == (i < 2 ? "POST" : "PUT"));
    CHECK(request->url == std::string("https://lb/api/v1/namespaces/ns/configmaps") + (i < 2    ? ""
                                                                                       : i == 2 ? "/register-0"
                                                                                                : "/register-1"));
    CHECK(writing.operation->outcome(slot, writing.carried_out(*request), 2ms) == Outcome::ok);
  }
  const auto writes = writing.bench.history().writes;
  REQUIRE(writes.size() == 4);
  CHECK(writes[2].object == writes[0].object);
  CHECK(writes[2].precondition == writes[0].version);
  CHECK(writes[3].version == 104);
  CHECK(writes[3].outcome == WriteOutcome::acknowledged);
  CHECK(writes[3].server == 2);
  CHECK(writes[3].returned - writes[3].invoked == 2ms);
}

TEST_CASE("an indeterminate write leaves its object in doubt, and the loop goes on with others") {
  Writing writing(2);
  const Slot slot = writing.next();
  const auto request = writing.operation->request(slot);
  CHECK(writing.operation->outcome(slot, writing.failed(http::Ending::timeout), 10s) == Outcome::timeout);
  CHECK(writing.bench.registers.has_doubtful());
  CHECK(writing.run() == Outcome::ok);
  CHECK(writing.run() == Outcome::ok);
  const auto writes = writing.bench.history().writes;
  CHECK(writes[0].outcome == WriteOutcome::indeterminate);
  CHECK(writes[0].returned_line > 0);
  CHECK(writes[1].object == 1);
  CHECK(writes[2].object == 1);
}

TEST_CASE("a 2xx that is not what was written proves nothing") {
  Writing writing(1);
  const Slot slot = writing.next();
  const auto request = writing.operation->request(slot);
  http::Transfer transfer = writing.carried_out(*request);
  transfer.body = register_body(writing.bench.place, 0, 99, 5);
  CHECK(writing.operation->outcome(slot, transfer, 2ms) == Outcome::body_error);
  CHECK(writing.bench.history().writes[0].outcome == WriteOutcome::indeterminate);
}

TEST_CASE("a version that does not grow is recorded as it is: the audit has to see it") {
  Writing writing(1);
  REQUIRE(writing.run() == Outcome::ok);
  writing.bench.api.revision = 50;
  CHECK(writing.run() == Outcome::ok);
  const auto writes = writing.bench.history().writes;
  CHECK(writes[1].outcome == WriteOutcome::acknowledged);
  CHECK(writes[1].version < writes[1].precondition);
}

TEST_CASE("a conflict is a refusal that puts the object in doubt; no connection is one that does not") {
  Writing writing(1);
  REQUIRE(writing.run() == Outcome::ok);
  writing.bench.api.objects["register-0"]["metadata"]["resourceVersion"] = "777";
  CHECK(writing.run() == Outcome::http_status);
  CHECK(writing.bench.registers.has_doubtful());
  CHECK(writing.bench.history().writes[1].outcome == WriteOutcome::refused);
  CHECK(writing.bench.history().writes[1].status == 409);

  Writing other(1);
  const Slot slot = other.next();
  REQUIRE(other.operation->request(slot));
  CHECK(other.operation->outcome(slot, other.failed(http::Ending::refused), 2ms) == Outcome::refused);
  CHECK_FALSE(other.bench.registers.has_doubtful());
}

TEST_CASE("a write whose end the loop does not see stays open in the history") {
  Writing writing(1);
  const Slot slot = writing.next();
  REQUIRE(writing.operation->request(slot));
  writing.operation->abandoned(slot);
  CHECK(writing.bench.history().writes[0].returned == kLatest);
  CHECK(writing.bench.registers.has_doubtful());
}

TEST_CASE("when the history cannot be written, nothing is sent any more, and what was written stays readable") {
  Writing writing(1);
  REQUIRE(writing.run() == Outcome::ok);
  // As a full disk would, without filling one.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto previous = signal(SIGXFSZ, SIG_IGN);
  const rlimit full{std::filesystem::file_size(writing.bench.folder.path / "operations.jsonl") + 20, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &full) == 0);
  const auto request = writing.operation->request(writing.next());
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, previous);
  CHECK_FALSE(request);
  CHECK(writing.bench.log.failure());
  // Room again does not help: what follows a hole is no history.
  CHECK_FALSE(writing.operation->request(writing.next()));
  CHECK(writing.bench.history().writes.size() == 1);
  CHECK(writing.bench.history().dropped_bytes == 0);
}

TEST_CASE("a list leaves its objects in the history, and is good only whole") {
  OneByOne listing(2);
  listing.operation = make_list(kPlace, 1, listing.bench.access());
  const Version first = listing.bench.put(0, 11);
  const Version second = listing.bench.put(1, 12);
  listing.bench.put(2, 13);
  CHECK(listing.run() == Outcome::ok);
  const auto lists = listing.bench.history().lists;
  REQUIRE(lists.size() == 1);
  CHECK(lists[0].items == std::vector<ListItem>{{0, first, 11}, {1, second, 12}});
  CHECK(lists[0].scope == ListScope::listed);
  CHECK(lists[0].version == listing.bench.api.revision);
  CHECK(lists[0].vantage == 1);
  CHECK(lists[0].returned - lists[0].invoked == 2ms);
  const Slot slot = listing.next();
  http::Transfer cut = listing.carried_out(*listing.operation->request(slot));
  cut.body.pop_back();
  CHECK(listing.operation->outcome(slot, cut, 2ms) == Outcome::body_error);
  CHECK(listing.bench.history().lists.size() == 1);
}

TEST_CASE("register reads go around the ring and leave what they saw") {
  OneByOne reading(2);
  reading.operation = make_register_read(kPlace, 2, reading.bench.access());
  const Version version = reading.bench.put(0, 11);
  CHECK(reading.run() == Outcome::ok);
  CHECK(reading.run() == Outcome::http_status);
  const auto reads = reading.bench.history().reads;
  REQUIRE(reads.size() == 2);
  CHECK(reads[0].object == 0);
  CHECK(reads[0].version == version);
  CHECK(reads[0].id == 11);
  CHECK(reads[0].server == 2);
  CHECK(reads[1].object == 1);
  CHECK(reads[1].version == 0);
}

TEST_CASE("an answer that is not about the object says nothing about it") {
  OneByOne reading(1);
  const auto read = [&](int status, const std::string& body) {
    http::Transfer transfer;
    transfer.ending = http::Ending::response;
    transfer.status = status;
    transfer.body = body;
    return answered_read(transfer, 0, ReadPurpose::final, 0, reading.bench.access());
  };
  CHECK(read(404, FakeApi::status(404, "NotFound").second));
  CHECK_FALSE(read(404, "404 page not found"));
  CHECK_FALSE(read(500, "{}"));
  CHECK_FALSE(read(200, "{}"));
  const Version version = reading.bench.put(1, 5);
  CHECK(version > 0);
  CHECK_FALSE(read(200, reading.bench.api.objects["register-1"].dump()));
}
