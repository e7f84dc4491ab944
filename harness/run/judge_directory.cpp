#include "run/judge_directory.hpp"

#include <map>
#include <sstream>

#include "audit/audit.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "history/operation_log.hpp"
#include "page/report_page.hpp"
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

/// What the run knew of its instrument; nullopt: "not calibrated".
std::optional<Calibration> read_calibration(const Json& environment) {
  const auto error = json_natural(environment, "/calibration/errorNs");
  if (!error) return std::nullopt;
  return Calibration{Duration(*error), json_text(environment, "/calibration/at", "at an unknown time")};
}

/// What became of objects of ours.
struct Audited {
  std::vector<Finding> findings;  ///< none when a run had no objects
  std::vector<Counterexample> counterexamples;
};

/// The first few of each kind, with the lines that prove them.
std::vector<Counterexample> counterexamples_of(const audit::AuditResult& result, const fs::path& path) {
  constexpr std::size_t kShown = 3;
  std::vector<Counterexample> shown;
  if (result.findings.total() == 0) return shown;
  const auto text = read_file(path);
  if (!text.ok()) return shown;
  std::map<std::uint32_t, std::string> lines;
  std::map<audit::Violation, std::size_t> of_kind;
  for (const audit::AuditFinding& finding : result.findings.examples()) {
    for (const std::uint32_t line : finding.lines) lines.try_emplace(line);
  }
  std::istringstream stream(*text);
  std::string line;
  for (std::uint32_t number = 1; std::getline(stream, line); ++number) {
    if (const auto wanted = lines.find(number); wanted != lines.end()) wanted->second = line;
  }
  for (const audit::AuditFinding& finding : result.findings.examples()) {
    if (++of_kind[finding.violation] > kShown) continue;
    Counterexample& example = shown.emplace_back();
    example.finding = "audit." + audit::to_string(finding.violation);
    example.text = finding.text;
    for (const std::uint32_t number : finding.lines) example.lines.emplace_back(number, lines[number]);
  }
  return shown;
}

Audited audit_operations(const fs::path& path) {
  if (!fs::exists(path)) return {};
  const auto history = read_operations(path);
  if (!history.ok()) return {audit::unreadable(history.error()), {}};
  const audit::AuditResult result = audit::audit(*history);
  return {audit::verdict_findings(result, *history), counterexamples_of(result, path)};
}

struct StoredRun {
  RunContext run;
  PageExtras extras;
};

Result<StoredRun> read_run(const fs::path& directory) {
  if (!fs::is_directory(directory)) return usage_error(directory.string(), "not a run directory");
  auto scenario = stored_scenario(directory / artefact::scenario);
  if (!scenario.ok()) return scenario.error();
  auto events = read_events(directory / artefact::events);
  if (!events.ok()) return events.error();
  Json environment = read_environment(directory);
  Audited audited = audit_operations(directory / artefact::operations);
  const auto calibration = read_calibration(environment);
  return StoredRun{{std::move(*scenario), std::move(*events), calibration, std::move(audited.findings)},
                   {std::move(environment), std::move(audited.counterexamples)}};
}

Result<std::unique_ptr<SampleStream>> open_samples(const fs::path& path) {
  // A run that ended before its first probe has no samples; the judge knows what that means.
  static const SampleLog nothing;
  if (!fs::exists(path)) return std::unique_ptr<SampleStream>(std::make_unique<MemorySamples>(nothing));
  auto file = SampleFile::open(path);
  if (!file.ok()) return file.error();
  return std::unique_ptr<SampleStream>(std::move(*file));
}

}  // namespace

Result<Judged> judge_directory(const fs::path& directory, bool colour) {
  const auto stored = read_run(directory);
  if (!stored.ok()) return stored.error();
  const RunContext& run = stored->run;
  const auto samples = open_samples(directory / artefact::samples);
  if (!samples.ok()) return samples.error();
  auto verdict = judge(run, **samples);
  if (!verdict.ok()) return verdict.error();
  auto page = report_page(run, *verdict, **samples, stored->extras);
  if (!page.ok()) return page.error();
  Judged judged{std::move(*verdict), {}, {}};
  judged.summary = terminal_summary(judged.verdict, run, colour);
  judged.junit = junit_suite(judged.verdict, run);
  for (const auto& [name, content] : {std::pair{artefact::verdict, verdict_json(judged.verdict, run).dump(2) + "\n"},
                                      std::pair{artefact::junit, junit_document(run.scenario.name, {judged.junit})},
                                      std::pair{artefact::summary, terminal_summary(judged.verdict, run, false)},
                                      std::pair{artefact::report, std::move(*page)}}) {
    if (const Status written = write_file(directory / name, content); !written.ok()) return written.error();
  }
  return judged;
}

}  // namespace hadrill
