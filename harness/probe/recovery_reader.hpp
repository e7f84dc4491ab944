// Owns reading back, while the run goes on, the objects whose last write may or may not have happened.
#pragma once

#include <string>
#include <unordered_map>

#include "probe/audit_access.hpp"
#include "probe/companion.hpp"

namespace hadrill {

class RecoveryReader final : public Companion {
 public:
  /// Between two reads: how much longer than the outage an object stays in doubt.
  static constexpr Duration kPace = std::chrono::milliseconds(100);
  static constexpr Duration kTimeout = std::chrono::seconds(2);
  static constexpr std::size_t kMostInFlight = 8;

  /// `base`: where writes go, so that the reads meet the same fate.
  RecoveryReader(std::string base, std::uint16_t vantage, AuditAccess access)
      : base_(std::move(base)), vantage_(vantage), access_(access) {}

  Instant due() const override;
  void act(Instant now, Courier& courier) override;
  void ended(std::uint64_t ticket, const http::Transfer& transfer) override;
  bool settled() const override { return in_flight_.empty() && !access_.registers.has_doubtful(); }
  void stop(Courier& courier) override;

 private:
  std::string base_;
  std::uint16_t vantage_;
  AuditAccess access_;
  std::unordered_map<std::uint64_t, ObjectNumber> in_flight_;
  Instant next_;
  bool stopped_ = false;
};

}  // namespace hadrill
