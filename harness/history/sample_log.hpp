// Owns samples.bin: written while a run goes on, readable after any end of it. Format: docs/history-format.md.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "history/append_file.hpp"
#include "history/sample.hpp"
#include "history/sample_header.hpp"

namespace hadrill {

/// A file read back whole. `dropped_bytes` > 0: the last record was torn by a crash and left out.
struct SampleLog {
  SampleHeader header;
  std::vector<Sample> samples;  ///< in the order requests ended
  std::size_t dropped_bytes = 0;
};

/// Appends samples. Used from one thread. Records reach the kernel after at most kFlushEvery of them, so a harness that
/// is killed loses at most that many.
class SampleWriter {
 public:
  static constexpr std::size_t kFlushEvery = 20;

  /// Error: infrastructure when the file cannot be made; then there is none.
  static Result<SampleWriter> create(const std::filesystem::path& path, const SampleHeader& header);
  SampleWriter(SampleWriter&& other) noexcept = default;
  SampleWriter& operator=(SampleWriter&& other) noexcept;
  ~SampleWriter();
  SampleWriter(const SampleWriter&) = delete;
  SampleWriter& operator=(const SampleWriter&) = delete;

  /// Error: infrastructure, e.g. a full disk. The file then ends with the last record that went in whole, every later
  /// call returns the same error, and nothing more is written: a history with a hole must not look like a whole one.
  Status write(const Sample& sample);
  Status flush();

 private:
  explicit SampleWriter(AppendFile file) : file_(std::move(file)) {}
  AppendFile file_;
  std::string buffer_;
};

/// Reads a whole file. Error: not a sample file, or a damaged record before the last one (its index in the message).
Result<SampleLog> read_samples(const std::filesystem::path& path);
/// The same for bytes in memory; `where` names them in errors. Never fails in another way, whatever the bytes.
Result<SampleLog> parse_samples(std::string_view bytes, const std::string& where);

}  // namespace hadrill
