#include "history/operation_log.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;

namespace {

OperationHeader some_header() {
  return {"r1", "hadrill-r1", {"n1", "n2"}, {{"api.write", "lb", 0}, {"watch.n1", "n1", 1, true}}, 2};
}

Write some_write() {
  Write write;
  write.id = 1;
  write.object = 7;
  write.precondition = 41;
  write.invoked = {100};
  return write;
}

Write acknowledged(Write write) {
  write.outcome = WriteOutcome::acknowledged;
  write.version = 42;
  write.returned = {200};
  write.status = 200;
  write.server = 2;
  return write;
}

Read some_read() {
  Read read;
  read.version = 42;
  read.id = 1;
  read.invoked = {300};
  read.returned = {301};
  read.object = 7;
  read.vantage = 1;
  read.server = 1;
  read.purpose = ReadPurpose::final;
  return read;
}

List some_list() {
  List list;
  list.version = 50;
  list.invoked = {310};
  list.returned = {311};
  list.items = {{0, 12, 3}, {1, 13, 0}};
  return list;
}

WatchRecord watch_record(WatchStep step) {
  WatchRecord record;
  record.at = {400};
  record.step = step;
  const bool event = record.is_event();
  if (event) record.object = 7;
  if (event) record.id = 1;
  if (!record.is_end() && step != WatchStep::expired) record.version = 42;
  if (record.is_end()) record.server = 2;
  return record;
}

std::string head() { return operation_line::header({1}, some_header()); }

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr WatchStep kAllSteps[] = {WatchStep::requested, WatchStep::added,  WatchStep::modified, WatchStep::deleted,
                                   WatchStep::bookmark,  WatchStep::closed, WatchStep::stopped,  WatchStep::expired};

}  // namespace

TEST_CASE("operations come back as they were written, with their lines") {
  const test::TemporaryFolder folder;
  const auto path = folder.path / "operations.jsonl";
  auto writer = OperationWriter::create(path, {1}, some_header());
  REQUIRE(writer.ok());
  REQUIRE(writer->invoked(some_write()).ok());
  REQUIRE(writer->returned(acknowledged(some_write()), "a \"reason\"\n\xff").ok());
  REQUIRE(writer->read(some_read()).ok());
  REQUIRE(writer->list(some_list()).ok());
  for (const WatchStep step : kAllSteps) REQUIRE(writer->watch(watch_record(step), "why").ok());
  CHECK_FALSE(writer->failure());
  // The writer is still open: each line was on its way when the call returned.
  const auto history = read_operations(path);
  REQUIRE(history.ok());
  CHECK(history->header == some_header());
  CHECK(history->begun == Instant{1});
  CHECK(history->dropped_bytes == 0);
  Write write = acknowledged(some_write());
  write.line = 2;
  write.returned_line = 3;
  CHECK(history->writes == std::vector<Write>{write});
  Read read = some_read();
  read.line = 4;
  CHECK(history->reads == std::vector<Read>{read});
  List list = some_list();
  list.line = 5;
  CHECK(history->lists == std::vector<List>{list});
  REQUIRE(history->watches.size() == std::size(kAllSteps));
  for (std::size_t i = 0; i < std::size(kAllSteps); ++i) {
    WatchRecord record = watch_record(kAllSteps[i]);
    record.line = static_cast<std::uint32_t>(6 + i);
    CHECK(history->watches[i] == record);
  }
}

TEST_CASE("the lines are as docs/audit.md shows") {
  CHECK(head() ==
        R"({"v":1,"t":1,"type":"header","run":"r1","namespace":"hadrill-r1","servers":["n1","n2"],"listed":2,)"
        R"("vantages":[{"name":"api.write","endpoint":"lb","server":0,"watches":false},)"
        R"({"name":"watch.n1","endpoint":"n1","server":1,"watches":true}]})"
        "\n");
  CHECK(operation_line::invoked(some_write()) ==
        "{\"v\":1,\"t\":100,\"type\":\"write\",\"id\":1,\"object\":7,\"vantage\":0,\"precondition\":41}\n");
  CHECK(operation_line::returned(acknowledged(some_write())) ==
        "{\"v\":1,\"t\":200,\"type\":\"return\",\"id\":1,\"outcome\":\"acknowledged\",\"version\":42,\"status\":200,"
        "\"server\":2}\n");
  CHECK(operation_line::read(some_read()) ==
        "{\"v\":1,\"t\":301,\"type\":\"read\",\"invokedNs\":300,\"object\":7,\"vantage\":1,\"server\":1,"
        "\"purpose\":\"final\",\"version\":42,\"id\":1}\n");
  CHECK(operation_line::list(some_list()) ==
        "{\"v\":1,\"t\":311,\"type\":\"list\",\"invokedNs\":310,\"vantage\":0,\"server\":0,\"scope\":\"listed\","
        "\"version\":50,\"items\":[[0,12,3],[1,13,0]]}\n");
  CHECK(operation_line::watch(watch_record(WatchStep::modified)) ==
        "{\"v\":1,\"t\":400,\"type\":\"watch.modified\",\"vantage\":0,\"object\":7,\"version\":42,\"id\":1}\n");
  CHECK(operation_line::watch(watch_record(WatchStep::closed), "reset") ==
        "{\"v\":1,\"t\":400,\"type\":\"watch.closed\",\"vantage\":0,\"server\":2,\"reason\":\"reset\"}\n");
}

TEST_CASE("a write whose answer is not on disk is indeterminate, and is not over") {
  const auto history = parse_operations(head() + operation_line::invoked(some_write()), "t");
  REQUIRE(history.ok());
  REQUIRE(history->writes.size() == 1);
  CHECK(history->writes[0].outcome == WriteOutcome::indeterminate);
  CHECK(history->writes[0].returned == kLatest);
  CHECK(history->writes[0].returned_line == 0);
}

TEST_CASE("a torn last operation is left out and reported, at every length") {
  const std::string first = head() + operation_line::invoked(some_write());
  const std::string second = operation_line::returned(acknowledged(some_write()));
  for (std::size_t length = 0; length <= second.size(); ++length) {
    const auto history = parse_operations(first + second.substr(0, length), "t");
    REQUIRE(history.ok());
    const bool whole = length == second.size();
    CHECK((history->writes[0].outcome == WriteOutcome::acknowledged) == whole);
    CHECK(history->dropped_bytes == (whole ? 0 : length));
  }
}

TEST_CASE("any other line that is no operation is an error with its number") {
  const std::string good = head() + operation_line::invoked(some_write());
  const std::string end = R"(,"object":1,"vantage":0,"precondition":0})";
  const std::string bad_lines[] = {
      "",
      "[]",
      "nonsense",
      "17",
      "\"{\"",
      R"({"v":2,"t":1,"type":"write","id":2)" + end,
      R"({"v":1,"type":"write","id":2)" + end,
      R"({"v":1,"t":-1,"type":"write","id":2)" + end,
      R"({"v":1,"t":1.5,"type":"write","id":2)" + end,
      R"({"v":1,"t":18446744073709551615,"type":"write","id":2)" + end,
      R"({"v":1,"t":1,"type":"verify","id":2)" + end,
      R"({"v":1,"t":1,"type":"write","id":3)" + end,
      R"({"v":1,"t":1,"type":"write","id":1)" + end,
      R"({"v":1,"t":1,"type":"write","id":"2")" + end,
      R"({"v":1,"t":1,"type":"write","id":2,"object":1,"vantage":2,"precondition":0})",
      R"({"v":1,"t":1,"type":"write","id":2,"object":1048576,"vantage":0,"precondition":0})",
      R"({"v":1,"t":1,"type":"write","x":{"id":2},"object":1,"vantage":0,"precondition":0})",
      R"({"v":1,"t":200,"type":"return","id":2,"outcome":"refused","version":0,"status":0,"server":0})",
      R"({"v":1,"t":99,"type":"return","id":1,"outcome":"refused","version":0,"status":0,"server":0})",
      R"({"v":1,"t":200,"type":"return","id":1,"outcome":"maybe","version":0,"status":0,"server":0})",
      R"({"v":1,"t":200,"type":"return","id":1,"outcome":"refused","version":1,"status":0,"server":0})",
      R"({"v":1,"t":200,"type":"return","id":1,"outcome":"acknowledged","version":0,"status":0,"server":0})",
      R"({"v":1,"t":200,"type":"return","id":1,"outcome":"refused","version":0,"status":1000,"server":0})",
      R"({"v":1,"t":200,"type":"return","id":1,"outcome":"refused","version":0,"status":0,"server":3})",
      R"({"v":1,"t":1,"type":"read","invokedNs":2,"object":1,"vantage":0,"server":0,"purpose":"probe","version":1,"id":1})",
      R"({"v":1,"t":1,"type":"read","invokedNs":1,"object":1,"vantage":0,"server":0,"purpose":"probe","version":0,"id":1})",
      R"({"v":1,"t":1,"type":"list","invokedNs":1,"vantage":0,"server":0,"scope":"listed","version":9})",
      R"({"v":1,"t":1,"type":"list","invokedNs":1,"vantage":0,"server":0,"scope":"listed","version":9,"items":[[1,2]]})",
      R"({"v":1,"t":1,"type":"list","invokedNs":1,"vantage":0,"server":0,"scope":"listed","version":9,"items":[1,2,3]})",
      R"({"v":1,"t":1,"type":"list","invokedNs":1,"vantage":0,"server":0,"scope":"listed","version":9,"items":[[1,2,"3"]]})",
      R"({"v":1,"t":1,"type":"list","invokedNs":1,"vantage":0,"server":0,"scope":"listed","version":9,"items":[[1,[2],3]]})",
      R"({"v":1,"t":1,"type":"list","invokedNs":1,"vantage":0,"server":0,"scope":"listed","version":9,"items":[[1,0,3]]})",
      R"({"v":1,"t":1,"type":"watch.opened","vantage":0,"version":1})",
      R"({"v":1,"t":1,"type":"watch.added","vantage":0,"object":1,"version":0,"id":1})",
      R"({"v":1,"t":1,"type":"watch.bookmark","vantage":0})",
  };
  for (const std::string& bad : bad_lines) {
    INFO(bad);
    const auto history = parse_operations(good + bad + "\n", "t");
    REQUIRE_FALSE(history.ok());
    CHECK(contains(history.error().text(), "line 3"));
  }
}

TEST_CASE("an answer is told once") {
  const std::string answer = operation_line::returned(acknowledged(some_write()));
  const auto history = parse_operations(head() + operation_line::invoked(some_write()) + answer + answer, "t");
  REQUIRE_FALSE(history.ok());
  CHECK(contains(history.error().text(), "line 4"));
}

TEST_CASE("members that are not known yet change nothing") {
  const auto history = parse_operations(
      head() +
          R"({"v":1,"t":5,"type":"write","x":[{"id":9},[[1,2,3]]],"id":1,"object":1,"vantage":0,"precondition":0})" +
          "\n",
      "t");
  REQUIRE(history.ok());
  CHECK(history->writes.at(0).id == 1);
}

TEST_CASE("without its header a file is no history") {
  CHECK_FALSE(parse_operations("", "t").ok());
  CHECK_FALSE(parse_operations(head().substr(0, head().size() - 1), "t").ok());
  CHECK_FALSE(parse_operations(operation_line::invoked(some_write()), "t").ok());
  CHECK_FALSE(read_operations("/nonexistent/operations.jsonl").ok());
  OperationHeader header = some_header();
  header.vantages[0].server = 3;
  CHECK_FALSE(parse_operations(operation_line::header({1}, header), "t").ok());
}

TEST_CASE("a file that cannot be written is an error that stays") {
  CHECK_FALSE(OperationWriter::create("/nonexistent/operations.jsonl", {1}, some_header()).ok());
  const test::TemporaryFolder folder;
  const auto path = folder.path / "operations.jsonl";
  REQUIRE(OperationWriter::create(path, {1}, some_header()).ok());
  CHECK_FALSE(OperationWriter::create(path, {1}, some_header()).ok());
}
