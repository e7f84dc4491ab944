#include "history/event_log.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "base/file.hpp"
#include "support/file_size_limit.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("events come back in order with their data") {
  const test::TemporaryFolder folder;
  const auto path = folder.path / "events.jsonl";
  auto writer = EventWriter::create(path);
  REQUIRE(writer.ok());
  REQUIRE(writer->write({{1}, event_type::run_started, {{"scenario", "a\nb"}, {"seed", 7}}}).ok());
  REQUIRE(writer->write({{2}, event_type::redundancy_check, {{"ok", true}, {"failing", Json::array()}}}).ok());
  REQUIRE(writer->write({{3}, event_type::redundancy_check, {{"ok", false}}}).ok());
  // The writer is still open: each event was on its way when write returned.
  const auto log = read_events(path);
  REQUIRE(log.ok());
  REQUIRE(log->events.size() == 3);
  CHECK(log->dropped_bytes == 0);
  CHECK(log->events[0].at.ns == 1);
  CHECK(log->events[0].type == "run.started");
  CHECK(log->events[0].data == Json({{"scenario", "a\nb"}, {"seed", 7}}));
  CHECK(log->first(event_type::redundancy_check)->at.ns == 2);
  CHECK(log->last(event_type::redundancy_check)->at.ns == 3);
  CHECK(log->last(event_type::failed) == nullptr);
}

TEST_CASE("the lines are as docs/history-format.md shows") {
  const test::TemporaryFolder folder;
  const auto path = folder.path / "events.jsonl";
  auto writer = EventWriter::create(path);
  REQUIRE(writer->write({{42}, event_type::probers_stopped, {{"cpuSeconds", 1.5}}}).ok());
  CHECK(read_file(path).value() == "{\"v\":1,\"t\":42,\"type\":\"probers.stopped\",\"cpuSeconds\":1.5}\n");
}

TEST_CASE("bytes that are no UTF-8 do not stop the log") {
  const test::TemporaryFolder folder;
  const auto path = folder.path / "events.jsonl";
  auto writer = EventWriter::create(path);
  REQUIRE(writer->write({{1}, event_type::failed, {{"message", "\xff\xfe"}}}).ok());
  CHECK(read_events(path)->events.size() == 1);
}

TEST_CASE("a file that cannot be written is an error") {
  CHECK_FALSE(EventWriter::create("/nonexistent/events.jsonl").ok());
  auto full = EventWriter::create("/dev/full");
  REQUIRE(full.ok());
  const Status written = full->write({{1}, event_type::run_started, Json::object()});
  REQUIRE_FALSE(written.ok());
  CHECK(contains(written.error().text(), "/dev/full"));
}

TEST_CASE("a file that may grow no further ends with a whole line, and stays so when there is room again") {
  const test::TemporaryFolder folder;
  const auto path = folder.path / "events.jsonl";
  auto writer = EventWriter::create(path);
  REQUIRE(writer.ok());
  REQUIRE(writer->write({{1}, event_type::run_started, Json::object()}).ok());
  {
    const test::FileSizeLimit limit(60);
    const Status written = writer->write({{2}, event_type::fault_proven, {{"step", "kill"}}});
    REQUIRE_FALSE(written.ok());
    CHECK(contains(written.error().text(), "events.jsonl"));
  }
  CHECK_FALSE(writer->write({{3}, event_type::run_finished, Json::object()}).ok());
  const auto log = read_events(path);
  REQUIRE(log.ok());
  CHECK(log->events.size() == 1);
  CHECK(log->dropped_bytes == 0);
}

TEST_CASE("a torn last line is left out and reported, at every length") {
  const std::string first = "{\"v\":1,\"t\":1,\"type\":\"a\"}\n";
  const std::string second = "{\"v\":1,\"t\":2,\"type\":\"b\"}\n";
  for (std::size_t length = 0; length <= second.size(); ++length) {
    const auto log = parse_events(first + second.substr(0, length), "t");
    REQUIRE(log.ok());
    CHECK(log->events.size() == (length == second.size() ? 2 : 1));
    CHECK(log->dropped_bytes == (length == second.size() ? 0 : length));
  }
}

TEST_CASE("any other bad line is an error with its number") {
  const std::string good = "{\"v\":1,\"t\":1,\"type\":\"a\"}\n";
  for (const std::string bad : {"", "[]", "{}", "nonsense", "{\"v\":2,\"t\":1,\"type\":\"a\"}",
                                "{\"v\":1,\"t\":-1,\"type\":\"a\"}", "{\"v\":1,\"t\":1.5,\"type\":\"a\"}",
                                "{\"v\":1,\"t\":1}", "{\"v\":1,\"t\":18446744073709551615,\"type\":\"a\"}"}) {
    INFO(bad);
    const auto middle = parse_events(good + bad + "\n" + good, "t");
    REQUIRE_FALSE(middle.ok());
    CHECK(contains(middle.error().text(), "line 2"));
    CHECK_FALSE(parse_events(good + bad + "\n", "t").ok());
  }
}

TEST_CASE("an empty log is a log") {
  CHECK(parse_events("", "t")->events.empty());
  CHECK_FALSE(read_events("/nonexistent/events.jsonl").ok());
}

TEST_CASE("numbers from files are integers that cannot overflow") {
  const Json document = Json::parse(R"({"a": 5, "b": -1, "c": 1e300, "d": 9223372036854775807, "e": 1.0, "f": "5"})");
  CHECK(json_natural(document, "/a") == 5);
  for (const char* bad : {"/b", "/c", "/d", "/e", "/f", "/g", "/a/b"}) CHECK_FALSE(json_natural(document, bad));
}

TEST_CASE("integers may be negative, but not out of bounds") {
  const Json document =
      Json::parse(R"({"a": -5, "b": 5, "c": -9223372036854775808, "d": 18446744073709551615, "e": 1.5})");
  CHECK(json_integer(document, "/a") == -5);
  CHECK(json_integer(document, "/b") == 5);
  for (const char* bad : {"/c", "/d", "/e", "/f"}) CHECK_FALSE(json_integer(document, bad));
}
