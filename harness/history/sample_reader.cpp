#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.hpp"
#include "base/json.hpp"
#include "history/event_log.hpp"
#include "history/sample_record.hpp"
#include "history/sample_stream.hpp"

namespace hadrill {
namespace {

constexpr std::string_view kMagic = "HADRILL1";
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kPreambleBytes = kMagic.size() + kLengthBytes;
constexpr std::size_t kHeaderLimit = 16UL * 1024 * 1024;

/// Length of the JSON header. Error: these bytes are not the beginning of a sample file.
Result<std::size_t> header_length(std::string_view bytes, std::uint64_t file_size, const std::string& where) {
  if (bytes.size() < kPreambleBytes || !bytes.starts_with(kMagic)) {
    return infrastructure_error(where, "not a sample file of hadrill");
  }
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + kMagic.size(), kLengthBytes);
  if (length > kHeaderLimit || file_size - kPreambleBytes < length) {
    return infrastructure_error(where, "the header is cut off");
  }
  return std::size_t{length};
}

Result<SampleHeader> parse_header(std::string_view json, const std::string& where) {
  const auto document = parse_json(json, where);
  if (!document.ok()) return document.error();
  if (json_natural(*document, "/version") != 1 || json_natural(*document, "/recordBytes") != kRecordBytes) {
    return infrastructure_error(where, "a version of the sample file that this hadrill does not read");
  }
  auto header = read_header(*document);
  if (!header) return infrastructure_error(where, "the header's prober or server table is damaged");
  return std::move(*header);
}

std::size_t first_record(std::size_t header_length) {
  return (kPreambleBytes + header_length + kRecordBytes - 1) / kRecordBytes * kRecordBytes;
}

/// The records of `bytes` into `samples`, the first of them number `index` of the file. `last`: the file ends here.
/// Returns the bytes left over: less than a record, or a torn last one.
Result<std::size_t> read_block(std::string_view bytes, bool last, std::uint64_t index, std::size_t probers,
                               const std::string& where, std::vector<Sample>& samples) {
  std::size_t at = 0;
  for (; bytes.size() - at >= kRecordBytes; at += kRecordBytes, ++index) {
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data()) + at;
    Sample& sample = samples.emplace_back();
    if (decode(std::span<const unsigned char, kRecordBytes>(data, kRecordBytes), sample) && sample.prober < probers) {
      continue;
    }
    samples.pop_back();
    // The last one: torn by a crash.
    if (last && bytes.size() - at < 2 * kRecordBytes) break;
    return infrastructure_error(where, fmt::format("record {} is damaged", index));
  }
  return bytes.size() - at;
}

}  // namespace

Result<SampleLog> parse_samples(std::string_view bytes, const std::string& where) {
  const auto length = header_length(bytes, bytes.size(), where);
  if (!length.ok()) return length.error();
  auto header = parse_header(bytes.substr(kPreambleBytes, *length), where);
  if (!header.ok()) return header.error();
  SampleLog log;
  log.header = std::move(*header);
  const std::string_view records = bytes.substr(std::min(first_record(*length), bytes.size()));
  log.samples.reserve(records.size() / kRecordBytes);
  const auto left = read_block(records, true, 0, log.header.probers.size(), where, log.samples);
  if (!left.ok()) return left.error();
  log.dropped_bytes = *left;
  return log;
}

Result<SampleLog> read_samples(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  if (!bytes.ok()) return bytes.error();
  return parse_samples(*bytes, path.string());
}

Result<std::unique_ptr<SampleFile>> SampleFile::open(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (descriptor < 0 || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    const char* reason = descriptor < 0 ? std::strerror(errno) : "not a regular file";
    if (descriptor >= 0) close(descriptor);
    return infrastructure_error(path.string(), fmt::format("cannot read: {}", reason));
  }
  std::unique_ptr<SampleFile> file(
      new SampleFile(descriptor, static_cast<std::uint64_t>(status.st_size), path.string()));
  if (const Status read = file->read_beginning(); !read.ok()) return read.error();
  file->rewind();
  return file;
}

SampleFile::~SampleFile() { close(descriptor_); }

Status SampleFile::read_beginning() {
  if (const Status read = fill(0, std::min<std::uint64_t>(size_, kPreambleBytes)); !read.ok()) return read;
  const auto length = header_length(bytes_, size_, path_);
  if (!length.ok()) return length.error();
  if (const Status read = fill(kPreambleBytes, *length); !read.ok()) return read;
  auto header = parse_header(bytes_, path_);
  if (!header.ok()) return header.error();
  header_ = std::move(*header);
  first_record_ = std::min<std::uint64_t>(first_record(*length), size_);
  return Ok{};
}

/// `bytes` of the file from `at` on into bytes_.
Status SampleFile::fill(std::uint64_t at, std::size_t bytes) {
  bytes_.resize(bytes);
  for (std::size_t have = 0; have < bytes;) {
    const ssize_t got = pread(descriptor_, bytes_.data() + have, bytes - have, static_cast<off_t>(at + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return infrastructure_error(path_, fmt::format("cannot read: {}", std::strerror(errno)));
    if (got == 0) return infrastructure_error(path_, "became shorter while it was read");
    have += static_cast<std::size_t>(got);
  }
  return Ok{};
}

Result<std::span<const Sample>> SampleFile::next() {
  block_.clear();
  const std::uint64_t rest = size_ - at_;
  // Whether a record is the last one decides what damage to it means: the last two are never in different blocks.
  const bool last = rest < (kBlockRecords + 2) * kRecordBytes;
  const std::size_t bytes = last ? rest : kBlockRecords * kRecordBytes;
  if (bytes == 0) return std::span<const Sample>();
  if (const Status read = fill(at_, bytes); !read.ok()) return read.error();
  const std::uint64_t index = (at_ - first_record_) / kRecordBytes;
  const auto left = read_block(bytes_, last, index, header_.probers.size(), path_, block_);
  if (!left.ok()) return left.error();
  if (last) dropped_ = *left;
  at_ += bytes;
  return std::span<const Sample>(block_);
}

void SampleFile::rewind() { at_ = first_record_; }

Result<std::span<const Sample>> MemorySamples::next() {
  if (std::exchange(told_, true)) return std::span<const Sample>();
  return std::span<const Sample>(log_.samples);
}

}  // namespace hadrill
