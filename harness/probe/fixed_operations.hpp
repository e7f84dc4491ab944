// Owns the operations that ask the same thing in every slot.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "probe/operation.hpp"

namespace hadrill {

/// Told when what an operation has to say beside its outcomes has changed: "etcd failed". From the prober thread.
using NoteSink = std::function<void(const std::string& note, Instant at)>;

/// `base`: scheme, host and port. `deadline`: later is slow.
struct OperationPlace {
  std::string base;
  Duration deadline{};
};

/// Quorum read of one small object that is always there: the namespace default.
std::unique_ptr<Operation> make_read(const OperationPlace& place);
/// The same from the API server's cache (resourceVersion=0), which needs no etcd.
std::unique_ptr<Operation> make_cached_read(const OperationPlace& place);
/// /readyz?verbose of an API server: good when it says so in so many words. `note`: the checks that fail, "" when none
/// does, each time that changes.
std::unique_ptr<Operation> make_readyz(const OperationPlace& place, NoteSink note);
/// /health of an etcd member.
std::unique_ptr<Operation> make_health(const OperationPlace& place);
/// `path` of any HTTP server: a 2xx with a body.
std::unique_ptr<Operation> make_get(const OperationPlace& place, const std::string& path);
/// The null prober: the server answers with what was sent, to the byte.
std::unique_ptr<Operation> make_echo(const OperationPlace& place);

}  // namespace hadrill
