// Whatever history is read: the audit does not crash, says the same twice, and never passes without having seen enough.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "audit/audit.hpp"
#include "history/operation_log.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto history = hadrill::parse_operations(text, "fuzz");
  if (!history.ok()) return 0;
  const auto result = hadrill::audit::audit(*history);
  if (result.judgement() == hadrill::Judgement::pass &&
      result.coverage.acknowledged < hadrill::audit::Floors{}.acknowledged)
    std::abort();
  const auto findings = hadrill::audit::verdict_findings(result, *history);
  if (findings.empty()) std::abort();
  if (hadrill::worst(findings) == hadrill::Judgement::pass && result.judgement() != hadrill::Judgement::pass)
    std::abort();
  const auto numbers = hadrill::audit::audit_json(result, *history);
  if (numbers != hadrill::audit::audit_json(hadrill::audit::audit(*history), *history)) std::abort();
  return 0;
}
