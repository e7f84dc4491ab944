// A stored run, read for replaying.
#pragma once

#include <filesystem>

#include "base/file.hpp"
#include "history/sample_log.hpp"
#include "live/replay.hpp"
#include "run/run_directory.hpp"
#include "scenario/load.hpp"

namespace hadrill::test {

inline Result<RunRecord> read_stored(const std::filesystem::path& directory) {
  const auto text = read_file(directory / artefact::scenario);
  if (!text.ok()) return text.error();
  auto scenario = load_scenario(*text, "scenario.yaml", {});
  if (!scenario.ok()) return scenario.error();
  auto events = read_events(directory / artefact::events);
  if (!events.ok()) return events.error();
  auto samples = read_samples(directory / artefact::samples);
  if (!samples.ok()) return samples.error();
  RunRecord record;
  record.scenario = std::move(*scenario);
  record.events = std::move(*events);
  record.samples = std::move(*samples);
  return record;
}

}  // namespace hadrill::test
