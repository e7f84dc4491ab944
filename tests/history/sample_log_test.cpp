#include "history/sample_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "history/sample_record.hpp"
#include "support/file_size_limit.hpp"
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
  // Nothing may follow the hole, and nobody may think that it did.
  CHECK_FALSE(writer->flush().ok());
  close(full);
}

TEST_CASE("a file that may grow no further keeps every sample that went in whole") {
  const test::TemporaryFolder folder;
  const auto path = folder.path / "samples.bin";
  auto writer = SampleWriter::create(path, two_probers());
  REQUIRE(writer.ok());
  const std::size_t header = encode_header(two_probers()).size();
  {
    const test::FileSizeLimit limit(header + 10 * kRecordBytes + 17);
    Status written = Ok{};
    for (std::uint32_t i = 0; i < SampleWriter::kFlushEvery; ++i) written = writer->write(numbered(i));
    REQUIRE_FALSE(written.ok());
    CHECK(contains(written.error().text(), "samples.bin"));
  }
  // There is room again, but the history has a hole: the same error for ever, and no byte more.
  Status later = Ok{};
  for (std::uint32_t i = 20; i < 60 && later.ok(); ++i) later = writer->write(numbered(i));
  CHECK_FALSE(later.ok());
  CHECK_FALSE(writer->flush().ok());
  const auto log = read_samples(path);
  REQUIRE(log.ok());
  CHECK(log->samples.size() == 10);
  CHECK(log->dropped_bytes == 0);
  CHECK(log->samples.back().sequence == 9);
}

TEST_CASE("no room for the header: an error, and no file that looks like a history") {
  const test::TemporaryFolder folder;
  const test::FileSizeLimit limit(100);
  CHECK_FALSE(SampleWriter::create(folder.path / "samples.bin", two_probers()).ok());
  CHECK_FALSE(std::filesystem::exists(folder.path / "samples.bin"));
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

TEST_CASE("operations and servers come back") {
  SampleHeader header = two_probers();
  header.probers[0].operation = operation::cached_read;
  header.probers[1].through = probe_path::local_echo;
  header.servers = {{"cp1", "0a:1b"}, {"cp2", "77"}};
  const auto log = parse_samples(encode_header(header), "t");
  REQUIRE(log.ok());
  CHECK(log->header.probers[0].operation == "cached-read");
  CHECK(log->header.probers[0].user_facing());
  CHECK(log->header.probers[1].operation == "read");
  CHECK(log->header.probers[1].null_prober());
  CHECK_FALSE(log->header.probers[1].user_facing());
  REQUIRE(log->header.servers.size() == 2);
  CHECK(log->header.servers[1].certificate_serial == "77");
  CHECK(log->header.server_name(0).empty());
  CHECK(log->header.server_name(2) == "cp2");
  CHECK(log->header.server_name(3).empty());
}

TEST_CASE("a file from before there were operations and servers is read") {
  // As the first release wrote it.
  const std::string json =
      R"({"version":1,"recordBytes":64,"clock":{"monotonicNs":1,"realtimeNs":2},"probers":[{"name":"api.read.new",)"
      R"("endpoint":"lb","through":"load-balancer","connection":"new","periodNs":100000000,"deadlineNs":1000000000,)"
      R"("timeoutNs":10000000000}]})";
  std::string bytes = "HADRILL1";
  bytes += static_cast<char>(json.size() & 0xFF);
  bytes += static_cast<char>(json.size() >> 8);
  bytes += std::string(2, '\0') + json;
  bytes.resize((bytes.size() + 63) / 64 * 64, '\0');
  const RecordBytes record = encode(numbered(0));
  bytes.append(record.begin(), record.end());
  const auto log = parse_samples(bytes, "t");
  REQUIRE(log.ok());
  CHECK(log->samples.size() == 1);
  CHECK(log->header.probers.at(0).operation == "read");
  CHECK(log->header.servers.empty());
}

TEST_CASE("a prober table with impossible periods is refused") {
  SampleHeader header = two_probers();
  header.probers[0].period = 0ns;
  CHECK_FALSE(parse_samples(encode_header(header), "t").ok());
  header = two_probers();
  header.probers[1].timeout = 2h;
  CHECK_FALSE(parse_samples(encode_header(header), "t").ok());
}
