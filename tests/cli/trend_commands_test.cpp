// The commands trials, metrics, index, bundle and suite --shard as a script sees them.
#include <catch2/catch.hpp>

#include "base/interrupt.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "support/archive_reader.hpp"
#include "support/stored_runs.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::cli;
using namespace hadrill::test;
namespace fs = std::filesystem;

TEST_CASE("trials writes into every root that is named") {
  const TemporaryFolder folder;
  store_suite(folder.path / "one");
  store_suite(folder.path / "two");
  Options options;
  options.files = {(folder.path / "one").string(), (folder.path / "two").string()};
  CHECK(*write_trials(options) == exit_code::pass);
  CHECK(fs::exists(folder.path / "one" / artefact::trials));
  CHECK(fs::exists(folder.path / "two" / artefact::trials));
  options.files = {(folder.path / "none").string()};
  CHECK(write_trials(options).error().kind == ErrorKind::usage);
}

TEST_CASE("a table reads a known-bad control the right way round") {
  const TemporaryFolder folder;
  const fs::path run = folder.path / "a/20270101T030000Z";
  store_run(run, "a", "2027-01-01T03:00:00.000Z", 1);
  Options options;
  options.files = {folder.path.string()};
  CHECK(*table(options) == exit_code::pass);
  Json environment = read_environment(run);
  add_expectation(environment, {true, {"api.longest_outage"}, {}});
  REQUIRE(write_file(run / artefact::environment, environment.dump()).ok());
  // The run passes, and had to fail.
  CHECK(*table(options) == exit_code::missed);
}

TEST_CASE("metrics go into the directory that they are of, or where they are wanted") {
  const TemporaryFolder folder;
  store_suite(folder.path);
  Options options;
  options.directory = folder.path;
  CHECK(*write_metrics(options) == exit_code::pass);
  CHECK(fs::exists(folder.path / artefact::metrics));
  options.output = folder.path / "textfile";
  CHECK(*write_metrics(options) == exit_code::pass);
  CHECK(*read_file(folder.path / "textfile" / artefact::metrics) == *read_file(folder.path / artefact::metrics));
}

TEST_CASE("index writes index.html into the root, and says where") {
  const TemporaryFolder folder;
  store_suite(folder.path);
  Options options;
  options.runs = folder.path;
  CHECK(*write_index(options) == exit_code::pass);
  CHECK(fs::exists(folder.path / artefact::index));
  options.runs = folder.path / "none";
  CHECK(write_index(options).error().kind == ErrorKind::usage);
}

TEST_CASE("bundle makes the same archive of the same suite wherever it is written") {
  const TemporaryFolder folder;
  store_suite(folder.path);
  Options options;
  options.directory = folder.path / "suite-s/20270101T030000Z";
  options.output = folder.path / "x/a.tar.gz";
  CHECK(*bundle(options) == exit_code::pass);
  options.output = folder.path / "y/b.tar.gz";
  CHECK(*bundle(options) == exit_code::pass);
  CHECK(*read_file(folder.path / "x/a.tar.gz") == *read_file(folder.path / "y/b.tar.gz"));
  const auto files = read_archive(options.output);
  REQUIRE_FALSE(files.empty());
  CHECK(files.front().first == "suite-s-20270101T030000Z/index.html");
  CHECK(files.at(1).first == "suite-s-20270101T030000Z/runs/a/20270101T030000Z/environment.json");
  options.directory = folder.path / "x";
  CHECK(bundle(options).error().kind == ErrorKind::usage);
}

TEST_CASE("a part of a suite that is none is refused before anything is begun") {
  const TemporaryFolder folder;
  Interrupt interrupt;
  Options options;
  options.home = HADRILL_SOURCE_DIR;
  options.runs = folder.path / "runs";
  options.suite = "smoke";
  for (const char* wrong : {"0/2", "3/2", "two", "200/200"}) {
    INFO(wrong);
    options.shard = wrong;
    const auto refused = run_suite(options, interrupt);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().where == "--shard");
    CHECK(exit_code_of(refused.error().kind) == exit_code::usage);
  }
  CHECK_FALSE(fs::exists(options.runs));
}
