// Owns operations.jsonl: one object per line, with the kernel when a call returns. Format: docs/audit.md.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "history/append_file.hpp"
#include "history/operation.hpp"

namespace hadrill {

/// Writes the file line by line. Not thread-safe: set-up, prober thread and read-back use it one after the other.
///
/// A write has a line before it is sent and one when its answer is there or given up, so that no value can ever be seen
/// whose write is not on disk. `line` members are not written; they come back as the numbers of the lines.
class OperationWriter {
 public:
  /// Error: infrastructure when the file cannot be made, or is there already.
  static Result<OperationWriter> create(const std::filesystem::path& path, Instant now, const OperationHeader& header);

  /// Before the request is sent. Error, here and below: infrastructure, e.g. a full disk; nothing more is written then.
  Status invoked(const Write& write);
  /// `reason`: for people, e.g. why there was no answer.
  Status returned(const Write& write, std::string_view reason = {});
  Status read(const Read& read);
  Status list(const List& list);
  /// `reason`: why a stream ended, for people.
  Status watch(const WatchRecord& record, std::string_view reason = {});

  /// The first error, for whoever could not act on it at the time.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  explicit OperationWriter(AppendFile file) : file_(std::move(file)) {}
  Status append(const std::string& line);

  AppendFile file_;
  std::optional<Error> failure_;
};

/// Error: unreadable, no header, or a complete line that is no operation or contradicts an earlier one (its number in
/// the message).
Result<OperationHistory> read_operations(const std::filesystem::path& path);
/// The same for bytes in memory; `where` names them in errors. Never fails in another way, whatever the bytes.
Result<OperationHistory> parse_operations(std::string_view text, const std::string& where);

/// The lines as they are written, each with its line end.
namespace operation_line {
std::string header(Instant now, const OperationHeader& header);
std::string invoked(const Write& write);
std::string returned(const Write& write, std::string_view reason = {});
std::string read(const Read& read);
std::string list(const List& list);
std::string watch(const WatchRecord& record, std::string_view reason = {});
}  // namespace operation_line

}  // namespace hadrill
