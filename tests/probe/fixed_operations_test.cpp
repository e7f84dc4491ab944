#include "probe/fixed_operations.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

const OperationPlace kPlace{"https://127.0.0.1:6443", 1s};

http::Transfer answer(int status, std::string body) {
  http::Transfer transfer;
  transfer.ending = http::Ending::response;
  transfer.status = status;
  transfer.body = std::move(body);
  return transfer;
}

constexpr const char* kWhole = "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"default\"}}\n";

Outcome read_outcome(const http::Transfer& transfer, Duration latency = 0s) {
  return make_read(kPlace)->outcome({}, transfer, latency);
}

}  // namespace

TEST_CASE("operations ask for what they are called") {
  CHECK(make_read(kPlace)->request({})->url == "https://127.0.0.1:6443/api/v1/namespaces/default");
  CHECK(make_cached_read(kPlace)->request({})->url ==
        "https://127.0.0.1:6443/api/v1/namespaces/default?resourceVersion=0");
  CHECK(make_readyz(kPlace, {})->request({})->url == "https://127.0.0.1:6443/readyz?verbose");
  CHECK(make_health({"http://127.0.0.1:2381", 1s})->request({})->url == "http://127.0.0.1:2381/health");
  CHECK(make_get(kPlace, "/metrics")->request({})->url == "https://127.0.0.1:6443/metrics");
  CHECK(make_read(kPlace)->request({})->method == "GET");
}

TEST_CASE("only the whole object within the deadline is ok") {
  CHECK(read_outcome(answer(200, kWhole), 1s) == Outcome::ok);
  CHECK(read_outcome(answer(200, kWhole), 1s + 1ns) == Outcome::slow);
  CHECK(read_outcome(answer(500, kWhole)) == Outcome::http_status);
  CHECK(read_outcome(answer(304, "")) == Outcome::http_status);
  CHECK(make_cached_read(kPlace)->outcome({}, answer(200, kWhole), 0s) == Outcome::ok);
}

TEST_CASE("a 200 with another body is not a success") {
  const std::string whole = kWhole;
  for (std::size_t length = 0; length + 2 < whole.size(); ++length) {
    INFO(length);
    CHECK(read_outcome(answer(200, whole.substr(0, length))) == Outcome::body_error);
  }
  CHECK(read_outcome(answer(200, R"({"kind":"Status","name":"default"})")) == Outcome::body_error);
}

TEST_CASE("every way to fail keeps its name") {
  const auto outcome = [](http::Ending ending, int status = 0) {
    http::Transfer transfer;
    transfer.ending = ending;
    transfer.status = status;
    transfer.body = kWhole;
    return read_outcome(transfer);
  };
  CHECK(outcome(http::Ending::refused) == Outcome::refused);
  CHECK(outcome(http::Ending::reset) == Outcome::reset);
  CHECK(outcome(http::Ending::timeout) == Outcome::timeout);
  CHECK(outcome(http::Ending::tls) == Outcome::tls);
  CHECK(outcome(http::Ending::other) == Outcome::other);
  CHECK(outcome(http::Ending::blind) == Outcome::blind);
  CHECK(outcome(http::Ending::body_error, 200) == Outcome::body_error);
  CHECK(outcome(http::Ending::body_too_large, 200) == Outcome::body_error);
  CHECK(outcome(http::Ending::body_error, 503) == Outcome::http_status);
}

TEST_CASE("readyz is good when it says so, and tells the checks that fail when they change") {
  std::vector<std::string> notes;
  const auto readyz = make_readyz(kPlace, [&](const std::string& note, Instant) { notes.push_back(note); });
  const auto outcome = [&](int status, const char* body) { return readyz->outcome({}, answer(status, body), 0s); };
  const char* good = "[+]ping ok\n[+]etcd ok\nreadyz check passed\n";
  const char* bad = "[+]ping ok\n[-]etcd failed: reason withheld\n[-]shutdown failed: x\nreadyz check failed\n";
  CHECK(outcome(200, good) == Outcome::ok);
  CHECK(notes.empty());
  CHECK(outcome(500, bad) == Outcome::http_status);
  CHECK(outcome(500, bad) == Outcome::http_status);
  CHECK(notes == std::vector<std::string>{"etcd, shutdown failed"});
  CHECK(outcome(200, good) == Outcome::ok);
  CHECK(notes == std::vector<std::string>{"etcd, shutdown failed", ""});
  CHECK(outcome(200, "ok") == Outcome::body_error);
  CHECK(outcome(200, "[+]ping ok\nreadyz check") == Outcome::body_error);
}

TEST_CASE("no answer says nothing about the checks") {
  int notes = 0;
  const auto readyz = make_readyz(kPlace, [&](const std::string&, Instant) { ++notes; });
  readyz->outcome({}, answer(500, "[-]etcd failed: x\n"), 0s);
  http::Transfer refused;
  refused.ending = http::Ending::refused;
  CHECK(readyz->outcome({}, refused, 0s) == Outcome::refused);
  CHECK(notes == 1);
}

TEST_CASE("an etcd member is healthy when it says true") {
  const auto outcome = [](int status, const char* body) {
    return make_health(kPlace)->outcome({}, answer(status, body), 0s);
  };
  CHECK(outcome(200, R"({"health":"true","reason":""})") == Outcome::ok);
  CHECK(outcome(200, R"({"health":"false","reason":"RAFT NO LEADER"})") == Outcome::body_error);
  CHECK(outcome(200, R"({"health":true})") == Outcome::body_error);
  CHECK(outcome(200, R"({"health":"tru)") == Outcome::body_error);
  CHECK(outcome(503, R"({"health":"false"})") == Outcome::http_status);
}

TEST_CASE("a page is any 2xx with a body") {
  const auto get = make_get(kPlace, "/");
  CHECK(get->outcome({}, answer(200, "x"), 0s) == Outcome::ok);
  CHECK(get->outcome({}, answer(204, ""), 0s) == Outcome::body_error);
  CHECK(get->outcome({}, answer(404, "x"), 0s) == Outcome::http_status);
}

TEST_CASE("an echo is what was sent in that slot, to the byte") {
  const auto echo = make_echo(kPlace);
  const Slot slot{3, 17, {}};
  const auto request = echo->request(slot);
  CHECK(request->method == "POST");
  CHECK(echo->outcome(slot, answer(200, request->body), 0s) == Outcome::ok);
  CHECK(echo->outcome({3, 18, {}}, answer(200, request->body), 0s) == Outcome::body_error);
  CHECK(echo->outcome(slot, answer(200, request->body + "\n"), 0s) == Outcome::body_error);
}
