#include "history/sample_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "history/sample_record.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

SampleHeader two_probers() {
  SampleHeader header;
  header.clock = {{5'000'000'000}, 1'800'000'000'000'000'000};
  header.probers.push_back({"api.read.new", "lb", "load-balancer", "new", 100ms, 1s, 10s});
  header.probers.push_back({"api.direct.cp1", "cp1", "each-api-server", "reused", 200ms, 1s, 10s});
  return header;
}

Sample numbered(std::uint32_t sequence) {
  Sample sample;
  sample.sequence = sequence;
  sample.outcome = Outcome::ok;
  sample.scheduled = {1000 + sequence};
  sample.sent = {2000 + sequence};
  sample.done = {3000 + sequence};
  return sample;
}

std::string file_with(std::uint32_t samples) {
  std::string bytes = encode_header(two_probers());
  for (std::uint32_t i = 0; i < samples; ++i) {
    const RecordBytes record = encode(numbered(i));
    bytes.append(record.begin(), record.end());
  }
  return bytes;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("what was written is read") {
  const test::TemporaryFolder folder;
  const auto path = folder.path / "samples.bin";
  {
    auto writer = SampleWriter::create(path, two_probers());
    REQUIRE(writer.ok());
    for (std::uint32_t i = 0; i < 1000; ++i) REQUIRE(writer->write(numbered(i)).ok());
  }
  const auto log = read_samples(path);
  REQUIRE(log.ok());
  CHECK(log->dropped_bytes == 0);
  REQUIRE(log->samples.size() == 1000);
  CHECK(log->samples[999].sequence == 999);
  CHECK(log->samples[999].done.ns == 3999);
  REQUIRE(log->header.probers.size() == 2);
  const ProberInfo& direct = log->header.probers[1];
  CHECK(direct.name == "api.direct.cp1");
  CHECK(direct.endpoint == "cp1");
  CHECK_FALSE(direct.through_load_balancer());
  CHECK(direct.connection == "reused");
  CHECK(direct.period == 200ms);
  CHECK(direct.deadline == 1s);
  CHECK(direct.timeout == 10s);
  CHECK(log->header.probers[0].through_load_balancer());
  CHECK(log->header.clock.monotonic.ns == 5'000'000'000);
  CHECK(log->header.clock.realtime_ns == 1'800'000'000'000'000'000);
}

TEST_CASE("samples reach the kernel while the writer lives") {
  const test::TemporaryFolder folder;
  const auto path = folder.path / "samples.bin";
  auto writer = SampleWriter::create(path, two_probers());
  REQUIRE(writer.ok());
  CHECK(read_samples(path)->samples.empty());  // the header is there at once
  for (std::uint32_t i = 0; i < SampleWriter::kFlushEvery + 1; ++i) REQUIRE(writer->write(numbered(i)).ok());
  CHECK(read_samples(path)->samples.size() == SampleWriter::kFlushEvery);
  REQUIRE(writer->flush().ok());
  CHECK(read_samples(path)->samples.size() == SampleWriter::kFlushEvery + 1);
}

TEST_CASE("a history is never overwritten") {
  const test::TemporaryFolder folder;
  REQUIRE(SampleWriter::create(folder.path / "samples.bin", two_probers()).ok());
  CHECK_FALSE(SampleWriter::create(folder.path / "samples.bin", two_probers()).ok());
  CHECK_FALSE(SampleWriter::create(folder.path / "missing" / "samples.bin", two_probers()).ok());
}

TEST_CASE("a full disk is an error of write") {
  // /dev/full says ENOSPC to every write; a link of that name is made where the samples go. O_EXCL refuses links, so
  // the descriptor of an open writer is exchanged instead.
  const test::TemporaryFolder folder;
  const int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
  close(next);
  auto writer = SampleWriter::create(folder.path / "samples.bin", two_probers());
  REQUIRE(writer.ok());
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  REQUIRE(dup2(full, next) == next);  // the lowest free descriptor was the writer's
  REQUIRE(writer->write(numbered(0)).ok());
  const Status flushed = writer->flush();
  REQUIRE_FALSE(flushed.ok());
  CHECK(contains(flushed.error().text(), "samples.bin"));
  CHECK(contains(flushed.error().text(), "No space left"));
  close(full);
}

TEST_CASE("a torn last record is dropped and reported, at every length") {
  const std::string whole = file_with(3);
  const std::size_t two = whole.size() - kRecordBytes;
  for (std::size_t missing = 0; missing <= kRecordBytes; ++missing) {
    const auto log = parse_samples(std::string_view(whole).substr(0, whole.size() - missing), "t");
    REQUIRE(log.ok());
    CHECK(log->samples.size() == (missing == 0 ? 3 : 2));
    CHECK(log->dropped_bytes == (missing == 0 ? 0 : whole.size() - missing - two));
  }
}

TEST_CASE("a damaged last record counts as torn, one in the middle is an error with its index") {
  std::string bytes = file_with(3);
  bytes[bytes.size() - 30] ^= 1;
  const auto torn = parse_samples(bytes, "t");
  REQUIRE(torn.ok());
  CHECK(torn->samples.size() == 2);
  CHECK(torn->dropped_bytes == kRecordBytes);
  bytes = file_with(3);
  bytes[bytes.size() - 30 - kRecordBytes] ^= 1;
  const auto damaged = parse_samples(bytes, "t");
  REQUIRE_FALSE(damaged.ok());
  CHECK(contains(damaged.error().text(), "record 1"));
}

TEST_CASE("a record of a prober that the header does not have is damaged") {
  std::string bytes = encode_header(two_probers());
  Sample foreign = numbered(0);
  foreign.prober = 2;
  for (const Sample& sample : {foreign, numbered(1)}) {
    const RecordBytes record = encode(sample);
    bytes.append(record.begin(), record.end());
  }
  CHECK_FALSE(parse_samples(bytes, "t").ok());
}

TEST_CASE("foreign, empty and short files are errors") {
  const std::string header = encode_header(two_probers());
  CHECK(header.size() % kRecordBytes == 0);
  CHECK_FALSE(parse_samples("", "t").ok());
  CHECK_FALSE(parse_samples("HADRILL1", "t").ok());
  CHECK_FALSE(parse_samples(std::string(200, 'x'), "t").ok());
  CHECK_FALSE(parse_samples(std::string_view(header).substr(0, 40), "t").ok());
  CHECK_FALSE(parse_samples(std::string("HADRILL1\xff\xff\xff\xff{}", 14), "t").ok());
  CHECK_FALSE(parse_samples(std::string("HADRILL1\2\0\0\0{}", 14), "t").ok());  // no version
  CHECK_FALSE(read_samples("/nonexistent/samples.bin").ok());
  const test::TemporaryFolder folder;
  CHECK_FALSE(read_samples(folder.path).ok());
}

TEST_CASE("a header cut before its padding has no samples but is whole") {
  const std::string header = encode_header(two_probers());
  const std::size_t json_end = header.find_last_not_of('\0') + 1;
  const auto log = parse_samples(std::string_view(header).substr(0, json_end), "t");
  REQUIRE(log.ok());
  CHECK(log->samples.empty());
  CHECK(log->dropped_bytes == 0);
}

TEST_CASE("a prober table with impossible periods is refused") {
  SampleHeader header = two_probers();
  header.probers[0].period = 0ns;
  CHECK_FALSE(parse_samples(encode_header(header), "t").ok());
  header = two_probers();
  header.probers[1].timeout = 2h;
  CHECK_FALSE(parse_samples(encode_header(header), "t").ok());
}
