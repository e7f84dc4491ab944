// Owns the reading of samples a block at a time: a history may be far larger than memory.
#pragma once

#include <filesystem>
#include <span>

#include "history/sample_log.hpp"

namespace hadrill {

/// Samples in the order requests ended, from the first to the last, as often as wanted.
class SampleStream {
 public:
  SampleStream() = default;
  virtual ~SampleStream() = default;
  SampleStream(const SampleStream&) = delete;
  SampleStream& operator=(const SampleStream&) = delete;

  virtual const SampleHeader& header() const = 0;
  /// The next samples, at least one; none at the end. Valid until the next call. Error: infrastructure, unreadable or a
  /// damaged record before the last one.
  virtual Result<std::span<const Sample>> next() = 0;
  /// Back to the first sample.
  virtual void rewind() = 0;
  /// Known at the end: bytes of a last record that was torn by a crash and left out.
  virtual std::size_t dropped_bytes() const = 0;
};

/// A file, block by block: memory does not grow with it.
class SampleFile final : public SampleStream {
 public:
  static constexpr std::size_t kBlockRecords = 4096;

  /// Error: infrastructure, not a sample file.
  static Result<std::unique_ptr<SampleFile>> open(const std::filesystem::path& path);
  ~SampleFile() override;

  const SampleHeader& header() const override { return header_; }
  Result<std::span<const Sample>> next() override;
  void rewind() override;
  std::size_t dropped_bytes() const override { return dropped_; }

 private:
  SampleFile(int descriptor, std::uint64_t size, std::string path)
      : descriptor_(descriptor), size_(size), path_(std::move(path)) {}
  Status read_beginning();
  Status fill(std::uint64_t at, std::size_t bytes);

  int descriptor_;
  std::uint64_t size_;  ///< when it was opened: what is appended later is not seen
  std::string path_;
  SampleHeader header_;
  std::uint64_t first_record_ = 0;  ///< offset
  std::uint64_t at_ = 0;            ///< offset of the next block
  std::size_t dropped_ = 0;
  std::string bytes_;
  std::vector<Sample> block_;
};

/// A log in memory, which must outlive it.
class MemorySamples final : public SampleStream {
 public:
  explicit MemorySamples(const SampleLog& log) : log_(log) {}

  const SampleHeader& header() const override { return log_.header; }
  Result<std::span<const Sample>> next() override;
  void rewind() override { told_ = false; }
  std::size_t dropped_bytes() const override { return log_.dropped_bytes; }

 private:
  const SampleLog& log_;
  bool told_ = false;
};

}  // namespace hadrill
