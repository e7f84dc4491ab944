// Owns the bytes of one sample: 64, little-endian, checksummed. docs/history-format.md has the same table.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "history/sample.hpp"

namespace hadrill {

inline constexpr std::size_t kRecordBytes = 64;
using RecordBytes = std::array<unsigned char, kRecordBytes>;

RecordBytes encode(const Sample& sample);
/// False, and `sample` undefined, when the checksum, the outcome or an instant cannot be: a torn or damaged record.
bool decode(std::span<const unsigned char, kRecordBytes> bytes, Sample& sample);
std::optional<Sample> decode(std::span<const unsigned char, kRecordBytes> bytes);

}  // namespace hadrill
