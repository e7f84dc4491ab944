// Whatever stands in a log: reading it does not crash, and what was read is whole.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "cluster/etcd_log.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const hadrill::EtcdLogLine& line : hadrill::read_etcd_lines(text)) {
    const bool lost = line.kind == hadrill::EtcdLogLine::Kind::lost;
    if (line.member.empty() || line.term < 0 || lost == line.leader.empty()) std::abort();
  }
  return 0;
}
