// Owns the cases of a calibration: what is broken, for how long, and what the instrument has to make of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/finding.hpp"
#include "calibrate/config_maps.hpp"
#include "calibrate/script.hpp"
#include "history/sample.hpp"

namespace hadrill::calibrate {

/// What the right answers of a case are about.
enum class Subject {
  nothing,   ///< nobody is hurt: not one request may be bad
  outages,   ///< how long they were
  requests,  ///< how many requests were bad
};

/// Who measures a case.
enum class Users { both, only_new, only_reused };

/// A server that is broken in one way, and those who use it.
struct OutageCase {
  std::string name;
  std::string what;  ///< in words, "refuses connections for 1.2 s"
  std::optional<Defect> defect;
  Course course;
  Subject subject = Subject::outages;
  std::vector<Outcome> seen_as = {};  ///< most of the bad requests end as one of these; empty: not asked
  Users users = Users::both;
};

/// An API that tells one lie.
struct AuditCase {
  std::string name;
  std::string what;
  Lie lie = Lie::none;
  std::optional<audit::Violation> violation = std::nullopt;  ///< what the audit has to find, once, and nothing else
};

/// SLI deadline and hard timeout of the probers.
inline constexpr Duration kDeadline = std::chrono::seconds(1);
inline constexpr Duration kTimeout = std::chrono::seconds(2);

const std::vector<OutageCase>& outage_cases();
const std::vector<AuditCase>& audit_cases();

}  // namespace hadrill::calibrate
