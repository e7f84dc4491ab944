// Whatever the bytes: reading does not crash, what was read survives being written again, and a cut never adds
// operations.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "history/operation_log.hpp"

namespace {

using hadrill::OperationHistory;

std::string written_again(const OperationHistory& history) {
  namespace line = hadrill::operation_line;
  std::string text = line::header(history.begun, history.header);
  for (const auto& write : history.writes) {
    text += line::invoked(write);
    if (write.returned_line != 0) text += line::returned(write);
  }
  for (const auto& read : history.reads) text += line::read(read);
  for (const auto& list : history.lists) text += line::list(list);
  for (const auto& record : history.watches) text += line::watch(record);
  return text;
}

std::size_t operations(const OperationHistory& history) {
  return history.writes.size() + history.reads.size() + history.lists.size() + history.watches.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto history = hadrill::parse_operations(text, "fuzz");
  if (!history.ok()) {
    if (history.error().message.empty()) std::abort();
    return 0;
  }
  if (history->dropped_bytes > size) std::abort();
  const std::string again = written_again(*history);
  const auto reread = hadrill::parse_operations(again, "again");
  if (!reread.ok() || reread->dropped_bytes != 0 || operations(*reread) != operations(*history)) std::abort();
  // Lines are numbered anew; everything else has to be the same, also when written once more.
  if (written_again(*reread) != again) std::abort();
  const auto half = hadrill::parse_operations(text.substr(0, size / 2), "half");
  if (half.ok() && operations(*half) > operations(*history)) std::abort();
  return 0;
}
