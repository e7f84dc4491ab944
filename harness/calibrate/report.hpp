// Owns what is left of a calibration: a table for people, calibration.json for runs.
#pragma once

#include <filesystem>
#include <string>

#include "base/json.hpp"
#include "calibrate/calibration.hpp"
#include "check/judge.hpp"

namespace hadrill::calibrate {

/// Name of the file.
inline constexpr const char* kCalibrationFile = "calibration.json";

/// The lines of one case, with line ends: what it is about, and whatever did not pass.
std::string table_of(const CaseReport& one);
/// The line above the first case, with its line end.
std::string table_head();
/// What all of it says, one or two sentences.
std::string conclusion(const Report& report);

/// reports/schema/calibration.schema.json.
Json calibration_json(const Report& report);

/// 0 every case passed, 2 the instrument was disturbed, 1 else.
int exit_code(const Report& report);

/// From a calibration.json. nullopt: there is none, it cannot be read, or it says that the instrument measures wrongly.
std::optional<hadrill::Calibration> read_calibration(const std::filesystem::path& path);

}  // namespace hadrill::calibrate
