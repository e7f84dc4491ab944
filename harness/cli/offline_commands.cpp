#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>

#include "check/verdict.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/workbench.hpp"
#include "document/yaml_files.hpp"
#include "fault/catalogue.hpp"
#include "history/event_log.hpp"
#include "history/sample_stream.hpp"
#include "history/servers_seen.hpp"
#include "live/terminal.hpp"
#include "report/sample_table.hpp"
#include "run/judge_directory.hpp"
#include "run/run_directory.hpp"
#include "scenario/pace.hpp"

namespace hadrill::cli {
namespace {

namespace fs = std::filesystem;

/// Where exported lines go: a file, or standard output.
class TextSink {
 public:
  explicit TextSink(const fs::path& path)
      : path_(path.empty() ? "standard output" : path.string()),
        file_(path.empty() ? stdout : std::fopen(path.c_str(), "wbe")) {}
  ~TextSink() {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  }
  TextSink(const TextSink&) = delete;
  TextSink& operator=(const TextSink&) = delete;

  Status write(const std::string& text) {
    if (file_ == nullptr || std::fwrite(text.data(), 1, text.size(), file_) != text.size()) return failure();
    return Ok{};
  }
  Status finish() {
    const bool written = file_ != nullptr && std::fflush(file_) == 0;
    return written ? Status(Ok{}) : Status(failure());
  }
  /// Whoever read had enough: `hadrill export ... | head`.
  bool nobody_listens() const { return broken_pipe_; }

 private:
  Error failure() {
    broken_pipe_ = errno == EPIPE;
    return infrastructure_error(path_, fmt::format("cannot be written: {}", std::strerror(errno)));
  }
  std::string path_;
  std::FILE* file_;
  bool broken_pipe_ = false;
};

/// Servers that gave themselves a name, by their numbers. A run whose events cannot be read has samples all the same.
std::map<std::uint16_t, std::string> names_of_servers(const fs::path& directory) {
  const auto log = read_events(directory / artefact::events);
  return log.ok() ? servers_seen(*log) : std::map<std::uint16_t, std::string>();
}

Status write_rows(SampleStream& samples, const SampleTable& table, TextSink& sink) {
  std::string lines = table.head();
  for (;;) {
    if (const Status written = sink.write(lines); !written.ok()) return written;
    lines.clear();
    const auto block = samples.next();
    if (!block.ok()) return block.error();
    if (block->empty()) return sink.finish();
    for (const Sample& sample : *block) table.append(sample, lines);
  }
}

}  // namespace

Capabilities capabilities(const Options& options) {
  return {fault_names(), yaml_names(options.home / "kind-configs" / "topologies")};
}

Result<fs::path> find_file(const char* kind, const std::string& wanted, const fs::path& folder) {
  if (fs::exists(wanted) && !fs::is_directory(wanted)) return fs::path(wanted);
  const fs::path named = folder / (wanted + ".yaml");
  if (fs::exists(named)) return named;
  return usage_error(kind, fmt::format("neither a file nor a {} in {}: \"{}\"; there are: {}", kind, folder.string(),
                                       wanted, fmt::join(yaml_names(folder), ", ")));
}

Result<Scenario> find_scenario(const Options& options) {
  const auto path = find_file("scenario", options.scenario, options.home / "scenarios");
  if (!path.ok()) return path.error();
  auto scenario = load_scenario_file(*path, capabilities(options));
  if (scenario.ok()) set_pace(*scenario, options.pace);
  return scenario;
}

/// Of samples: reading, judging and drawing more than this is not done at once (docs/benchmarks.md).
constexpr std::uintmax_t kTakesAWhile = 50'000'000;

/// Says what is done when it is not done at once.
void tell_size(const char* what, const fs::path& directory) {
  std::error_code unknown;
  const std::uintmax_t size = fs::file_size(directory / artefact::samples, unknown);
  if (unknown || size < kTakesAWhile) return;
  progress(fmt::format("{} {}: {} MB of samples", what, directory.string(), size / 1'000'000));
}

Outcome judge(const Options& options) {
  tell_size("judging", options.directory);
  const auto judged = judge_directory(options.directory, live::colour_on_output());
  if (!judged.ok()) return judged.error();
  fmt::print("{}", judged->summary);
  return hadrill::exit_code(judged->verdict);
}

Outcome export_samples(const Options& options) {
  const auto samples = SampleFile::open(options.directory / artefact::samples);
  if (!samples.ok()) return samples.error();
  const SampleTable table((*samples)->header(), options.csv ? TableFormat::csv : TableFormat::jsonl,
                          names_of_servers(options.directory));
  if (!options.output.empty()) tell_size("exporting", options.directory);
  TextSink sink(options.output);
  const Status written = write_rows(**samples, table, sink);
  if (!written.ok()) return sink.nobody_listens() ? Outcome(exit_code::pass) : Outcome(written.error());
  if (const std::size_t torn = (*samples)->dropped_bytes(); torn > 0) {
    fmt::print(stderr, "{}: the last sample was torn: {} bytes left out\n",
               (options.directory / artefact::samples).string(), torn);
  }
  return exit_code::pass;
}

namespace {

/// The file that `wanted` means: its path, or the name of a scenario or suite.
Result<fs::path> file_to_validate(const std::string& wanted, const fs::path& scenarios) {
  if (fs::exists(scenarios / "suites" / (wanted + ".yaml")) && !fs::exists(wanted))
    return find_file("suite", wanted, scenarios / "suites");
  return find_file("scenario", wanted, scenarios);
}

/// A suite when it says so, else a scenario; nullopt when it is fine.
std::optional<Error> problems_of(const std::string& file, const Capabilities& known) {
  const auto text = read_file(file);
  if (text.ok() && text->find("\nkind: Suite\n") != std::string::npos) {
    const auto suite = load_suite(*text, file);
    return suite.ok() ? std::nullopt : std::optional(suite.error());
  }
  const auto scenario = load_scenario_file(file, known);
  return scenario.ok() ? std::nullopt : std::optional(scenario.error());
}

}  // namespace

Outcome validate(const Options& options) {
  int worst = exit_code::pass;
  for (const std::string& file : options.files) {
    const auto path = file_to_validate(file, options.home / "scenarios");
    const auto problems = path.ok() ? problems_of(*path, capabilities(options)) : std::optional<Error>(path.error());
    if (problems) {
      fmt::print(stderr, "error: {}\n", problems->text());
      worst = exit_code_of(problems->kind);
    } else {
      fmt::print("{}: fine\n", file);
    }
  }
  return worst;
}

}  // namespace hadrill::cli
