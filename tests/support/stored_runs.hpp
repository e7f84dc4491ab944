// Stored runs in a folder, as far as those who only look at verdicts see them.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "base/file.hpp"
#include "base/json.hpp"
#include "run/run_directory.hpp"

namespace hadrill::test {

/// A run directory as the sample report is, of another scenario, time and outage.
inline void store_run(const std::filesystem::path& directory, const std::string& scenario, const std::string& started,
                      std::int64_t lower_ns) {
  const std::filesystem::path sample = std::filesystem::path(HADRILL_SOURCE_DIR) / "reports/sample";
  for (const char* name : {artefact::scenario, artefact::events, artefact::environment, artefact::samples}) {
    const auto content = read_file(sample / name);
    REQUIRE(content.ok());
    REQUIRE(write_file(directory / name, *content).ok());
  }
  Json verdict = *parse_json(*read_file(sample / artefact::verdict), "sample");
  verdict["scenario"]["name"] = scenario;
  verdict["startedUtc"] = started;
  for (Json& finding : verdict["findings"]) {
    if (finding["id"] == "api.longest_outage") finding["measured"] = {{"lowerNs", lower_ns}, {"upperNs", lower_ns + 1}};
  }
  REQUIRE(write_file(directory / artefact::verdict, verdict.dump(2)).ok());
}

/// runs/<scenario>/<stamp>/ twice, and a suite's directory that names both.
inline void store_suite(const std::filesystem::path& root) {
  store_run(root / "a/20270101T030000Z", "a", "2027-01-01T03:00:00.000Z", 1'000'000'000);
  store_run(root / "b/20270101T040000Z", "b", "2027-01-01T04:00:00.000Z", 2'000'000'000);
  Json suite = {{"trials", Json::array()}};
  for (const char* run : {"a/20270101T030000Z", "b/20270101T040000Z", "c/none"})
    suite["trials"].push_back({{"directory", (root / run).string()}});
  suite["trials"].push_back({{"directory", ""}});
  REQUIRE(write_file(root / "suite-s/20270101T030000Z" / artefact::suite, suite.dump()).ok());
}

}  // namespace hadrill::test
