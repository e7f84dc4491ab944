// Owns what all parts of a run that touch our own objects share. One thread at a time.
#pragma once

#include "base/clock.hpp"
#include "history/operation_log.hpp"
#include "probe/register_object.hpp"
#include "probe/registers.hpp"
#include "probe/server_table.hpp"

namespace hadrill {

/// References must outlive everything that is made with it.
struct AuditAccess {
  const RegisterPlace& place;
  Registers& registers;
  OperationWriter& log;
  const ServerTable& servers;
  Clock& clock;
};

}  // namespace hadrill
