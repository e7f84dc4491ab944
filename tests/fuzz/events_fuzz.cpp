// Whatever the bytes: reading does not crash, every byte is either in an event or reported, and a cut never adds
// events.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "history/event_log.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto log = hadrill::parse_events(text, "fuzz");
  if (!log.ok()) {
    if (log.error().message.empty()) std::abort();
    return 0;
  }
  if (log->dropped_bytes > size || (log->dropped_bytes == 0 && size > 0 && text.back() != '\n')) std::abort();
  const auto half = hadrill::parse_events(text.substr(0, size / 2), "half");
  if (!half.ok() || half->events.size() > log->events.size()) std::abort();
  return 0;
}
