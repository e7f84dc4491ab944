#include "run/bundle.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "run/stored_trials.hpp"
#include "support/archive_reader.hpp"
#include "support/stored_runs.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> names_of(const fs::path& directory, bool samples = true) {
  const auto entries = bundle_entries(directory, samples);
  REQUIRE(entries.ok());
  std::vector<std::string> names;
  for (const ArchiveEntry& entry : *entries) names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

TEST_CASE("an archive is called after what is in it") {
  const TemporaryFolder folder;
  store_suite(folder.path / "runs");
  fs::create_directory_symlink("20270101T030000Z", folder.path / "runs/a/latest");
  CHECK(bundle_name(folder.path / "runs/a/20270101T030000Z") == "a-20270101T030000Z");
  CHECK(bundle_name(folder.path / "runs/a/20270101T030000Z/") == "a-20270101T030000Z");
  CHECK(bundle_name(folder.path / "runs/a/latest") == "a-20270101T030000Z");
  CHECK(bundle_name(folder.path / "runs") == "runs");
}

TEST_CASE("a run's archive has all of it, or all but what only judging again needs") {
  const TemporaryFolder folder;
  const fs::path run = folder.path / "a/20270101T030000Z";
  store_run(run, "a", "2027-01-01T03:00:00.000Z", 1);
  REQUIRE(write_file(run / "logs/node/kubelet.log", "log\n").ok());
  REQUIRE(write_file(run / "old.tar.gz", "x").ok());
  REQUIRE(write_file(run / "verdict.json.part", "x").ok());
  fs::create_symlink("verdict.json", run / "link");
  const std::string top = "a-20270101T030000Z/";
  CHECK(names_of(run) == std::vector<std::string>{top + "environment.json", top + "events.jsonl",
                                                  top + "logs/node/kubelet.log", top + "samples.bin",
                                                  top + "scenario.yaml", top + "verdict.json"});
  CHECK_FALSE(has(names_of(run, false), top + "samples.bin"));
  CHECK(has(names_of(run, false), top + "events.jsonl"));
}

TEST_CASE("a suite's archive has the runs that it names, and can be compared when it is unpacked") {
  const TemporaryFolder folder;
  store_suite(folder.path / "runs");
  const fs::path suite = folder.path / "runs/suite-s/20270101T030000Z";
  const auto entries = bundle_entries(suite, true);
  REQUIRE(entries.ok());
  const fs::path path = folder.path / "out.tar.gz";
  REQUIRE(write_archive(path, *entries).ok());
  for (const auto& [name, content] : read_archive(path))
    REQUIRE(write_file(folder.path / "unpacked" / name, content).ok());
  fs::remove_all(folder.path / "runs");
  const auto read = read_trials(folder.path / "unpacked/suite-s-20270101T030000Z");
  REQUIRE(read.ok());
  CHECK(read->trials.size() == 2);
  CHECK(read->unread.empty());
  // Its index leads to them where they lie now.
  const std::string index = *read_file(folder.path / "unpacked/suite-s-20270101T030000Z/index.html");
  CHECK(index.find("href=\"./runs/a/20270101T030000Z/\"") != std::string::npos);
  CHECK(index.find("../") == std::string::npos);
}

TEST_CASE("the archive of a root has everything once; a folder of something else has none") {
  const TemporaryFolder folder;
  store_suite(folder.path / "runs");
  const auto names = names_of(folder.path / "runs");
  CHECK(has(names, "runs/suite-s/20270101T030000Z/suite.json"));
  CHECK(has(names, "runs/a/20270101T030000Z/verdict.json"));
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  fs::create_directory(folder.path / "empty");
  CHECK(bundle_entries(folder.path / "empty", true).error().kind == ErrorKind::usage);
}

TEST_CASE("a suite none of whose trials began can be looked at, too") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder.path / "s" / artefact::suite, R"({"trials": []})").ok());
  CHECK(names_of(folder.path / "s") == std::vector<std::string>{"s/index.html", "s/suite.json"});
}
