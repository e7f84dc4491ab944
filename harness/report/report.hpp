// Owns how a verdict reads: for programs (JSON), for CI (JUnit XML), for people (terminal). Returns text, writes
// nothing.
#pragma once

#include <string>

#include "base/json.hpp"
#include "check/judge.hpp"

namespace hadrill {

/// "hadrill/verdict/v1", reports/schema/verdict.schema.json. Depends on nothing but its arguments.
Json verdict_json(const Verdict& verdict, const RunContext& run);

/// One testsuite with a testcase per finding (SLOs, phases, gates) and one for cleanup (report/junit.hpp). Only pass is
/// green: fail and inconclusive are failures (told apart by `type`), aborted and error are errors, not owed and not
/// reached are skipped with the reason.
std::string junit_xml(const Verdict& verdict, const RunContext& run);

/// At most 100 columns (colour codes not counted); ends with a line end.
std::string terminal_summary(const Verdict& verdict, const RunContext& run, bool colour);

}  // namespace hadrill
