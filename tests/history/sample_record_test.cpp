#include "history/sample_record.hpp"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "history/crc32.hpp"

using namespace hadrill;

namespace {

Sample full_sample() {
  Sample sample;
  sample.prober = 0x0102;
  sample.sequence = 0x03040506;
  sample.outcome = Outcome::http_status;
  sample.opened_connection = true;
  sample.http_status = 503;
  sample.server = 7;
  sample.scheduled = {0x1112131415161718};
  sample.sent = {0x2122232425262728};
  sample.first_byte = {0x3132333435363738};
  sample.done = {0x3142434445464748};
  return sample;
}

}  // namespace

TEST_CASE("the checksum is that of zlib") {
  const unsigned char digits[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
  CHECK(crc32(digits) == 0xCBF43926);
}

TEST_CASE("the checksum is that of zlib for every length and at every address") {
  std::mt19937 random(1);
  std::vector<unsigned char> bytes(200);
  for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random());
  for (std::size_t begin = 0; begin < 16; ++begin) {
    for (std::size_t length = 0; begin + length <= bytes.size(); ++length) {
      const auto part = std::span<const unsigned char>(bytes).subspan(begin, length);
      INFO(length << " bytes from " << begin);
      REQUIRE(crc32(part) == ::crc32_z(0, part.data(), part.size()));
    }
  }
}

TEST_CASE("every field is where docs/history-format.md says") {
  const RecordBytes bytes = encode(full_sample());
  const unsigned char expected[] = {
      0x02, 0x01, 6,    1,    0x06, 0x05, 0x04, 0x03, 0xF7, 0x01, 7,    0,    0,    0,    0,    0,     //
      0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11, 0x28, 0x27, 0x26, 0x25, 0x24, 0x23, 0x22, 0x21,  //
      0x38, 0x37, 0x36, 0x35, 0x34, 0x33, 0x32, 0x31, 0x48, 0x47, 0x46, 0x45, 0x44, 0x43, 0x42, 0x31,  //
      0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0};
  for (std::size_t i = 0; i < sizeof expected; ++i) {
    INFO("byte " << i);
    CHECK(bytes[i] == expected[i]);
  }
}

TEST_CASE("a record comes back as it was") {
  const auto back = decode(encode(full_sample()));
  REQUIRE(back);
  CHECK(back->prober == 0x0102);
  CHECK(back->sequence == 0x03040506);
  CHECK(back->outcome == Outcome::http_status);
  CHECK(back->opened_connection);
  CHECK(back->http_status == 503);
  CHECK(back->server == 7);
  CHECK(back->scheduled.ns == 0x1112131415161718);
  CHECK(back->sent.ns == 0x2122232425262728);
  CHECK(back->first_byte.ns == 0x3132333435363738);
  CHECK(back->done.ns == 0x3142434445464748);
}

TEST_CASE("any single flipped bit is noticed") {
  const RecordBytes good = encode(full_sample());
  for (std::size_t bit = 0; bit < kRecordBytes * 8; ++bit) {
    RecordBytes bad = good;
    bad[bit / 8] = static_cast<unsigned char>(bad[bit / 8] ^ (1U << (bit % 8)));
    INFO("bit " << bit);
    CHECK_FALSE(decode(bad));
  }
}

TEST_CASE("impossible values are refused even with a right checksum") {
  Sample sample = full_sample();
  sample.done = {-1};
  CHECK_FALSE(decode(encode(sample)));
  sample.done = {kLatest.ns + 1};
  CHECK_FALSE(decode(encode(sample)));
  sample = full_sample();
  sample.outcome = static_cast<Outcome>(12);
  CHECK_FALSE(decode(encode(sample)));
}

TEST_CASE("an empty record is not a sample") { CHECK_FALSE(decode(RecordBytes{})); }

TEST_CASE("every outcome has a name of its own") {
  for (std::uint8_t i = 0; i <= 10; ++i) CHECK(to_string(static_cast<Outcome>(i)) != "unknown");
  CHECK(to_string(Outcome::aborted) == "aborted");
  CHECK(to_string(Outcome::blind) == "blind");
  CHECK(to_string(static_cast<Outcome>(12)) == "unknown");
}
