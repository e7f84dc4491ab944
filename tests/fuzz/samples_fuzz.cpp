// Whatever the bytes: reading does not crash, and what was read survives being written again.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "history/sample_log.hpp"
#include "history/sample_record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto log = hadrill::parse_samples(bytes, "fuzz");
  if (!log.ok()) {
    if (log.error().message.empty()) std::abort();
    return 0;
  }
  std::string again = hadrill::encode_header(log->header);
  for (const hadrill::Sample& sample : log->samples) {
    const hadrill::RecordBytes record = hadrill::encode(sample);
    again.append(record.begin(), record.end());
  }
  const auto reread = hadrill::parse_samples(again, "again");
  if (!reread.ok() || reread->samples.size() != log->samples.size() || reread->dropped_bytes != 0) {
    std::fprintf(stderr, "what was read cannot be read again\n");
    std::abort();
  }
  return 0;
}
