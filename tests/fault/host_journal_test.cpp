#include "fault/host_journal.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

HostEntry entry(const std::string& id, const std::string& address) {
  return {id, "node.kill", "0123", "n1", "kind", address, "2026-01-01T00:00:00Z", Instant{42}, ProcessName{7, 8}};
}

}  // namespace

TEST_CASE("an entry is read back as it was written, and forgotten when told") {
  const TemporaryFolder folder;
  const HostJournal journal(folder.path / "journal");
  CHECK(journal.read().empty());
  REQUIRE(journal.remove("f1").ok());
  REQUIRE(journal.write(entry("f1", "10.0.0.3")).ok());
  const auto found = journal.find("f1");
  REQUIRE(found);
  CHECK(found->fault == "node.kill");
  CHECK(found->container_id == "0123");
  CHECK(found->container == "n1");
  CHECK(found->network == "kind");
  CHECK(found->address == "10.0.0.3");
  CHECK(found->started_at == "2026-01-01T00:00:00Z");
  CHECK(found->deadline.ns == 42);
  CHECK(found->owner == ProcessName{7, 8});
  REQUIRE(journal.remove("f1").ok());
  CHECK_FALSE(journal.find("f1"));
}

TEST_CASE("an entry that is undone by uncordoning keeps whom to ask") {
  const TemporaryFolder folder;
  const HostJournal journal(folder.path / "journal");
  CHECK(entry("f1", "").undo == HostUndo::container);
  HostEntry drained{"f1", "node.drain", "0123", "w", {}, {}, {}, Instant{42}, ProcessName{7, 8}};
  drained.undo = HostUndo::uncordon;
  drained.control_planes = {"cp2", "cp1"};
  REQUIRE(journal.write(drained).ok());
  const auto found = journal.find("f1");
  REQUIRE(found);
  CHECK(found->undo == HostUndo::uncordon);
  CHECK(found->control_planes == std::vector<std::string>{"cp2", "cp1"});
  CHECK(found->container == "w");
  CHECK(found->deadline.ns == 42);
}

TEST_CASE("entries come in the order of their addresses, by number") {
  const TemporaryFolder folder;
  const HostJournal journal(folder.path);
  for (const auto& [id, address] : {std::pair("a", "10.0.0.10"), std::pair("b", ""), std::pair("c", "10.0.0.9")})
    REQUIRE(journal.write(entry(id, address)).ok());
  const auto entries = journal.read();
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].id == "c");
  CHECK(entries[1].id == "a");
  CHECK(entries[2].id == "b");
}

TEST_CASE("what cannot be read is told; what was never finished is not an entry") {
  const TemporaryFolder folder;
  const HostJournal journal(folder.path);
  REQUIRE(write_file(folder.path / "torn.json", "{\"version\": 1, \"id\"").ok());
  REQUIRE(write_file(folder.path / "later.json", "{\"version\": 2}").ok());
  REQUIRE(write_file(folder.path / "f1.json.part", "{").ok());
  std::vector<std::string> unreadable;
  CHECK(journal.read(&unreadable).empty());
  CHECK(unreadable.size() == 2);
}

TEST_CASE("an id that is no file name is refused") {
  const TemporaryFolder folder;
  const HostJournal journal(folder.path);
  for (const std::string& id : {std::string(), std::string("../x"), std::string("A"), std::string(65, 'a')})
    CHECK_FALSE(journal.write(entry(id, "")).ok());
}

TEST_CASE("a process is known by its start, not by its number") {
  const ProcessName self = ProcessName::self();
  CHECK(self.alive());
  CHECK_FALSE(ProcessName{self.pid, self.start_ticks + 1}.alive());
  CHECK_FALSE(ProcessName{self.pid, 0}.alive());
}
