// Owns how findings speak of operations: who, what, when, and in which line.
#pragma once

#include <string>

#include "audit/facts.hpp"

namespace hadrill::audit {

/// Words for the operations of one history. Instants are seconds since the file was begun.
class Describer {
 public:
  explicit Describer(const OperationHistory& history) : history_(history) {}

  /// "write 17 of register-3 by api.write (+1.200 s to +1.205 s, on 811, acknowledged as 812; line 41)"
  std::string operator()(const Write& write) const;
  /// "read of register-3 by api.direct.n1, answered by n1 (+1.300 s to +1.302 s, found 811 of write 11; line 44)"
  std::string operator()(const Read& read) const;
  std::string operator()(const List& list) const;
  std::string operator()(const WatchRecord& record) const;
  std::string operator()(OperationRef ref) const;
  std::string at(Instant instant) const;

  std::uint32_t line_of(OperationRef ref) const;

 private:
  std::string by(std::uint16_t vantage, std::uint16_t server) const;
  std::string span(Instant invoked, Instant returned) const;

  const OperationHistory& history_;
};

/// "register-3"
std::string object_name(ObjectNumber object);

}  // namespace hadrill::audit
