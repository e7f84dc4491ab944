#include "run/stored_trials.hpp"

#include <catch2/catch.hpp>
#include <iterator>

#include "run/trend_files.hpp"
#include "support/stored_runs.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
namespace fs = std::filesystem;

TEST_CASE("trials are found below a root, and links are not followed") {
  const TemporaryFolder folder;
  store_suite(folder.path);
  fs::create_directory_symlink("20270101T030000Z", folder.path / "a" / "latest");
  const auto found = runs_of(folder.path);
  REQUIRE(found.ok());
  CHECK(*found == std::vector<fs::path>{folder.path / "a/20270101T030000Z", folder.path / "b/20270101T040000Z"});
  // But a link that is asked for is.
  CHECK(runs_of(folder.path / "a" / "latest")->size() == 1);
}

TEST_CASE("a suite's directory stands for the runs that it names, also when the root was moved") {
  const TemporaryFolder folder;
  store_suite(folder.path / "here");
  const auto found = runs_of(folder.path / "here/suite-s/20270101T030000Z");
  REQUIRE(found.ok());
  CHECK(found->size() == 2);
  fs::rename(folder.path / "here", folder.path / "there");
  const auto moved = runs_of(folder.path / "there/suite-s/20270101T030000Z");
  REQUIRE(moved.ok());
  CHECK(moved->size() == 2);
  CHECK(moved->front() == fs::weakly_canonical(folder.path) / "there/a/20270101T030000Z");
}

TEST_CASE("a folder without runs is a usage error") {
  const TemporaryFolder folder;
  CHECK(runs_of(folder.path).error().kind == ErrorKind::usage);
  CHECK(runs_of(folder.path / "none").error().kind == ErrorKind::usage);
}

TEST_CASE("a run that cannot be read is named, and the others are read") {
  const TemporaryFolder folder;
  store_suite(folder.path);
  fs::remove(folder.path / "b/20270101T040000Z" / artefact::verdict);
  fs::remove(folder.path / "a/20270101T030000Z" / artefact::environment);
  const auto read = read_trials(folder.path, folder.path);
  REQUIRE(read.ok());
  REQUIRE(read->trials.size() == 1);
  CHECK(read->trials[0].directory == "a/20270101T030000Z");
  CHECK_FALSE(read->trials[0].machine);
  REQUIRE(read->unread.size() == 1);
  CHECK(read->unread[0].directory == "b/20270101T040000Z");
  CHECK(read->unread[0].reason.find("hadrill judge") != std::string::npos);
}

TEST_CASE("trials.csv is the same whenever it is written, and knows no trial that is gone") {
  const TemporaryFolder folder;
  store_suite(folder.path);
  REQUIRE(write_trials(folder.path).ok());
  const std::string first = *read_file(folder.path / artefact::trials);
  CHECK(first.find(",b/20270101T040000Z\n") != std::string::npos);
  CHECK(fs::exists(folder.path / artefact::otava / "otava.yaml"));
  CHECK(fs::exists(folder.path / artefact::otava / "b.stacked.api.longest_outage.csv"));
  REQUIRE(write_trials(folder.path).ok());
  CHECK(*read_file(folder.path / artefact::trials) == first);
  fs::remove_all(folder.path / "b");
  REQUIRE(write_trials(folder.path).ok());
  CHECK(read_file(folder.path / artefact::trials)->find(",b,") == std::string::npos);
  CHECK_FALSE(fs::exists(folder.path / artefact::otava / "b.stacked.api.longest_outage.csv"));
}

TEST_CASE("metrics appear where they are wanted, and nothing half-written beside them") {
  const TemporaryFolder folder;
  store_suite(folder.path);
  const fs::path into = folder.path / "textfile";
  REQUIRE(write_metrics(folder.path / "suite-s/20270101T030000Z", into).ok());
  CHECK(read_file(into / artefact::metrics)->find("hadrill_slo_seconds{scenario=\"a\"") != std::string::npos);
  CHECK(read_file(into / artefact::open_metrics)->ends_with("# EOF\n"));
  CHECK(std::distance(fs::directory_iterator(into), fs::directory_iterator()) == 2);
  CHECK_FALSE(write_metrics(folder.path / "none", into).ok());
}

TEST_CASE("metrics of a night that nothing came of say so") {
  const TemporaryFolder folder;
  store_run(folder.path / "a/20270101T030000Z", "a", "2027-01-01T03:00:00.000Z", 1'000'000'000);
  REQUIRE(write_file(folder.path / "a/20270102T030000Z/logs/kubelet.log", "x").ok());
  const Json trial = {{"scenario", "b"}, {"topology", "stacked"}, {"verdict", nullptr}, {"directory", ""}};
  const Json suite = {{"startedUtc", "2027-01-02T03:00:00.000Z"}, {"trials", Json::array({trial})}};
  const fs::path night = folder.path / "suite-s/20270102T030000Z";
  REQUIRE(write_file(night / artefact::suite, suite.dump()).ok());
  REQUIRE(write_metrics(folder.path, folder.path).ok());
  const std::string text = *read_file(folder.path / artefact::metrics);
  CHECK(text.find(R"(hadrill_verdict{scenario="b",topology="stacked",hadrill_verdict="none"} 1)") != std::string::npos);
  // Nobody knows on which topology, and no later trial has a verdict.
  CHECK(text.find(R"(hadrill_verdict{scenario="a",topology="",hadrill_verdict="none"} 1)") != std::string::npos);
  // The suite alone has no trial with a verdict, and something to tell.
  REQUIRE(write_metrics(night, night).ok());
  CHECK(read_file(night / artefact::metrics)->find("hadrill_verdict=\"none\"} 1") != std::string::npos);
}
