#include "run/index_file.hpp"

#include <algorithm>
#include <map>
#include <system_error>

#include "base/file.hpp"
#include "base/json.hpp"
#include "index/index_page.hpp"
#include "run/run_directory.hpp"
#include "run/stored_trials.hpp"
#include "scenario/load.hpp"

namespace hadrill {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuitePrefix = "suite-";

/// Directories of runs and of suites.
struct Found {
  std::vector<fs::path> runs;
  std::vector<fs::path> suites;
};

bool is_suite(const fs::path& directory) {
  const bool named = directory.parent_path().filename().string().starts_with(kSuitePrefix);
  return fs::exists(directory / artefact::suite) || (named && is_run_stamp(directory.filename().string()));
}

/// Nothing is looked for inside a run's directory: logs may be many.
Result<Found> find_below(const fs::path& root) {
  Found found;
  if (fs::exists(root / artefact::suite)) found.suites.push_back(root);
  std::error_code failed;
  fs::recursive_directory_iterator at(root, failed);
  for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    if (!at->is_directory() || at->is_symlink()) continue;
    const fs::path& directory = at->path();
    if (is_suite(directory)) {
      found.suites.push_back(directory);
    } else if (is_run(directory) || is_run_stamp(directory.filename().string())) {
      found.runs.push_back(directory);
      at.disable_recursion_pending();
    }
  }
  if (failed) return usage_error(root.string(), failed.message());
  std::sort(found.runs.begin(), found.runs.end());
  std::sort(found.suites.begin(), found.suites.end());
  return found;
}

/// Below a suite's own directory there may be no run: they lie beside it.
void add_named_runs(const fs::path& root, Found& found) {
  if (!found.runs.empty() || !fs::exists(root / artefact::suite)) return;
  if (auto named = runs_of(root); named.ok()) found.runs = std::move(*named);
}

/// "2027-01-01T03:00:00.000Z" of "20270101T030000Z", "20270101T030000Z-2".
std::string utc_of_stamp(const std::string& stamp) {
  if (!is_run_stamp(stamp)) return "";
  return stamp.substr(0, 4) + "-" + stamp.substr(4, 2) + "-" + stamp.substr(6, 2) + "T" + stamp.substr(9, 2) + ":" +
         stamp.substr(11, 2) + ":" + stamp.substr(13, 2) + ".000Z";
}

/// What is left of a run that has no verdict.
void read_remains(const fs::path& directory, index::Entry& entry) {
  entry.scenario = directory.parent_path().filename().string();
  entry.started_utc = utc_of_stamp(directory.filename().string());
  if (const auto scenario = load_scenario_file(directory / artefact::scenario, {}); scenario.ok()) {
    entry.scenario = scenario->name;
    if (scenario->topologies.size() == 1) entry.topology = scenario->topologies.front();
  }
  const Json environment = read_environment(directory);
  entry.seed = json_get<std::uint64_t>(environment, "/seed");
  entry.expected = read_expectation(environment);
  if (fs::exists(directory / artefact::events)) {
    entry.why_none = "It died or is still going on; hadrill judge makes a verdict of what is on disk";
  } else if (fs::exists(directory / artefact::logs)) {
    entry.why_none = "The cluster did not get ready: logs/ tells why";
  } else {
    entry.why_none = "It died before it began, or is about to begin";
  }
}

index::Entry read_entry(const fs::path& directory, const std::string& name) {
  index::Entry entry;
  entry.directory = name;
  entry.report = fs::exists(directory / artefact::report);
  auto trial = read_stored_trial(directory, name);
  if (!trial.ok()) {
    read_remains(directory, entry);
    if (fs::exists(directory / artefact::verdict)) entry.why_none = trial.error().message;
    return entry;
  }
  entry.scenario = trial->scenario;
  entry.topology = trial->topology;
  entry.started_utc = trial->started_utc;
  entry.seed = trial->seed;
  entry.expected = trial->expected;
  entry.stored = std::move(*trial);
  return entry;
}

/// Trials by their directory, for suites to tell more of them.
using ByPlace = std::map<fs::path, std::size_t>;

fs::path real(const fs::path& path) {
  std::error_code failed;
  return fs::weakly_canonical(path, failed);
}

/// A run of a suite: where it was, or, when all was moved, in the same place beside the suite or in its archive.
std::optional<std::size_t> find_run(const ByPlace& places, const fs::path& suite, const fs::path& named) {
  const fs::path tail = named.parent_path().filename() / named.filename();
  for (const fs::path& place : {real(suite).parent_path().parent_path() / tail, suite / "runs" / tail, named}) {
    if (const auto found = places.find(real(place)); found != places.end()) return found->second;
  }
  return std::nullopt;
}

/// A trial that a suite tells of and that has no directory. It began after `before`, the start of the one before it.
index::Entry without_directory(const Json& trial, const index::SuiteEntry& suite, const std::string& before) {
  index::Entry entry;
  entry.scenario = json_text(trial, "/scenario", "?");
  entry.topology = json_text(trial, "/topology");
  entry.started_utc = before;
  entry.expected = read_expectation(trial);
  const std::string reasons = json_text(trial, "/reasons");
  entry.why_none = "Suite " + suite.name + ": " + (reasons.empty() ? std::string("it did not begin") : reasons);
  return entry;
}

void tell_of_trials(const Json& report, const fs::path& directory, const ByPlace& places, index::Root& root,
                    index::SuiteEntry& suite) {
  std::string before = suite.started_utc;
  for (const Json& trial : json_array(report, "/trials")) {
    ++suite.trials;
    suite.good += json_get<bool>(trial, "/good").value_or(false) ? 1 : 0;
    const std::string named = json_text(trial, "/directory");
    const auto found = named.empty() ? std::nullopt : find_run(places, directory, named);
    if (!found) {
      const bool judged = !json_text(trial, "/verdict").empty();
      suite.gone += judged ? 1 : 0;
      if (!judged) root.trials.push_back(without_directory(trial, suite, before));
      continue;
    }
    index::Entry& entry = root.trials[*found];
    before = std::max(before, entry.started_utc);
    if (!entry.expected.fail) entry.expected = read_expectation(trial);
    if (entry.stored) continue;
    if (entry.topology.empty()) entry.topology = json_text(trial, "/topology");
    const std::string reasons = json_text(trial, "/reasons");
    if (!reasons.empty()) entry.why_none = reasons;
  }
}

index::SuiteEntry read_suite(const fs::path& directory, const std::string& name, const ByPlace& places,
                             index::Root& root) {
  index::SuiteEntry suite;
  suite.directory = name;
  suite.text = fs::exists(directory / artefact::suite_text);
  suite.junit = fs::exists(directory / artefact::junit);
  const std::string folder = directory.parent_path().filename().string();
  suite.name = folder.starts_with(kSuitePrefix) ? folder.substr(std::string(kSuitePrefix).size()) : folder;
  suite.started_utc = utc_of_stamp(directory.filename().string());
  const auto text = read_file(directory / artefact::suite);
  if (!text.ok()) return suite;
  const auto report = parse_json(*text, artefact::suite);
  if (!report.ok()) return suite;
  suite.name = json_text(*report, "/suite", suite.name);
  suite.started_utc = json_text(*report, "/startedUtc", suite.started_utc);
  suite.machine = json_text(*report, "/machine");
  suite.shard = json_text(*report, "/shard");
  suite.exit_code = json_get<int>(*report, "/exitCode");
  tell_of_trials(*report, directory, places, root, suite);
  return suite;
}

std::string name_from(const fs::path& path, const fs::path& root) {
  const std::string name = fs::proximate(path, root).generic_string();
  return name == "." ? "" : name;
}

}  // namespace

Result<index::Root> read_root(const fs::path& root) {
  return read_root(root, [&root](const fs::path& path) { return name_from(path, root); });
}

Result<index::Root> read_root(const fs::path& root, const NamePlace& name_of) {
  if (is_run(root)) return usage_error(root.string(), "it is a run's own directory: its report.html tells all");
  auto found = find_below(root);
  if (!found.ok()) return found.error();
  add_named_runs(root, *found);
  if (found->runs.empty() && found->suites.empty()) return usage_error(root.string(), "there is no run in it");
  index::Root out;
  ByPlace places;
  for (const fs::path& directory : found->runs) {
    places[real(directory)] = out.trials.size();
    out.trials.push_back(read_entry(directory, name_of(directory)));
  }
  for (const fs::path& directory : found->suites)
    out.suites.push_back(read_suite(directory, name_of(directory), places, out));
  out.table = fs::exists(root / artefact::trials);
  return out;
}

Result<fs::path> write_index(const fs::path& root) {
  const auto read = read_root(root);
  if (!read.ok()) return read.error();
  const fs::path path = root / artefact::index;
  if (const Status written = write_file(path, index::index_page(*read)); !written.ok()) return written.error();
  return path;
}

}  // namespace hadrill
