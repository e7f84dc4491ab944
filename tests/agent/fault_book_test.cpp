#include "agent/fault_book.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "agent/boot.hpp"
#include "agent/idle_child.hpp"
#include "agent/proc.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::agent;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

std::string state_of(const IdleChild& child) { return stat_of(child.pid())->state; }

Json pause_undo(const IdleChild& child) {
  const auto stat = stat_of(child.pid());
  return {{"process", {{"pid", child.pid()}, {"startTicks", stat->start_ticks}, {"program", "x"}}}};
}

}  // namespace

TEST_CASE("an entry is read back as it was written, and one that is damaged is not forgotten") {
  const TemporaryFolder folder;
  const Journal journal(folder.path / "journal");
  std::vector<std::string> unreadable;
  CHECK(journal.read(unreadable).empty());
  REQUIRE(journal.write({"a-1", "process.pause", {{"x", 1}}, 5, 6, 7}).ok());
  std::ofstream(folder.path / "journal" / "b.json") << "{\"version\":1,";
  std::ofstream(folder.path / "journal" / "c.json.part") << "{";
  const auto entries = journal.read(unreadable);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].id == "a-1");
  CHECK(entries[0].undo == Json({{"x", 1}}));
  CHECK(entries[0].deadline_ns == 5);
  CHECK(entries[0].owner == 6);
  CHECK(entries[0].owner_start == 7);
  CHECK(unreadable == std::vector<std::string>{(folder.path / "journal" / "b.json").string()});
  REQUIRE(journal.remove("a-1").ok());
  REQUIRE(journal.remove("a-1").ok());
}

TEST_CASE("without a journal nothing is broken") {
  const IdleChild child("hadrill-idle-no-journal");
  const TemporaryFolder folder;
  std::ofstream(folder.path / "file") << "in the way";
  FaultBook book{Journal(folder.path / "file" / "journal")};
  Steadfast patience;
  const auto done = book.inject("f", "process.pause", {{"program", "hadrill-idle-no-journal"}}, 1min, patience);
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().message.find("not done: the journal cannot be written") == 0);
  CHECK(state_of(child) != "T");
}

TEST_CASE("a fault is undone when its time is over, and not before") {
  const IdleChild child("hadrill-idle-overdue");
  const TemporaryFolder folder;
  FaultBook book{Journal(folder.path)};
  Steadfast patience;
  CHECK_FALSE(book.until_overdue());
  REQUIRE(book.inject("f", "process.pause", {{"program", "hadrill-idle-overdue"}}, 300ms, patience).ok());
  CHECK(book.heal_overdue().empty());
  CHECK(state_of(child) == "T");
  REQUIRE(book.until_overdue());
  CHECK(*book.until_overdue() <= 300ms);
  patience.wait(-1, *book.until_overdue());
  const auto healed = book.heal_overdue();
  REQUIRE(healed.size() == 1);
  CHECK(healed[0].id == "f");
  CHECK(healed[0].trouble.empty());
  CHECK(state_of(child) != "T");
  CHECK(book.status().empty());
}

TEST_CASE("of several faults the one whose time is over first is undone first, whatever it is called") {
  const IdleChild early("hadrill-idle-early");
  const IdleChild late("hadrill-idle-late");
  const TemporaryFolder folder;
  FaultBook book{Journal(folder.path)};
  Steadfast patience;
  REQUIRE(book.inject("a", "process.pause", {{"program", "hadrill-idle-late"}}, 2min, patience).ok());
  REQUIRE(book.inject("b", "process.pause", {{"program", "hadrill-idle-early"}}, 1min, patience).ok());
  const auto healed = book.heal_all(false);
  REQUIRE(healed.size() == 2);
  CHECK(healed[0].id == "b");
  CHECK(healed[1].id == "a");
}

TEST_CASE("the faults of an agent that died are undone by the next, those of a living one are not") {
  const IdleChild child("hadrill-idle-orphan");
  const IdleChild owner("hadrill-idle-owner");
  const TemporaryFolder folder;
  const Journal journal(folder.path);
  child.stop();
  const std::uint64_t owner_start = stat_of(owner.pid())->start_ticks;
  SECTION("a pid that is nobody's") {
    REQUIRE(journal.write({"f", "process.pause", pause_undo(child), INT64_MAX, owner.pid(), owner_start - 1}).ok());
    CHECK(FaultBook(journal).heal_orphans().size() == 1);
    CHECK(state_of(child) != "T");
  }
  SECTION("an agent that lives") {
    REQUIRE(journal.write({"f", "process.pause", pause_undo(child), INT64_MAX, owner.pid(), owner_start}).ok());
    CHECK(FaultBook(journal).heal_orphans().empty());
    CHECK(FaultBook(journal).heal_all(false).empty());
    CHECK(state_of(child) == "T");
    CHECK(FaultBook(journal).heal_all(true).size() == 1);
    CHECK(state_of(child) != "T");
  }
}

TEST_CASE("what was journalled and never begun is undone like the rest") {
  const IdleChild child("hadrill-idle-never-begun");
  const TemporaryFolder folder;
  const Journal journal(folder.path);
  REQUIRE(journal.write({"f", "process.pause", pause_undo(child), INT64_MAX, 1 << 22, 1}).ok());
  const auto healed = FaultBook(journal).heal_orphans();
  REQUIRE(healed.size() == 1);
  CHECK(healed[0].trouble.empty());
}

TEST_CASE("what cannot be undone stays in the journal and is residue") {
  const TemporaryFolder folder;
  const Journal journal(folder.path);
  REQUIRE(journal.write({"f", "no.such.effect", Json::object(), 0, 1 << 22, 1}).ok());
  FaultBook book(journal);
  const auto healed = book.heal_all(true);
  REQUIRE(healed.size() == 1);
  CHECK(healed[0].trouble == "unknown effect no.such.effect");
  const auto left = book.residue();
  CHECK(std::find(left.begin(), left.end(), "fault f (no.such.effect) is in the journal") != left.end());
}

TEST_CASE("a manifest is moved away and back, whatever became of the process") {
  const TemporaryFolder folder;
  setenv("HADRILL_AGENT_KUBERNETES", folder.path.c_str(), 1);
  std::filesystem::create_directories(folder.path / "manifests");
  std::ofstream(folder.path / "manifests" / "hadrill-idle-pod.yaml") << "kind: Pod";
  const std::filesystem::path manifest = folder.path / "manifests" / "hadrill-idle-pod.yaml";
  auto child = std::make_unique<IdleChild>("hadrill-idle-pod");
  const Effect& effect = *find_effect("static-pod.remove");
  const auto undo = effect.plan("f", {{"manifest", "hadrill-idle-pod"}, {"program", "hadrill-idle-pod"}});
  REQUIRE(undo.ok());
  Steadfast patience;
  SECTION("never begun") { REQUIRE(effect.undo(*undo, patience).ok()); }
  SECTION("moved, and the process ended") {
    // Stands in for the kubelet: the process is ended once the manifest is away.
    kill(child->pid(), SIGKILL);
    REQUIRE(effect.inject(*undo, patience).ok());
    CHECK_FALSE(std::filesystem::exists(manifest));
    CHECK(effect.prove(*undo).ok());
    CHECK(effect.residue().size() == 1);
    REQUIRE(effect.undo(*undo, patience).ok());
    REQUIRE(effect.undo(*undo, patience).ok());
  }
  CHECK(effect.prove_undone(*undo).ok());
  CHECK(std::filesystem::exists(manifest));
  CHECK(effect.residue().empty());
  unsetenv("HADRILL_AGENT_KUBERNETES");
}

TEST_CASE("a node with systemd undoes at its start what was in force when it went down") {
  const TemporaryFolder folder;
  const std::filesystem::path units = folder.path / "etc/systemd/system";
  arrange_heal_at_boot(folder.path);
  CHECK_FALSE(std::filesystem::exists(units));
  std::filesystem::create_directories(folder.path / "run/systemd/system");
  std::filesystem::create_directories(units);
  arrange_heal_at_boot(folder.path);
  arrange_heal_at_boot(folder.path);
  CHECK(std::filesystem::file_size(units / "hadrill-heal.service") > 0);
  CHECK(std::filesystem::is_symlink(units / "multi-user.target.wants/hadrill-heal.service"));
}
