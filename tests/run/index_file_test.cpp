#include "run/index_file.hpp"

#include <catch2/catch.hpp>

#include "support/stored_runs.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
namespace fs = std::filesystem;

namespace {

const index::Entry& entry_of(const index::Root& root, const std::string& directory) {
  for (const index::Entry& entry : root.trials) {
    if (entry.directory == directory) return entry;
  }
  FAIL("no trial in " << directory);
  throw 0;
}

void write_suite(const fs::path& directory, const Json& trials) {
  const Json suite = {{"version", "hadrill/suite/v1"},
                      {"suite", "s"},
                      {"startedUtc", "2027-01-01T02:59:00.000Z"},
                      {"machine", "2 CPUs"},
                      {"seed", 1},
                      {"shard", nullptr},
                      {"exitCode", 5},
                      {"trials", trials},
                      {"rows", Json::array()}};
  REQUIRE(write_file(directory / artefact::suite, suite.dump()).ok());
}

Json told(const std::string& scenario, const std::string& expected, const Json& verdict, const std::string& directory,
          const std::string& reasons = "") {
  return {{"scenario", scenario},   {"topology", "stacked"}, {"trial", 1},
          {"expected", expected},   {"verdict", verdict},    {"good", true},
          {"directory", directory}, {"reasons", reasons}};
}

}  // namespace

TEST_CASE("a root is all its runs and suites, links not followed") {
  const TemporaryFolder folder;
  store_suite(folder.path);
  fs::create_directory_symlink("20270101T030000Z", folder.path / "a" / "latest");
  const auto root = read_root(folder.path);
  REQUIRE(root.ok());
  CHECK(root->trials.size() == 4);  // two of the suite did not begin
  CHECK(entry_of(*root, "a/20270101T030000Z").stored);
  CHECK(entry_of(*root, "a/20270101T030000Z").topology == "stacked");
  CHECK_FALSE(entry_of(*root, "a/20270101T030000Z").report);
  REQUIRE(root->suites.size() == 1);
  CHECK(root->suites[0].name == "s");
  CHECK(root->suites[0].directory == "suite-s/20270101T030000Z");
}

TEST_CASE("a run that died is a trial without a verdict, however far it came") {
  const TemporaryFolder folder;
  store_suite(folder.path);
  fs::remove(folder.path / "b/20270101T040000Z" / artefact::verdict);
  fs::create_directories(folder.path / "c/20270101T050000Z");
  REQUIRE(write_file(folder.path / "d/20270101T060000Z-2/logs/kubelet.log", "x").ok());
  REQUIRE(write_file(folder.path / "a/20270101T070000Z" / artefact::verdict, "{half").ok());
  REQUIRE(write_file(folder.path / "notes/2027/x", "no run").ok());
  const auto root = read_root(folder.path);
  REQUIRE(root.ok());
  const auto& died = entry_of(*root, "b/20270101T040000Z");
  CHECK_FALSE(died.stored);
  CHECK(died.scenario == "apiserver-kill");  // as its scenario.yaml says
  CHECK(died.topology == "stacked");
  CHECK(died.started_utc == "2027-01-01T04:00:00.000Z");
  CHECK(died.seed == 500);
  CHECK(died.why_none.find("hadrill judge") != std::string::npos);
  CHECK(entry_of(*root, "c/20270101T050000Z").scenario == "c");
  CHECK(entry_of(*root, "c/20270101T050000Z").why_none.find("before it began") != std::string::npos);
  CHECK(entry_of(*root, "d/20270101T060000Z-2").why_none.find("logs/") != std::string::npos);
  CHECK(entry_of(*root, "a/20270101T070000Z").why_none.find("JSON") != std::string::npos);
}

TEST_CASE("a suite tells which trial has to fail, and which did not begin or are gone") {
  const TemporaryFolder folder;
  store_run(folder.path / "a/20270101T030000Z", "a", "2027-01-01T03:00:00.000Z", 1);
  write_suite(folder.path / "suite-s/20270101T025900Z", {told("a", "fail", "fail", "/elsewhere/a/20270101T030000Z"),
                                                         told("b", "pass", nullptr, "", "the engine is gone"),
                                                         told("c", "pass", "pass", "/elsewhere/c/20270101T031000Z")});
  fs::create_directories(folder.path / "suite-s/20270102T025900Z");
  const auto root = read_root(folder.path);
  REQUIRE(root.ok());
  REQUIRE(root->trials.size() == 2);
  CHECK(root->trials[0].expected.fail);
  CHECK(root->trials[1].scenario == "b");
  CHECK(root->trials[1].directory.empty());
  CHECK(root->trials[1].why_none == "Suite s: the engine is gone");
  CHECK(root->trials[1].started_utc == "2027-01-01T03:00:00.000Z");  // no earlier than the one before it
  REQUIRE(root->suites.size() == 2);
  CHECK(root->suites[0].gone == 1);
  CHECK(root->suites[0].exit_code == 5);
  // The second has nothing yet: it is named all the same.
  CHECK_FALSE(root->suites[1].exit_code);
  CHECK(root->suites[1].started_utc == "2027-01-02T02:59:00.000Z");
}

TEST_CASE("a run says by itself that it has to fail") {
  const TemporaryFolder folder;
  const fs::path run = folder.path / "a/20270101T030000Z";
  store_run(run, "a", "2027-01-01T03:00:00.000Z", 1);
  CHECK_FALSE(read_root(folder.path)->trials.at(0).expected.fail);
  Json environment = *parse_json(*read_file(run / artefact::environment), "environment");
  add_expectation(environment, {true, {"counters"}, {"identities"}});
  REQUIRE(write_file(run / artefact::environment, environment.dump()).ok());
  CHECK(read_root(folder.path)->trials.at(0).expected == Expectation{true, {"counters"}, {"identities"}});
}

TEST_CASE("index.html is the same whenever it is written") {
  const TemporaryFolder folder;
  store_suite(folder.path);
  const auto written = write_index(folder.path);
  REQUIRE(written.ok());
  CHECK(*written == folder.path / artefact::index);
  const std::string first = *read_file(*written);
  CHECK(first.find("href=\"./a/20270101T030000Z/\"") != std::string::npos);
  REQUIRE(write_index(folder.path).ok());
  CHECK((*read_file(*written) == first));
}

TEST_CASE("a suite's own directory has an index of the runs that it names") {
  const TemporaryFolder folder;
  store_suite(folder.path);
  const auto root = read_root(folder.path / "suite-s/20270101T030000Z");
  REQUIRE(root.ok());
  CHECK(entry_of(*root, "../../a/20270101T030000Z").stored);
  CHECK(root->suites.at(0).directory.empty());
}

TEST_CASE("neither a folder of something else nor a run has an index") {
  const TemporaryFolder folder;
  CHECK(write_index(folder.path).error().kind == ErrorKind::usage);
  CHECK(write_index(folder.path / "none").error().kind == ErrorKind::usage);
  store_suite(folder.path);
  CHECK(write_index(folder.path / "a/20270101T030000Z").error().kind == ErrorKind::usage);
}
