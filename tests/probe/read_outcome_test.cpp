#include "probe/read_outcome.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

http::Transfer answer(int status, std::string body) {
  http::Transfer transfer;
  transfer.ending = http::Ending::response;
  transfer.status = status;
  transfer.body = std::move(body);
  return transfer;
}

constexpr const char* kWhole = "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"default\"}}\n";

}  // namespace

TEST_CASE("only the whole object within the deadline is ok") {
  CHECK(outcome_of_read(answer(200, kWhole), 1s, 1s) == Outcome::ok);
  CHECK(outcome_of_read(answer(200, kWhole), 1s + 1ns, 1s) == Outcome::slow);
  CHECK(outcome_of_read(answer(500, kWhole), 0s, 1s) == Outcome::http_status);
  CHECK(outcome_of_read(answer(304, ""), 0s, 1s) == Outcome::http_status);
}

TEST_CASE("a 200 with another body is not a success") {
  const std::string whole = kWhole;
  for (std::size_t length = 0; length + 2 < whole.size(); ++length) {
    INFO(length);
    CHECK(outcome_of_read(answer(200, whole.substr(0, length)), 0s, 1s) == Outcome::body_error);
  }
  CHECK(outcome_of_read(answer(200, R"({"kind":"Status","name":"default"})"), 0s, 1s) == Outcome::body_error);
}

TEST_CASE("every way to fail keeps its name") {
  const auto outcome = [](http::Ending ending) {
    http::Transfer transfer;
    transfer.ending = ending;
    return outcome_of_read(transfer, 0s, 1s);
  };
  CHECK(outcome(http::Ending::refused) == Outcome::refused);
  CHECK(outcome(http::Ending::reset) == Outcome::reset);
  CHECK(outcome(http::Ending::timeout) == Outcome::timeout);
  CHECK(outcome(http::Ending::tls) == Outcome::tls);
  CHECK(outcome(http::Ending::other) == Outcome::other);
}
