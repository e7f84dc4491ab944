#include "history/crc32.hpp"

#include <zlib.h>

namespace hadrill {

std::uint32_t crc32(std::span<const unsigned char> bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, bytes.data(), bytes.size()));
}

}  // namespace hadrill
