// Owns trials.csv: every trial of a root, a row per SLI, for spreadsheets and data frames. Pure.
#pragma once

#include <string>
#include <vector>

#include "trend/trial.hpp"

namespace hadrill::trend {

/// One field of RFC 4180: quoted where it has to be.
std::string csv_field(const std::string& text);

/// Seconds or a ratio with nanoseconds' precision, without superfluous zeros; "" for a bound that is not known.
std::string csv_number(std::optional<double> value);

/// With a line of names; columns: docs/ci.md, "trials.csv". The same trials give the same bytes, in whatever order they
/// come. A trial without a measured SLI has one row, so that it is not missed.
std::string trials_csv(std::vector<StoredTrial> trials);

}  // namespace hadrill::trend
