// Owns events.jsonl: one object per line, on disk when write returns. Format: docs/history-format.md.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "history/append_file.hpp"
#include "history/event.hpp"
#include "history/sample.hpp"

namespace hadrill {

class EventWriter {
 public:
  /// Error: infrastructure when the file cannot be made.
  static Result<EventWriter> create(const std::filesystem::path& path);
  /// `event.data` must not have members called v, t or type. Error: infrastructure, e.g. a full disk. The file then
  /// ends with the last whole line, every later call returns the same error, and nothing more is written.
  Status write(const Event& event);

 private:
  explicit EventWriter(AppendFile file) : file_(std::move(file)) {}
  AppendFile file_;
};

/// Events in file order. `dropped_bytes` > 0: the last line was torn by a crash and left out.
struct EventLog {
  std::vector<Event> events;
  std::size_t dropped_bytes = 0;

  /// The first event of this type, or nullptr.
  const Event* first(std::string_view type) const;
  const Event* last(std::string_view type) const;
};

/// Error: unreadable, or a line that is complete and no event (its number in the message).
Result<EventLog> read_events(const std::filesystem::path& path);
Result<EventLog> parse_events(std::string_view text, const std::string& where);

/// The integer at `pointer`; nullopt when missing, no integer, negative or beyond kLatest. For what comes from files.
std::optional<std::int64_t> json_natural(const Json& document, std::string_view pointer);
/// The same for what may be negative: within -kLatest to kLatest.
std::optional<std::int64_t> json_integer(const Json& document, std::string_view pointer);

}  // namespace hadrill
