// Owns our objects before and after the probers: making them, and reading every one of them back from every API server.
#pragma once

#include <string>
#include <vector>

#include "base/interrupt.hpp"
#include "http/client.hpp"
#include "probe/audit_access.hpp"

namespace hadrill {

/// For the API to take the objects.
inline constexpr Duration kSetUpTimeout = std::chrono::seconds(60);

/// Makes the ring of objects in the run's namespace, which is there; every creation is a write of the history. Error:
/// infrastructure, or interrupted.
Status make_registers(http::Client& client, const std::string& base, std::uint16_t vantage, AuditAccess access,
                      const Interrupt& interrupt);

/// Who can be read at the end.
struct FinalVantage {
  std::string base;
  std::uint16_t vantage = 0;
};

/// A quorum read of every object through each of `vantages`, tried again until `deadline`. Returns how many reads were
/// never answered; the audit will not pass with any. Error: interrupted, or the history cannot be written.
Result<std::size_t> read_back(http::Client& client, const std::vector<FinalVantage>& vantages, AuditAccess access,
                              Instant deadline, const Interrupt& interrupt);

}  // namespace hadrill
