#include "history/crc32.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace hadrill {
namespace {

// "Slicing by 16": the checksum of 16 bytes is put together from 16 table entries that do not wait for each other. For
// records of 60 bytes that takes a third of the time that zlib needs, which is made for long texts; half of what
// judging a long run took was that.
constexpr std::size_t kSlice = 16;
constexpr std::uint32_t kPolynomial = 0xEDB88320;  // bits reversed

using Table = std::array<std::uint32_t, 256>;

/// tables[n][b]: what byte b adds to the checksum when n bytes follow it.
constexpr std::array<Table, kSlice> make_tables() {
  std::array<Table, kSlice> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? (value >> 1) ^ kPolynomial : value >> 1;
    tables[0][byte] = value;
  }
  for (std::size_t n = 1; n < kSlice; ++n) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[n - 1][byte];
      tables[n][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr std::array<Table, kSlice> kTables = make_tables();
static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

std::uint32_t word_at(const unsigned char* data) {
  std::uint32_t word = 0;
  std::memcpy(&word, data, sizeof word);
  return word;
}

/// What the four bytes of a word add, when `behind` bytes follow the last one.
std::uint32_t add_word(std::uint32_t word, std::size_t behind) {
  return kTables[behind + 3][word & 0xFF] ^ kTables[behind + 2][(word >> 8) & 0xFF] ^
         kTables[behind + 1][(word >> 16) & 0xFF] ^ kTables[behind][word >> 24];
}

}  // namespace

std::uint32_t crc32(std::span<const unsigned char> bytes) {
  std::uint32_t sum = 0xFFFFFFFF;
  const unsigned char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= kSlice; left -= kSlice, at += kSlice) {
    sum = add_word(word_at(at) ^ sum, 12) ^ add_word(word_at(at + 4), 8) ^ add_word(word_at(at + 8), 4) ^
          add_word(word_at(at + 12), 0);
  }
  for (; left >= 4; left -= 4, at += 4) sum = add_word(word_at(at) ^ sum, 0);
  for (; left > 0; --left, ++at) sum = (sum >> 8) ^ kTables[0][(sum ^ *at) & 0xFF];
  return ~sum;
}

}  // namespace hadrill
