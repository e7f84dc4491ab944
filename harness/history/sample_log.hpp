// Owns samples.bin: written while a run goes on, readable after any end of it. Format: docs/history-format.md.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "history/sample.hpp"

namespace hadrill {

/// One row of the prober table: what Sample::prober points at.
struct ProberInfo {
  std::string name;        ///< "api.read.new", or "api.direct.NODE"
  std::string endpoint;    ///< node name of what it reaches
  std::string through;     ///< "load-balancer" or "each-api-server"
  std::string connection;  ///< "new" or "reused"
  Duration period{};
  Duration deadline{};
  Duration timeout{};

  bool through_load_balancer() const { return through == "load-balancer"; }
};

struct SampleHeader {
  std::vector<ProberInfo> probers;
  ClockPair clock;  ///< read when the file was made
};

/// A file read back. `dropped_bytes` > 0: the last record was torn by a crash and left out.
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

  /// Error: infrastructure when the file cannot be made.
  static Result<SampleWriter> create(const std::filesystem::path& path, const SampleHeader& header);
  SampleWriter(SampleWriter&& other) noexcept;
  SampleWriter& operator=(SampleWriter&& other) noexcept;
  ~SampleWriter();
  SampleWriter(const SampleWriter&) = delete;
  SampleWriter& operator=(const SampleWriter&) = delete;

  Status write(const Sample& sample);
  Status flush();

 private:
  explicit SampleWriter(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  int descriptor_ = -1;
  std::string path_;
  std::string buffer_;
};

/// Reads a whole file. Error: not a sample file, or a damaged record before the last one (its index in the message).
Result<SampleLog> read_samples(const std::filesystem::path& path);
/// The same for bytes in memory; `where` names them in errors. Never fails in another way, whatever the bytes.
Result<SampleLog> parse_samples(std::string_view bytes, const std::string& where);

/// The file's beginning: magic, length and JSON header, padded to a whole record.
std::string encode_header(const SampleHeader& header);

}  // namespace hadrill
