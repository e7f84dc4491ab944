#include "audit/audit.hpp"

#include <fmt/format.h>

#include "audit/oracles.hpp"

namespace hadrill::audit {
namespace {

std::string watcher_name(const OperationHistory& history, const WatcherResult& watcher) {
  return history.header.vantages[watcher.vantage].name;
}

void check_watched(const OperationHistory& history, const Floors& floors, AuditResult& result) {
  for (const WatcherResult& watcher : result.watchers) {
    if (watcher.owed > 0 && watcher.delivered_share() >= floors.watched_share) continue;
    result.missing.push_back(fmt::format("{} was told about {} of the {} acknowledged writes it was owed",
                                         watcher_name(history, watcher), watcher.delivered, watcher.owed));
  }
}

}  // namespace

AuditResult audit(const OperationHistory& history, const AuditLimits& limits) {
  AuditResult result;
  const Facts facts = gather_facts(history, result.findings);
  check_version_order(facts, result.findings);
  LostWrites lost = check_lost_writes(facts, result.findings);
  check_chain(facts, lost, result.findings);
  check_reads(facts, lost, result.findings);
  check_lists(facts, result.findings);
  check_refusals(facts, result.findings);
  result.watchers = check_watches(facts, limits.watch, result.findings);
  result.coverage = measure_coverage(facts);
  result.missing = below_floors(result.coverage, limits.floors);
  check_watched(history, limits.floors, result);
  return result;
}

Judgement AuditResult::judgement() const {
  if (findings.total() > 0) return Judgement::fail;
  return missing.empty() ? Judgement::pass : Judgement::error;
}

}  // namespace hadrill::audit
