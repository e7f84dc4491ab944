#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "check/verdict.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/workbench.hpp"
#include "fault/catalogue.hpp"
#include "history/sample_stream.hpp"
#include "report/sample_table.hpp"
#include "run/judge_directory.hpp"
#include "run/run_directory.hpp"

namespace hadrill::cli {
namespace {

namespace fs = std::filesystem;

/// Names of the YAML files in `folder`, without the ending.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, missing)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void print_list(const char* title, const std::vector<std::string>& names) {
  fmt::print("{}:\n", title);
  for (const std::string& name : names) fmt::print("  {}\n", name);
}

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
  return {fault_names(), names_in(options.home / "kind-configs" / "topologies")};
}

Result<Scenario> find_scenario(const Options& options) {
  fs::path path = options.scenario;
  if (!fs::exists(path)) {
    const fs::path named = options.home / "scenarios" / (options.scenario + ".yaml");
    if (!fs::exists(named)) {
      return usage_error("scenario", fmt::format("neither a file nor a scenario in {}: \"{}\"; there are: {}",
                                                 (options.home / "scenarios").string(), options.scenario,
                                                 fmt::join(names_in(options.home / "scenarios"), ", ")));
    }
    path = named;
  }
  return load_scenario_file(path, capabilities(options));
}

Outcome judge(const Options& options) {
  const auto judged = judge_directory(options.directory, isatty(STDOUT_FILENO) == 1);
  if (!judged.ok()) return judged.error();
  fmt::print("{}", judged->summary);
  return hadrill::exit_code(judged->verdict);
}

Outcome export_samples(const Options& options) {
  const auto samples = SampleFile::open(options.directory / artefact::samples);
  if (!samples.ok()) return samples.error();
  const SampleTable table((*samples)->header(), options.csv ? TableFormat::csv : TableFormat::jsonl);
  TextSink sink(options.output);
  const Status written = write_rows(**samples, table, sink);
  if (!written.ok()) return sink.nobody_listens() ? Outcome(exit_code::pass) : Outcome(written.error());
  if (const std::size_t torn = (*samples)->dropped_bytes(); torn > 0) {
    fmt::print(stderr, "{}: the last sample was torn: {} bytes left out\n",
               (options.directory / artefact::samples).string(), torn);
  }
  return exit_code::pass;
}

Outcome validate(const Options& options) {
  int worst = exit_code::pass;
  for (const std::string& file : options.files) {
    const auto scenario = load_scenario_file(file, capabilities(options));
    if (scenario.ok()) {
      fmt::print("{}: fine\n", file);
    } else {
      fmt::print(stderr, "error: {}\n", scenario.error().text());
      worst = exit_code_of(scenario.error().kind);
    }
  }
  return worst;
}

Outcome list(const Options& options) {
  print_list("scenarios", names_in(options.home / "scenarios"));
  print_list("topologies", names_in(options.home / "kind-configs" / "topologies"));
  print_list("faults", fault_names());
  return exit_code::pass;
}

}  // namespace hadrill::cli
