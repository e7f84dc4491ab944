#include "run/judge_directory.hpp"

#include "audit/audit.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "history/operation_log.hpp"
#include "report/report.hpp"
#include "run/run_directory.hpp"
#include "scenario/load.hpp"

namespace hadrill {
namespace {

namespace fs = std::filesystem;

/// A stored scenario was checked when it ran: what it names need not exist here any more.
Result<Scenario> stored_scenario(const fs::path& path) {
  const auto text = read_file(path);
  if (!text.ok()) return text.error();
  return load_scenario(*text, path.string(), Capabilities{});
}

/// What the run knew of its instrument. A history can be judged without: then it is "not calibrated".
std::optional<Calibration> read_calibration(const fs::path& path) {
  const auto text = read_file(path);
  if (!text.ok()) return std::nullopt;
  const auto environment = parse_json(*text, path.string());
  if (!environment.ok()) return std::nullopt;
  const auto error = json_natural(*environment, "/calibration/errorNs");
  if (!error) return std::nullopt;
  return Calibration{Duration(*error), json_text(*environment, "/calibration/at", "at an unknown time")};
}

/// What became of objects of ours; nothing when a run had none.
std::vector<Finding> audit_operations(const fs::path& path) {
  if (!fs::exists(path)) return {};
  const auto history = read_operations(path);
  if (!history.ok()) return audit::unreadable(history.error());
  return audit::verdict_findings(audit::audit(*history), *history);
}

Result<RunContext> read_run(const fs::path& directory) {
  if (!fs::is_directory(directory)) return usage_error(directory.string(), "not a run directory");
  auto scenario = stored_scenario(directory / artefact::scenario);
  if (!scenario.ok()) return scenario.error();
  auto events = read_events(directory / artefact::events);
  if (!events.ok()) return events.error();
  return RunContext{std::move(*scenario), std::move(*events), read_calibration(directory / artefact::environment),
                    audit_operations(directory / artefact::operations)};
}

Result<Verdict> judge_samples(const RunContext& run, const fs::path& path) {
  // A run that ended before its first probe has no samples; the judge knows what that means.
  if (!fs::exists(path)) {
    const SampleLog nothing;
    MemorySamples none(nothing);
    return judge(run, none);
  }
  const auto samples = SampleFile::open(path);
  if (!samples.ok()) return samples.error();
  return judge(run, **samples);
}

}  // namespace

Result<Judged> judge_directory(const fs::path& directory, bool colour) {
  const auto run = read_run(directory);
  if (!run.ok()) return run.error();
  auto verdict = judge_samples(*run, directory / artefact::samples);
  if (!verdict.ok()) return verdict.error();
  Judged judged{std::move(*verdict), {}};
  judged.summary = terminal_summary(judged.verdict, *run, colour);
  for (const auto& [name, content] : {std::pair{artefact::verdict, verdict_json(judged.verdict, *run).dump(2) + "\n"},
                                      std::pair{artefact::junit, junit_xml(judged.verdict, *run)},
                                      std::pair{artefact::summary, terminal_summary(judged.verdict, *run, false)}}) {
    if (const Status written = write_file(directory / name, content); !written.ok()) return written.error();
  }
  return judged;
}

}  // namespace hadrill
