#include "history/crc32.hpp"

#include <boost/crc.hpp>

namespace hadrill {

std::uint32_t crc32(std::span<const unsigned char> bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

}  // namespace hadrill
