#include "report/hypothesis.hpp"

#include <catch2/catch.hpp>

#include "report/report.hpp"
#include "runs.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

std::string told(Hypothesis said, Duration outage = 900ms) {
  RunRecord record = kill_run(outage);
  add_event(record, kStart, event_type::hypothesis, hypothesis_data(said));
  const Verdict verdict = judge(record);
  const std::string text = hypothesis_text(verdict);
  CHECK(terminal_summary(verdict, record, false).find(text) != std::string::npos);
  return text;
}

}  // namespace

TEST_CASE("words as they were given, expected beside measured, held or not") {
  const std::string held = told({"reads fail for a moment", 5s});
  CHECK(
      held.starts_with("expected \"reads fail for a moment\"\n         longest outage of users at most 5s; measured "));
  CHECK(held.find("HELD") != std::string::npos);
  CHECK(told({"", 100ms}).find("DID NOT HOLD") != std::string::npos);
  CHECK(told({"", 100ms}).starts_with("expected longest outage of users at most 100ms"));
  CHECK(told({"some words", std::nullopt}).find("CANNOT BE TOLD") != std::string::npos);
}

TEST_CASE("nobody said anything, nothing is told") { CHECK(hypothesis_text(judge(kill_run(900ms))).empty()); }

TEST_CASE("words from a stored run do not move the cursor") {
  const std::string text = told({"\x1b[2J \xC2\x9B", std::nullopt});
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("\xC2\x9B") == std::string::npos);
}
