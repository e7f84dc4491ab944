// Owns a case's verdict: everything the instrument said about it, held against the truth. Pure.
#pragma once

#include <string>
#include <vector>

#include "calibrate/assess.hpp"
#include "calibrate/run_case.hpp"

namespace hadrill::calibrate {

/// One number, or one statement, of one case.
struct Row {
  std::string about;     ///< a prober, or "audit"
  std::string quantity;  ///< "longest outage", "bad requests", ...
  std::string truth;     ///< as text
  std::string measured;  ///< as text
  Assessment assessment;
  bool beside = false;  ///< worth a line to people only when it did not pass
};

std::vector<Row> compare(const OutageCase& one, const CaseRun& run);
std::vector<Row> compare(const AuditCase& one, const CaseRun& run);

/// Whether instrument and reference were undisturbed.
Conditions conditions_of(const CaseRun& run);

}  // namespace hadrill::calibrate
