// Owns the parts of the summary about time: T0 to T6, the worst windows, what was not owed. Lines of at most 100
// columns.
#pragma once

#include <string>

#include "check/verdict.hpp"
#include "report/facts.hpp"

namespace hadrill {

/// "+1.204 s", "-0.010 s".
std::string offset_text(Instant at, Instant origin);
/// "T0+1.204 s"; "the beginning" and "the end" where nothing was seen before or after.
std::string since_t0_text(Instant at, Instant t0);

/// T0 to T6.
std::string course_text(const Verdict& verdict, const RunFacts& facts);
/// W1 to W13: what became of the workloads that were asked; "" where nothing changed.
std::string workload_text(const Verdict& verdict);
/// A row of worst availabilities per user-facing prober, and one for all behind the load balancer; "" without any.
std::string worst_windows_text(const Verdict& verdict);
/// Which stretches of the window were not owed, and why; "" for none.
std::string not_owed_text(const Verdict& verdict);

}  // namespace hadrill
