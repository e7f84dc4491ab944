// Owns which server an answer came from: by the certificate it was served with, which shows through a load balancer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace hadrill {

class ServerTable {
 public:
  ServerTable() = default;
  /// `serials`: of the serving certificates, as Transfer::certificate_serial has them.
  explicit ServerTable(std::vector<std::string> serials) : serials_(std::move(serials)) {}

  /// 1 + index of the serial; 0 when it is empty or not in the table.
  std::uint16_t number(const std::string& serial) const {
    if (serial.empty()) return 0;
    const auto found = std::find(serials_.begin(), serials_.end(), serial);
    return found == serials_.end() ? 0 : static_cast<std::uint16_t>(found - serials_.begin() + 1);
  }

 private:
  std::vector<std::string> serials_;
};

}  // namespace hadrill
