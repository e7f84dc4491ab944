#include <fmt/format.h>

#include <cstdio>

#include "base/file.hpp"
#include "calibrate/report.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/workbench.hpp"
#include "run/run_directory.hpp"

namespace hadrill::cli {
namespace {

namespace fs = std::filesystem;

/// Where runs look for it.
bool is_for_runs(const Options& options, const calibrate::Report& report) {
  const bool decided = report.judgement() != Judgement::inconclusive;
  return decided && !options.load && options.cases.empty();
}

/// `--out`, or the state folder when the result is about this machine as runs use it.
Status keep(const Options& options, const calibrate::Report& report, const fs::path& state) {
  const std::string text = calibrate::calibration_json(report).dump(2) + "\n";
  if (!options.output.empty()) return write_file(options.output, text);
  if (is_for_runs(options, report)) return write_file(state / calibrate::kCalibrationFile, text);
  progress("not kept for later runs: it does not say how well this machine measures");
  return Ok{};
}

}  // namespace

Outcome calibrate_instrument(const Options& options, Interrupt& interrupt) {
  const auto session = open_session(options, "calibrate");
  if (!session.ok()) return session.error();
  const calibrate::Wanted wanted{session->directory, seed_of(options), options.load, options.cases};
  progress(options.cases.empty() ? "calibrating: about 70 s, a line for each case"
                                 : "calibrating: some seconds for each case");
  fmt::print("{}", calibrate::table_head());
  std::fflush(stdout);
  const auto report = calibrate::calibrate(
      wanted,
      [](const calibrate::CaseReport& one) {
        fmt::print("{}", calibrate::table_of(one));
        std::fflush(stdout);
      },
      interrupt);
  if (!report.ok()) {
    discard_if_empty(session->directory);
    return report.error();
  }
  fmt::print("{}\nhistories: {}\n", calibrate::conclusion(*report), session->directory.string());
  const std::string text = calibrate::calibration_json(*report).dump(2) + "\n";
  if (const Status written = write_file(session->directory / calibrate::kCalibrationFile, text); !written.ok())
    return written.error();
  if (const Status kept = keep(options, *report, session->bench->state()); !kept.ok()) return kept.error();
  return calibrate::exit_code(*report);
}

}  // namespace hadrill::cli
