// Owns what a suite file says: which scenarios are run, in which order, how often.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "scenario/expectation.hpp"

namespace hadrill {

/// One scenario of a suite.
struct SuiteRun {
  std::string scenario;
  std::string topology;  ///< "" for the first one that the scenario fits
  int trials = 1;
  Expectation expected;

  friend bool operator==(const SuiteRun&, const SuiteRun&) = default;
};

struct Suite {
  std::string name;
  std::string description;
  std::vector<SuiteRun> runs;  ///< never empty

  friend bool operator==(const Suite&, const Suite&) = default;
};

/// scenarios/schema/suite.schema.json as it was when this library was built.
std::string_view suite_schema_text();

/// Parses and checks the text of a suite file; `file` is used in messages. Whether the scenarios exist is not looked
/// at. Error: usage, every problem with its line and column. Never throws.
Result<Suite> load_suite(std::string_view text, const std::string& file);

Result<Suite> load_suite_file(const std::filesystem::path& path);

}  // namespace hadrill
