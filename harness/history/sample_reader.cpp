#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/file.hpp"
#include "base/json.hpp"
#include "history/event_log.hpp"
#include "history/sample_log.hpp"
#include "history/sample_record.hpp"

namespace hadrill {
namespace {

constexpr std::string_view kMagic = "HADRILL1";
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kPreambleBytes = kMagic.size() + kLengthBytes;
constexpr std::size_t kHeaderLimit = 16UL * 1024 * 1024;
/// Periods and time-outs beyond this are not of our making.
constexpr std::int64_t kLongestNs = 3'600'000'000'000;

std::optional<Duration> read_duration(const Json& prober, const char* pointer) {
  const auto ns = json_natural(prober, pointer);
  if (!ns || *ns == 0 || *ns > kLongestNs) return std::nullopt;
  return Duration(*ns);
}

std::optional<SampleHeader> read_header(const Json& document) {
  SampleHeader header;
  header.clock.monotonic = {json_natural(document, "/clock/monotonicNs").value_or(0)};
  header.clock.realtime_ns = json_natural(document, "/clock/realtimeNs").value_or(0);
  for (const Json& entry : json_array(document, "/probers")) {
    const auto period = read_duration(entry, "/periodNs");
    const auto deadline = read_duration(entry, "/deadlineNs");
    const auto timeout = read_duration(entry, "/timeoutNs");
    if (!period || !deadline || !timeout) return std::nullopt;
    header.probers.push_back({json_text(entry, "/name"), json_text(entry, "/endpoint"), json_text(entry, "/through"),
                              json_text(entry, "/connection"), *period, *deadline, *timeout});
  }
  return header;
}

std::size_t header_length(std::string_view bytes) {
  std::size_t length = 0;
  for (std::size_t i = kLengthBytes; i > 0; --i) {
    length = (length << 8) | static_cast<unsigned char>(bytes[kMagic.size() + i - 1]);
  }
  return length;
}

/// The records in `rest` into `log`.
Status read_records(std::string_view rest, const std::string& where, SampleLog& log) {
  log.samples.reserve(rest.size() / kRecordBytes);
  for (std::size_t index = 0; rest.size() >= kRecordBytes; ++index, rest.remove_prefix(kRecordBytes)) {
    const auto* data = reinterpret_cast<const unsigned char*>(rest.data());
    const auto sample = decode(std::span<const unsigned char, kRecordBytes>(data, kRecordBytes));
    if (sample && sample->prober < log.header.probers.size()) {
      log.samples.push_back(*sample);
    } else if (rest.size() < 2 * kRecordBytes) {
      break;  // the last one: torn by a crash
    } else {
      return infrastructure_error(where, fmt::format("record {} is damaged", index));
    }
  }
  log.dropped_bytes = rest.size();
  return Ok{};
}

}  // namespace

Result<SampleLog> parse_samples(std::string_view bytes, const std::string& where) {
  if (bytes.size() < kPreambleBytes || !bytes.starts_with(kMagic)) {
    return infrastructure_error(where, "not a sample file of hadrill");
  }
  const std::size_t length = header_length(bytes);
  if (length > kHeaderLimit || bytes.size() - kPreambleBytes < length) {
    return infrastructure_error(where, "the header is cut off");
  }
  const auto document = parse_json(bytes.substr(kPreambleBytes, length), where);
  if (!document.ok()) return document.error();
  if (json_natural(*document, "/version") != 1 || json_natural(*document, "/recordBytes") != kRecordBytes) {
    return infrastructure_error(where, "a version of the sample file that this hadrill does not read");
  }
  auto header = read_header(*document);
  if (!header) return infrastructure_error(where, "the header's prober table is damaged");
  SampleLog log;
  log.header = std::move(*header);
  const std::size_t start = (kPreambleBytes + length + kRecordBytes - 1) / kRecordBytes * kRecordBytes;
  const Status read = read_records(bytes.substr(std::min(start, bytes.size())), where, log);
  if (!read.ok()) return read.error();
  return log;
}

Result<SampleLog> read_samples(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  if (!bytes.ok()) return bytes.error();
  return parse_samples(*bytes, path.string());
}

}  // namespace hadrill
