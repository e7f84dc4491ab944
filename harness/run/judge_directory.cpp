#include "run/judge_directory.hpp"

#include "base/file.hpp"
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

Result<RunRecord> read_run(const fs::path& directory) {
  if (!fs::is_directory(directory)) return usage_error(directory.string(), "not a run directory");
  auto scenario = stored_scenario(directory / artefact::scenario);
  if (!scenario.ok()) return scenario.error();
  auto events = read_events(directory / artefact::events);
  if (!events.ok()) return events.error();
  RunRecord run{std::move(*scenario), {}, std::move(*events)};
  // A run that ended before its first probe has no samples; the judge knows what that means.
  if (fs::exists(directory / artefact::samples)) {
    auto samples = read_samples(directory / artefact::samples);
    if (!samples.ok()) return samples.error();
    run.samples = std::move(*samples);
  }
  return run;
}

}  // namespace

Result<Judged> judge_directory(const fs::path& directory, bool colour) {
  const auto run = read_run(directory);
  if (!run.ok()) return run.error();
  Judged judged{judge(*run), {}};
  judged.summary = terminal_summary(judged.verdict, *run, colour);
  for (const auto& [name, content] : {std::pair{artefact::verdict, verdict_json(judged.verdict, *run).dump(2) + "\n"},
                                      std::pair{artefact::junit, junit_xml(judged.verdict, *run)},
                                      std::pair{artefact::summary, terminal_summary(judged.verdict, *run, false)}}) {
    if (const Status written = write_file(directory / name, content); !written.ok()) return written.error();
  }
  return judged;
}

}  // namespace hadrill
