// Owns the operations on our own objects. Each leaves its trace in operations.jsonl for the audit.
#pragma once

#include <memory>

#include "probe/audit_access.hpp"
#include "probe/fixed_operations.hpp"

namespace hadrill {

/// What a transfer says about the write it carried. A 4xx other than 408 was decided before anything was stored, and
/// without a connection nothing was sent; everything else but the written object itself is open.
WriteOutcome write_outcome(const http::Transfer& transfer, bool right_body);

/// A compare-and-swap in every slot, of whichever object is free.
std::unique_ptr<Operation> make_write(const OperationPlace& place, std::uint16_t vantage, AuditAccess access);
/// A consistent list of the first few objects.
std::unique_ptr<Operation> make_list(const OperationPlace& place, std::uint16_t vantage, AuditAccess access);
/// A quorum read of one object after the other, around the ring: what make_read does, and evidence as well.
std::unique_ptr<Operation> make_register_read(const OperationPlace& place, std::uint16_t vantage, AuditAccess access);

/// The record of a quorum read that was answered with an object (200) or without one (404); nullopt for other answers,
/// which say nothing.
std::optional<Read> answered_read(const http::Transfer& transfer, ObjectNumber object, ReadPurpose purpose,
                                  std::uint16_t vantage, const AuditAccess& access);

}  // namespace hadrill
