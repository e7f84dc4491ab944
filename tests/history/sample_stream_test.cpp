// A file block by block is the same file as a whole.
#include "history/sample_stream.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "history/sample_record.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kBlock = SampleFile::kBlockRecords;

std::string file_with(std::size_t samples) {
  SampleHeader header;
  header.probers.push_back({"api.read.new", "lb", "load-balancer", "new", 100ms, 1s, 10s});
  std::string bytes = encode_header(header);
  for (std::size_t i = 0; i < samples; ++i) {
    Sample sample;
    sample.sequence = static_cast<std::uint32_t>(i);
    sample.scheduled = {static_cast<std::int64_t>(1000 + i)};
    const RecordBytes record = encode(sample);
    bytes.append(record.begin(), record.end());
  }
  return bytes;
}

/// All samples of a stream; nullopt when it ends in an error, which is put into `error`.
std::optional<std::vector<Sample>> drain(SampleStream& stream, std::string& error) {
  std::vector<Sample> all;
  for (;;) {
    const auto block = stream.next();
    if (!block.ok()) {
      error = block.error().text();
      return std::nullopt;
    }
    if (block->empty()) return all;
    all.insert(all.end(), block->begin(), block->end());
  }
}

/// The file as SampleFile reads it has to be what parse_samples makes of its bytes, error or not.
void check_same(const std::string& bytes) {
  const test::TemporaryFolder folder;
  const auto path = folder.path / "samples.bin";
  REQUIRE(write_file(path, bytes).ok());
  const auto whole = parse_samples(bytes, path.string());
  const auto file = SampleFile::open(path);
  REQUIRE(file.ok());
  for (int round = 0; round < 2; ++round) {
    (*file)->rewind();
    std::string error;
    const auto samples = drain(**file, error);
    REQUIRE(samples.has_value() == whole.ok());
    if (!whole.ok()) {
      CHECK(error == whole.error().text());
      continue;
    }
    REQUIRE(samples->size() == whole->samples.size());
    for (std::size_t i = 0; i < samples->size(); ++i) REQUIRE((*samples)[i].sequence == whole->samples[i].sequence);
    CHECK((*file)->dropped_bytes() == whole->dropped_bytes);
  }
}

}  // namespace

TEST_CASE("blocks of a file are the file, around every edge of a block and at every torn end") {
  for (const std::size_t records :
       {std::size_t{0}, std::size_t{1}, kBlock - 1, kBlock, kBlock + 1, kBlock + 2, kBlock + 3, 2 * kBlock + 2}) {
    const std::string bytes = file_with(records);
    for (const std::size_t missing : {0, 1, 63, 64, 65, 128}) {
      if (missing > records * kRecordBytes) continue;
      INFO(records << " records, " << missing << " bytes missing");
      check_same(bytes.substr(0, bytes.size() - missing));
    }
  }
}

TEST_CASE("a damaged record is torn at the very end and an error before it, in whatever block") {
  for (const std::size_t records : {kBlock, kBlock + 1, kBlock + 2, kBlock + 3}) {
    for (std::size_t back = 1; back <= 4; ++back) {
      for (const std::size_t missing : {0, 30}) {
        std::string bytes = file_with(records);
        bytes[bytes.size() - back * kRecordBytes + 20] ^= 1;
        INFO(records << " records, the last but " << back - 1 << " damaged, " << missing << " bytes missing");
        check_same(bytes.substr(0, bytes.size() - missing));
      }
    }
  }
}

TEST_CASE("what is no sample file is not opened") {
  const test::TemporaryFolder folder;
  CHECK_FALSE(SampleFile::open(folder.path / "missing").ok());
  CHECK_FALSE(SampleFile::open(folder.path).ok());
  const auto path = folder.path / "samples.bin";
  for (const std::string& bytes : {std::string(), std::string("HADRILL1"), std::string(200, 'x'),
                                   std::string("HADRILL1\xff\xff\xff\xff{}", 14), file_with(0).substr(0, 40)}) {
    REQUIRE(write_file(path, bytes).ok());
    const auto file = SampleFile::open(path);
    REQUIRE_FALSE(file.ok());
    CHECK(file.error().message == parse_samples(bytes, "t").error().message);
  }
}

TEST_CASE("a file that shrinks while it is read is an error, not an end") {
  const test::TemporaryFolder folder;
  const auto path = folder.path / "samples.bin";
  REQUIRE(write_file(path, file_with(100)).ok());
  const auto file = SampleFile::open(path);
  REQUIRE(file.ok());
  std::filesystem::resize_file(path, 4096);
  std::string error;
  CHECK_FALSE(drain(**file, error));
  CHECK(error.find("shorter") != std::string::npos);
}

TEST_CASE("samples in memory are a stream too") {
  const auto log = parse_samples(file_with(3), "t");
  REQUIRE(log.ok());
  MemorySamples stream(*log);
  std::string error;
  CHECK(drain(stream, error)->size() == 3);
  CHECK(drain(stream, error)->empty());
  stream.rewind();
  CHECK(drain(stream, error)->size() == 3);
}
