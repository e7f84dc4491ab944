// Owns the one way from what is planned to what runs: the only part of probe/ that knows plans.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "plan/plan.hpp"
#include "probe/count_operation.hpp"
#include "probe/prober_loop.hpp"
#include "probe/register_operations.hpp"

namespace hadrill {

/// What operations need beside the plan.
struct OperationContext {
  std::optional<AuditAccess> audit;  ///< nullopt: nothing may touch objects of ours
  /// What readyz operations have to say, by name of the prober; see NoteSink.
  std::function<void(const std::string& prober, const std::string& note, Instant at)> note = {};
  std::string run = {};  ///< its name in the ids of counter steps
  /// Told of the steps that a prober's counters acknowledged.
  std::function<void(const PlannedProber& prober, const CounterStep& step)> counted = {};
};

/// As the engine has it.
http::ConnectionUse connection_of(const ProberSpec& spec);

/// `planned` must outlive it. `index`: of the prober among all; its vantage in the audit as well. A read through each
/// API server is a read of our own objects when there are any: the same cost, and evidence. Error: usage, when the
/// operation needs objects of ours and there are none.
Result<std::unique_ptr<Operation>> make_operation(const PlannedProber& planned, std::uint16_t index,
                                                  const OperationContext& context);

/// All of them, in order; they must outlive what is made. Each PlannedProber::base has to be known by now.
Result<std::vector<Prober>> make_probers(std::span<const PlannedProber> planned, const OperationContext& context);

/// Objects to begin with: as many as the write probers may have in flight, and some that rest. 0: nobody writes.
ObjectNumber ring_for(const std::vector<PlannedProber>& planned);

}  // namespace hadrill
