// make_browser_runs DIR: run directories of made-up runs below DIR, as runs leave them: scenario.yaml, events.jsonl,
// samples.bin. Verdicts: pass, fail, inconclusive, aborted, error; and hostile, half-an-hour, failover, worker-lost.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/file.hpp"
#include "history/event_log.hpp"
#include "history/sample_log.hpp"
#include "page/stories.hpp"
#include "run/run_directory.hpp"
#include "scenario/load.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

namespace fs = std::filesystem;

/// A whole scenario around the promises of a story, which knows no more than those.
Result<Scenario> whole_scenario(const Scenario& story) {
  auto scenario = load_scenario_file(fs::path(HADRILL_SOURCE_DIR) / "scenarios/apiserver-kill.yaml", {});
  if (!scenario.ok()) return scenario.error();
  const auto known = [&scenario](const Slo& slo) {
    const auto& probers = scenario->probers;
    return slo.sli.prober.empty() || slo.sli.prober == "api" || slo.sli.kind == SliRef::Kind::failover ||
           std::any_of(probers.begin(), probers.end(),
                       [&slo](const ProberSpec& one) { return one.name == slo.sli.prober; });
  };
  scenario->name = story.name;
  if (!story.description.empty()) scenario->description = story.description;
  scenario->topologies = {"stacked"};
  scenario->slos = story.slos;
  std::erase_if(scenario->slos,
                [&known](const Slo& slo) { return !known(slo) || slo.sli.kind == SliRef::Kind::leader_works; });
  return scenario;
}

Status write_run(const fs::path& directory, RunRecord record) {
  const auto scenario = whole_scenario(record.scenario);
  if (!scenario.ok()) return scenario.error();
  const Status yaml = write_file(directory / artefact::scenario, resolved_yaml(*scenario));
  if (!yaml.ok()) return yaml;
  auto events = EventWriter::create(directory / artefact::events);
  if (!events.ok()) return events.error();
  for (const Event& event : record.events.events) {
    if (const Status written = events->write(event); !written.ok()) return written;
  }
  auto samples = SampleWriter::create(directory / artefact::samples, record.samples.header);
  if (!samples.ok()) return samples.error();
  auto& all = record.samples.samples;
  std::stable_sort(all.begin(), all.end(), [](const Sample& a, const Sample& b) {
    return std::max(a.done, a.scheduled) < std::max(b.done, b.scheduled);
  });
  for (const Sample& sample : all) {
    if (const Status written = samples->write(sample); !written.ok()) return written;
  }
  return samples->flush();
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 64;
  auto runs = golden_runs();
  runs["hostile"] = hostile_run();
  runs["half-an-hour"] = long_run();
  runs["worker-lost"] = worker_lost_run();
  for (auto& [name, record] : runs) {
    const Status written = write_run(fs::path(arguments[1]) / name, std::move(record));
    if (written.ok()) continue;
    std::fprintf(stderr, "%s: %s\n", name.c_str(), written.error().text().c_str());
    return 5;
  }
  return 0;
}
