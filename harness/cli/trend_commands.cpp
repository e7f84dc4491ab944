// hadrill trials, metrics, index and bundle: what is made of stored trials for other programs and other places.
#include <fmt/format.h>

#include "archive/archive.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/workbench.hpp"
#include "run/bundle.hpp"
#include "run/index_file.hpp"
#include "run/run_directory.hpp"
#include "run/trend_files.hpp"

namespace hadrill::cli {

namespace fs = std::filesystem;

namespace {

/// More than a run leaves: packing them takes a while.
constexpr std::size_t kManyFiles = 20;

}  // namespace

Outcome write_trials(const Options& options) {
  for (const std::string& root : options.files) {
    const auto written = hadrill::write_trials(root);
    if (!written.ok()) return written.error();
    for (const trend::Excluded& trial : written->unread)
      fmt::print(stderr, "left out: {}: {}\n", trial.directory, trial.reason);
    fmt::print("{}: {} trials\n", (fs::path(root) / artefact::trials).string(), written->trials.size());
  }
  return exit_code::pass;
}

Outcome write_metrics(const Options& options) {
  const fs::path into = options.output.empty() ? options.directory : options.output;
  if (const Status written = hadrill::write_metrics(options.directory, into); !written.ok()) return written.error();
  fmt::print("{}\n", (into / artefact::metrics).string());
  return exit_code::pass;
}

Outcome write_index(const Options& options) {
  const auto written = hadrill::write_index(options.runs);
  if (!written.ok()) return written.error();
  fmt::print("{}\n", written->string());
  return exit_code::pass;
}

Outcome bundle(const Options& options) {
  const auto entries = bundle_entries(options.directory, options.samples);
  if (!entries.ok()) return entries.error();
  const fs::path path = options.output.empty() ? fs::path(bundle_name(options.directory) + ".tar.gz") : options.output;
  if (entries->size() > kManyFiles) progress(fmt::format("packing {} files into {}", entries->size(), path.string()));
  if (const Status written = write_archive(path, *entries); !written.ok()) return written.error();
  fmt::print("{}: {} files\n", path.string(), entries->size());
  return exit_code::pass;
}

}  // namespace hadrill::cli
