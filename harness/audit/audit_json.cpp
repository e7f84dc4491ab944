#include "audit/audit.hpp"

namespace hadrill::audit {
namespace {

Json statistics_json(const Statistics& statistics) {
  return {{"n", statistics.n},
          {"p50Ns", statistics.p50.count()},
          {"p99Ns", statistics.p99.count()},
          {"maxNs", statistics.max.count()}};
}

Json coverage_json(const AuditResult& result) {
  const Coverage& coverage = result.coverage;
  Json servers = Json::array();
  for (const Coverage::Server& server : coverage.servers)
    servers.push_back({{"name", server.name}, {"reads", server.reads}, {"finalReads", server.final_reads}});
  return {{"operations", coverage.operations()},
          {"writes", coverage.writes},
          {"acknowledged", coverage.acknowledged},
          {"refused", coverage.refused},
          {"indeterminate", coverage.indeterminate},
          {"resolved", coverage.resolved},
          {"openShare", coverage.open_share()},
          {"objects", coverage.objects},
          {"reads", coverage.reads},
          {"lists", coverage.lists},
          {"watchEvents", coverage.watch_events},
          {"servers", std::move(servers)},
          {"missing", result.missing}};
}

Json watcher_json(const WatcherResult& watcher, const OperationHistory& history) {
  return {{"name", history.header.vantages[watcher.vantage].name},
          {"events", watcher.events},
          {"bookmarks", watcher.bookmarks},
          {"requests", watcher.requests},
          {"closes", watcher.closes},
          {"expired", watcher.expired},
          {"owed", watcher.owed},
          {"delivered", watcher.delivered},
          {"delivery", statistics_json(watcher.delivery)},
          {"gaps", statistics_json(watcher.gaps)},
          {"openGaps", watcher.open_gaps},
          {"longestStallNs", watcher.longest_stall.count()}};
}

Json violation_json(const FindingList& findings, Violation violation) {
  Json examples = Json::array();
  for (const AuditFinding& finding : findings.examples()) {
    if (finding.violation == violation) examples.push_back({{"text", finding.text}, {"lines", finding.lines}});
  }
  return {{"violation", to_string(violation)}, {"count", findings.count(violation)}, {"examples", std::move(examples)}};
}

}  // namespace

Json audit_json(const AuditResult& result, const OperationHistory& history) {
  Json watchers = Json::array();
  for (const WatcherResult& watcher : result.watchers) watchers.push_back(watcher_json(watcher, history));
  Json findings = Json::array();
  for (std::size_t i = 0; i < kViolations; ++i) {
    const auto violation = static_cast<Violation>(i);
    if (result.findings.count(violation) > 0) findings.push_back(violation_json(result.findings, violation));
  }
  return {{"judgement", hadrill::to_string(result.judgement())},
          {"coverage", coverage_json(result)},
          {"watchers", std::move(watchers)},
          {"findings", std::move(findings)}};
}

}  // namespace hadrill::audit
