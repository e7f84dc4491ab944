// Owns a whole calibration: every case, one after the other, and what comes of all of them.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "calibrate/compare.hpp"

namespace hadrill::calibrate {

struct CaseReport {
  std::string name;
  std::string what;
  std::vector<Row> rows;
  Judgement judgement = Judgement::error;  ///< the worst of its rows
  Duration lateness{};                     ///< Conditions::lateness
};

struct Report {
  std::int64_t began_realtime_ns = 0;
  std::uint64_t seed = 0;
  bool load = false;      ///< with the machine busy on purpose
  bool realtime = false;  ///< threads that must not be late ran before all ordinary ones
  std::vector<CaseReport> cases;

  /// The worst of its cases; error without any.
  Judgement judgement() const;
  /// The most by which the length of an outage was measured wrongly; nullopt: none was measured.
  std::optional<Duration> error() const;
};

struct Wanted {
  std::filesystem::path directory;  ///< gets a folder with the history of each case
  std::uint64_t seed = 0;           ///< of the probers' slots
  bool load = false;
  std::vector<std::string> only = {};  ///< names of cases; empty: all
};

/// `told`: each case when it is done. Error: usage for a case that there is not, infrastructure, interrupted.
Result<Report> calibrate(const Wanted& wanted, const std::function<void(const CaseReport&)>& told,
                         const Interrupt& interrupt);

}  // namespace hadrill::calibrate
