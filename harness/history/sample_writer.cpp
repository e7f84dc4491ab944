#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/json.hpp"
#include "history/sample_log.hpp"
#include "history/sample_record.hpp"

namespace hadrill {
namespace {

Error write_error(const std::string& path) {
  return infrastructure_error(path, fmt::format("samples cannot be written: {}", std::strerror(errno)));
}

}  // namespace

std::string encode_header(const SampleHeader& header) {
  Json probers = Json::array();
  for (const ProberInfo& prober : header.probers) {
    probers.push_back({{"name", prober.name},
                       {"endpoint", prober.endpoint},
                       {"through", prober.through},
                       {"connection", prober.connection},
                       {"periodNs", prober.period.count()},
                       {"deadlineNs", prober.deadline.count()},
                       {"timeoutNs", prober.timeout.count()}});
  }
  const Json document = {
      {"version", 1},
      {"recordBytes", kRecordBytes},
      {"clock", {{"monotonicNs", header.clock.monotonic.ns}, {"realtimeNs", header.clock.realtime_ns}}},
      {"probers", std::move(probers)}};
  const std::string json = document.dump();
  std::string out = "HADRILL1";
  for (std::size_t i = 0, length = json.size(); i < 4; ++i, length >>= 8) out += static_cast<char>(length & 0xFF);
  out += json;
  out.resize((out.size() + kRecordBytes - 1) / kRecordBytes * kRecordBytes, '\0');
  return out;
}

Result<SampleWriter> SampleWriter::create(const std::filesystem::path& path, const SampleHeader& header) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0) return write_error(path.string());
  SampleWriter writer(descriptor, path.string());
  writer.buffer_ = encode_header(header);
  if (const Status written = writer.flush(); !written.ok()) return written.error();
  return writer;
}

SampleWriter::SampleWriter(SampleWriter&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      buffer_(std::move(other.buffer_)) {}

SampleWriter& SampleWriter::operator=(SampleWriter&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

SampleWriter::~SampleWriter() {
  if (descriptor_ < 0) return;
  static_cast<void>(flush());  // the last chance; whoever cares about failure has called flush
  close(descriptor_);
}

Status SampleWriter::write(const Sample& sample) {
  const RecordBytes bytes = encode(sample);
  buffer_.append(bytes.begin(), bytes.end());
  return buffer_.size() >= kFlushEvery * kRecordBytes ? flush() : Status(Ok{});
}

Status SampleWriter::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return write_error(path_);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return Ok{};
}

}  // namespace hadrill
