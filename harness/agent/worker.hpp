// Owns effects that need somebody to go on doing something: a child of the agent, which dies with it and can be found
// and ended by the fault's id, whoever started it.
#pragma once

#include <string>
#include <vector>

#include "agent/patience.hpp"
#include "agent/trouble.hpp"

namespace hadrill::agent {

/// What runs in the worker's process. It has to write one line of JSON to `report` when it is in force,
/// {"ok":true,...}, or why it cannot be, {"ok":false,"error":"..."}. It never returns unless it cannot go on.
struct WorkerKind {
  const char* name;
  int (*run)(const Json& parameters, int report);
};

/// Starts `kind` for the fault `id` and returns its first line. Error: it said no, said nothing within `longest`, or
/// ended; then no worker is left.
Result<Json> start_worker(const std::string& id, const std::string& kind, const Json& parameters, Patience& patience,
                          std::chrono::milliseconds longest);
/// The workers of fault `id` that live; of every fault when `id` is empty.
std::vector<pid_t> find_workers(const std::string& id);
/// Ends the workers of `id` and sees them gone. Fine when there are none.
Status end_workers(const std::string& id, Patience& patience);

/// The other side: `hadrill-agent worker ID KIND PARAMETERS`. Returns the exit code.
int run_worker(const std::string& kind, const std::string& parameters);

/// All kinds of workers.
const std::vector<WorkerKind>& worker_kinds();
/// Writes one line of JSON for the agent to `report`.
void report_line(int report, const Json& line);

}  // namespace hadrill::agent
