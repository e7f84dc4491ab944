#include "run/judge_directory.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "history/event_log.hpp"
#include "run/run_directory.hpp"
#include "scenario/load.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
namespace fs = std::filesystem;

namespace {

/// A run directory as a run leaves it that stops after these events, with one prober and no samples.
void store(const fs::path& directory, const std::vector<Event>& events) {
  const auto scenario =
      load_scenario_file(fs::path(HADRILL_SOURCE_DIR) / "scenarios" / "apiserver-kill.yaml", {{"process.kill"}, {}});
  REQUIRE(scenario.ok());
  REQUIRE(write_file(directory / artefact::scenario, resolved_yaml(*scenario)).ok());
  auto writer = EventWriter::create(directory / artefact::events);
  REQUIRE(writer.ok());
  for (const Event& event : events) REQUIRE(writer->write(event).ok());
  SampleHeader header;
  header.probers.push_back({"api.read.new", "lb", "load-balancer", "new", std::chrono::milliseconds(100),
                            std::chrono::seconds(1), std::chrono::seconds(10)});
  REQUIRE(SampleWriter::create(directory / artefact::samples, header).ok());
}

}  // namespace

TEST_CASE("a run whose harness was killed is an error, never a pass") {
  const TemporaryFolder folder;
  store(folder.path, {{{1}, event_type::run_started, {}}, {{2}, event_type::probers_started, {}}});
  const auto judged = judge_directory(folder.path, false);
  REQUIRE(judged.ok());
  CHECK(judged->verdict.judgement == Judgement::error);
  CHECK(exit_code(judged->verdict) == 5);
  for (const char* name : {artefact::verdict, artefact::junit, artefact::summary, artefact::report})
    CHECK(fs::exists(folder.path / name));
}

TEST_CASE("an interrupted run is aborted") {
  const TemporaryFolder folder;
  store(folder.path, {{{1}, event_type::run_started, {}}, {{2}, event_type::interrupted, {{"signals", 1}}}});
  CHECK(exit_code(judge_directory(folder.path, false)->verdict) == 3);
}

TEST_CASE("judging again gives the same bytes") {
  const TemporaryFolder folder;
  store(folder.path, {{{1}, event_type::run_started, {}}});
  REQUIRE(judge_directory(folder.path, false).ok());
  const std::string first = *read_file(folder.path / artefact::verdict);
  const std::string page = *read_file(folder.path / artefact::report);
  REQUIRE(judge_directory(folder.path, true).ok());
  CHECK(*read_file(folder.path / artefact::verdict) == first);
  CHECK((*read_file(folder.path / artefact::report) == page));
}

TEST_CASE("the sample report is what its history is judged to be, to the byte") {
  const fs::path sample = fs::path(HADRILL_SOURCE_DIR) / "reports" / "sample";
  const TemporaryFolder folder;
  for (const char* name : {artefact::scenario, artefact::environment, artefact::events, artefact::samples})
    fs::copy_file(sample / name, folder.path / name);
  REQUIRE(judge_directory(folder.path, false).ok());
  for (const char* name : {artefact::verdict, artefact::junit, artefact::summary}) {
    INFO("after a change that is meant: hadrill judge reports/sample, then read the diff; " << name);
    CHECK(*read_file(folder.path / name) == *read_file(sample / name));
  }
}

TEST_CASE("samples whose last record is torn are judged without it; damage before it is an error") {
  const fs::path sample = fs::path(HADRILL_SOURCE_DIR) / "reports" / "sample";
  const TemporaryFolder folder;
  for (const char* name : {artefact::scenario, artefact::environment, artefact::events, artefact::samples})
    fs::copy_file(sample / name, folder.path / name);
  const std::string bytes = *read_file(folder.path / artefact::samples);
  REQUIRE(write_file(folder.path / artefact::samples, bytes.substr(0, bytes.size() - 20)).ok());
  const auto torn = judge_directory(folder.path, false);
  REQUIRE(torn.ok());
  CHECK(torn->verdict.notes.at(0) == "the last sample was torn: 44 bytes left out");
  std::string damaged = bytes;
  damaged[damaged.size() / 2] ^= 1;
  REQUIRE(write_file(folder.path / artefact::samples, damaged).ok());
  CHECK(judge_directory(folder.path, false).error().message.find("is damaged") != std::string::npos);
}

TEST_CASE("the calibration of the machine is in the verdict; an environment without one is not calibrated") {
  const TemporaryFolder folder;
  store(folder.path, {{{1}, event_type::run_started, {}}});
  const auto calibration = [&folder] {
    REQUIRE(judge_directory(folder.path, false).ok());
    return parse_json(*read_file(folder.path / artefact::verdict), "verdict")->at("calibration");
  };
  CHECK(calibration().is_null());  // no environment.json at all
  for (const char* none : {"{}", "nonsense", R"({"calibration": {"errorNs": -1}})"}) {
    REQUIRE(write_file(folder.path / artefact::environment, none).ok());
    CHECK(calibration().is_null());
  }
  REQUIRE(write_file(folder.path / artefact::environment, R"({"calibration": {"errorNs": 70000, "at": "now"}})").ok());
  CHECK(calibration() == Json({{"errorNs", 70000}, {"at", "now"}}));
}

TEST_CASE("what is not a run directory is refused in words") {
  const TemporaryFolder folder;
  CHECK(judge_directory(folder.path / "missing", false).error().kind == ErrorKind::usage);
  CHECK_FALSE(judge_directory(folder.path, false).ok());
  store(folder.path, {});
  REQUIRE(write_file(folder.path / artefact::samples, "garbage").ok());
  CHECK(judge_directory(folder.path, false).error().message == "not a sample file of hadrill");
}
