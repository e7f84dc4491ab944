#include "history/sample_record.hpp"

#include <bit>
#include <cstring>

#include "history/crc32.hpp"

namespace hadrill {
namespace {

static_assert(std::endian::native == std::endian::little, "fields are copied as they lie in memory");

/// Offsets in a record.
enum Field : std::size_t {
  kProber = 0,      // u16
  kOutcome = 2,     // u8
  kFlags = 3,       // u8, bit 0: opened a connection
  kSequence = 4,    // u32
  kHttpStatus = 8,  // u16
  kServer = 10,     // u16
  kScheduled = 16,  // i64, ns on CLOCK_MONOTONIC; so the next three
  kSent = 24,
  kFirstByte = 32,
  kDone = 40,
  kChecksum = 60,  // u32, CRC-32 of bytes 0 to 59
};

template <typename T>
void put(RecordBytes& bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

template <typename T>
T get(std::span<const unsigned char, kRecordBytes> bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

}  // namespace

RecordBytes encode(const Sample& sample) {
  RecordBytes bytes{};
  put(bytes, kProber, sample.prober);
  put(bytes, kOutcome, static_cast<std::uint8_t>(sample.outcome));
  put(bytes, kFlags, static_cast<std::uint8_t>(sample.opened_connection));
  put(bytes, kSequence, sample.sequence);
  put(bytes, kHttpStatus, sample.http_status);
  put(bytes, kServer, sample.server);
  put(bytes, kScheduled, sample.scheduled.ns);
  put(bytes, kSent, sample.sent.ns);
  put(bytes, kFirstByte, sample.first_byte.ns);
  put(bytes, kDone, sample.done.ns);
  put(bytes, kChecksum, crc32(std::span(bytes).first<kChecksum>()));
  return bytes;
}

bool decode(std::span<const unsigned char, kRecordBytes> bytes, Sample& sample) {
  if (get<std::uint32_t>(bytes, kChecksum) != crc32(bytes.first<kChecksum>())) return false;
  const auto outcome = get<std::uint8_t>(bytes, kOutcome);
  if (outcome > static_cast<std::uint8_t>(Outcome::blind)) return false;
  sample.prober = get<std::uint16_t>(bytes, kProber);
  sample.outcome = static_cast<Outcome>(outcome);
  sample.opened_connection = (get<std::uint8_t>(bytes, kFlags) & 1) != 0;
  sample.sequence = get<std::uint32_t>(bytes, kSequence);
  sample.http_status = get<std::uint16_t>(bytes, kHttpStatus);
  sample.server = get<std::uint16_t>(bytes, kServer);
  sample.scheduled = {get<std::int64_t>(bytes, kScheduled)};
  sample.sent = {get<std::int64_t>(bytes, kSent)};
  sample.first_byte = {get<std::int64_t>(bytes, kFirstByte)};
  sample.done = {get<std::int64_t>(bytes, kDone)};
  const auto possible = [](Instant at) { return at.ns >= 0 && at <= kLatest; };
  return possible(sample.scheduled) && possible(sample.sent) && possible(sample.first_byte) && possible(sample.done);
}

std::optional<Sample> decode(std::span<const unsigned char, kRecordBytes> bytes) {
  Sample sample;
  return decode(bytes, sample) ? std::optional(sample) : std::nullopt;
}

}  // namespace hadrill
