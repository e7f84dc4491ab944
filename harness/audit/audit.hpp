// Owns the way from what was done to our objects to what it proves about the cluster. Pure: the same history gives the
// same result.
#pragma once

#include "audit/coverage.hpp"
#include "audit/finding.hpp"
#include "audit/watches.hpp"
#include "base/json.hpp"
#include "check/verdict.hpp"

namespace hadrill::audit {

struct AuditLimits {
  WatchLimits watch;
  Floors floors;
};

struct AuditResult {
  FindingList findings;
  Coverage coverage;
  std::vector<WatcherResult> watchers;
  std::vector<std::string> missing;  ///< below the floors; then the absence of findings proves nothing

  /// fail with any finding; else error with anything missing; else pass.
  Judgement judgement() const;
};

AuditResult audit(const OperationHistory& history, const AuditLimits& limits = {});

/// The result as findings of a verdict: "audit.writes", "audit.watches" and "audit.coverage", which say what passed
/// with its numbers, and in place of the first two one "audit.VIOLATION" for each kind that was found, with its first
/// examples. Name by `history`, from which it came.
std::vector<Finding> verdict_findings(const AuditResult& result, const OperationHistory& history);

/// The same as numbers: {"judgement", "coverage", "watchers", "findings"}, durations in ns. docs/audit.md, "Numbers".
Json audit_json(const AuditResult& result, const OperationHistory& history);

/// Of a history that cannot be read: one error.
std::vector<Finding> unreadable(const Error& error);

}  // namespace hadrill::audit
