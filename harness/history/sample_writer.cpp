#include "history/sample_log.hpp"
#include "history/sample_record.hpp"

namespace hadrill {

Result<SampleWriter> SampleWriter::create(const std::filesystem::path& path, const SampleHeader& header) {
  auto file = AppendFile::open(path, AppendFile::Existing::refuse, "samples");
  if (!file.ok()) return file.error();
  const std::string beginning = encode_header(header);
  if (const Status written = file->append(beginning, beginning.size()); !written.ok()) {
    std::error_code gone;
    std::filesystem::remove(path, gone);
    return written.error();
  }
  return SampleWriter(std::move(*file));
}

SampleWriter& SampleWriter::operator=(SampleWriter&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

SampleWriter::~SampleWriter() {
  // The last chance; whoever cares about failure has called flush.
  if (file_.is_open()) static_cast<void>(flush());
}

Status SampleWriter::write(const Sample& sample) {
  const RecordBytes bytes = encode(sample);
  buffer_.append(bytes.begin(), bytes.end());
  return buffer_.size() >= kFlushEvery * kRecordBytes ? flush() : Status(Ok{});
}

Status SampleWriter::flush() {
  const Status written = file_.append(buffer_, kRecordBytes);
  buffer_.clear();
  return written;
}

}  // namespace hadrill
