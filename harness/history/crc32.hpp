// Owns the checksum of sample records.
#pragma once

#include <cstdint>
#include <span>

namespace hadrill {

/// CRC-32 as in ISO-HDLC and zlib, so that any reader has it at hand.
std::uint32_t crc32(std::span<const unsigned char> bytes);

}  // namespace hadrill
