// Owns where a run's artefacts lie: runs/<scenario>/<utc>/ and the link `latest` beside it.
#pragma once

#include <filesystem>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace hadrill {

/// Names of the artefacts, most of them inside a run directory.
namespace artefact {
inline constexpr const char* scenario = "scenario.yaml";
inline constexpr const char* environment = "environment.json";
inline constexpr const char* events = "events.jsonl";
inline constexpr const char* samples = "samples.bin";
inline constexpr const char* operations = "operations.jsonl";
inline constexpr const char* verdict = "verdict.json";
inline constexpr const char* junit = "junit.xml";
inline constexpr const char* summary = "summary.txt";
inline constexpr const char* report = "report.html";
inline constexpr const char* logs = "logs";
// Of a suite and of a root of runs.
inline constexpr const char* suite = "suite.json";
inline constexpr const char* suite_text = "suite.md";
inline constexpr const char* index = "index.html";
inline constexpr const char* trials = "trials.csv";
inline constexpr const char* otava = "otava";
inline constexpr const char* metrics = "metrics.prom";
inline constexpr const char* open_metrics = "metrics.om";
}  // namespace artefact

/// Whether a folder is called as a run's or a suite's directory is: "20270101T030000Z", "...-2".
bool is_run_stamp(const std::string& name);

/// Whether a run left its record here: events and scenario.
bool is_run(const std::filesystem::path& directory);

/// What a run knew of itself: its environment.json, null where it cannot be read. A history can be judged, and numbers
/// be told, without.
Json read_environment(const std::filesystem::path& directory);

/// Makes `runs`/`scenario`/`utc` (with -2, -3 ... when taken) and points `latest` at it.
Result<std::filesystem::path> make_run_directory(const std::filesystem::path& runs, const std::string& scenario,
                                                 std::int64_t realtime_ns);

/// Removes a run directory that nothing was written to, the link that points at it, and the folder above when that was
/// all in it.
void discard_if_empty(const std::filesystem::path& directory);

}  // namespace hadrill
