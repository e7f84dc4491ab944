// Owns what index.html knows of a root: its trials, those without a verdict included, and its suites. Data only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trend/trial.hpp"

namespace hadrill::index {

/// One trial: judged, or what is left of one that was not.
struct Entry {
  std::string scenario;
  std::string topology;                      ///< "" unknown
  std::string started_utc;                   ///< as trend::StoredTrial has it; "" unknown
  std::string directory;                     ///< from the page, with "/" between folders; "" there is none
  std::optional<trend::StoredTrial> stored;  ///< nullopt: it has no verdict
  std::string why_none;                      ///< why it has none
  std::optional<std::uint64_t> seed;
  Expectation expected;  ///< how it has to end
  bool report = false;   ///< its directory has a report.html
};

/// One execution of a suite, or of a part of it.
struct SuiteEntry {
  std::string name;
  std::string started_utc;
  std::string directory;         ///< as Entry::directory
  std::string machine;           ///< in words
  std::string shard;             ///< "2/4"; "" all of it
  std::size_t trials = 0;        ///< that it has told of
  std::size_t good = 0;          ///< of those, that ended as they should
  std::size_t gone = 0;          ///< of those, whose directory is not there any more
  std::optional<int> exit_code;  ///< the worst of its trials'; nullopt: there is no suite.json
  bool text = false;             ///< suite.md is there
  bool junit = false;            ///< junit.xml is there
};

/// All that lies below a root.
struct Root {
  std::vector<Entry> trials;
  std::vector<SuiteEntry> suites;
  bool table = false;  ///< trials.csv is there
};

}  // namespace hadrill::index
