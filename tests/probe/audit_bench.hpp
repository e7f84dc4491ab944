// Everything a part of the audit needs, over a fake API and in a temporary folder.
#pragma once

#include "history/operation_log.hpp"
#include "probe/audit_access.hpp"
#include "probe/fake_api.hpp"
#include "support/temporary_folder.hpp"

namespace hadrill::test {

struct AuditBench {
  TemporaryFolder folder;
  ManualClock clock;
  FakeApi api;
  RegisterPlace place{"r1", "ns", 2};
  Registers registers;
  OperationWriter log;
  ServerTable servers{std::vector<std::string>{"aa", "bb"}};

  explicit AuditBench(ObjectNumber ring)
      : registers(ring),
        log(OperationWriter::create(folder.path / "operations.jsonl", {1},
                                    {"r1", "ns", {"n1", "n2"}, {{"v0", "lb", 0}, {"v1", "n1", 1}, {"v2", "n2", 2}}, 2})
                .value()) {}

  AuditAccess access() { return {place, registers, log, servers, clock}; }
  /// What is on disk so far.
  OperationHistory history() const { return *read_operations(folder.path / "operations.jsonl"); }

  /// Puts an object there behind everybody's back.
  Version put(ObjectNumber number, WriteId id) {
    const std::string body = register_body(place, number, id, 0);
    const auto reply = api.handle("POST", place.collection(), body);
    return read_register(reply.second, place.run)->version;
  }
};

}  // namespace hadrill::test
