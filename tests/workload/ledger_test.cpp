#include "workload/ledger.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "support/file_size_limit.hpp"
#include "support/temporary_folder.hpp"

namespace hadrill::workload {
namespace {

std::unique_ptr<Ledger> open(const test::TemporaryFolder& folder, const std::string& start = "s1") {
  std::string trouble;
  auto ledger = Ledger::open(folder.path, start, trouble);
  INFO(trouble);
  REQUIRE(ledger);
  return ledger;
}

void append(const test::TemporaryFolder& folder, const std::string& text) {
  std::ofstream(folder.path / "ledger", std::ios::app | std::ios::binary) << text;
}

TEST_CASE("the next process goes on where the last one ended, under its own name") {
  const test::TemporaryFolder folder;
  REQUIRE(open(folder)->step("a"));
  const auto ledger = open(folder, "s2");
  const auto entry = ledger->step("b");
  REQUIRE(entry);
  CHECK(entry->value == 2);
  CHECK(ledger->entries().at(0).start == "s1");
  CHECK(ledger->entries().at(1).start == "s2");
  // Asked again of another process: still the first one's step.
  CHECK(ledger->step("a")->start == "s1");
}

TEST_CASE("a torn last line is cut off, and the next step does not hang on to it") {
  const test::TemporaryFolder folder;
  REQUIRE(open(folder)->step("a"));
  append(folder, "2 b");
  REQUIRE(open(folder)->step("c"));
  const auto ledger = open(folder);
  REQUIRE(ledger->entries().size() == 2);
  CHECK(ledger->entries().at(1).id == "c");
  CHECK(ledger->entries().at(1).value == 2);
}

TEST_CASE("what follows a line that is none of ours is not believed") {
  const test::TemporaryFolder folder;
  append(folder, "1 a s1\nnonsense\n2 b s1\n");
  CHECK(open(folder)->entries().size() == 1);
}

TEST_CASE("a folder that cannot be written is told") {
  std::string trouble;
  CHECK_FALSE(Ledger::open("/nowhere/at/all", "s1", trouble));
  CHECK(trouble.find("/nowhere/at/all") != std::string::npos);
}

TEST_CASE("a step that the disk does not take is not acknowledged, nor is any after it") {
  const test::TemporaryFolder folder;
  const auto ledger = open(folder);
  REQUIRE(ledger->step("a"));
  {
    const test::FileSizeLimit limit(7);
    CHECK_FALSE(ledger->step("b"));
  }
  CHECK_FALSE(ledger->step("c"));
  CHECK(ledger->step("a")->value == 1);
}

TEST_CASE("ids that could break the file are refused") {
  CHECK(Ledger::good_id("w1-000_3.x"));
  CHECK(Ledger::good_id(std::string(64, 'a')));
  for (const std::string& id :
       {std::string(), std::string(65, 'a'), std::string("a b"), std::string("a\n"), std::string("\xc3\xa4")})
    CHECK_FALSE(Ledger::good_id(id));
}

}  // namespace
}  // namespace hadrill::workload
