#include <fmt/format.h>

#include "audit/audit.hpp"
#include "base/duration.hpp"

namespace hadrill::audit {
namespace {

bool is_of_watches(Violation violation) { return violation >= Violation::watch_gap; }

std::string lines_text(const std::vector<std::uint32_t>& lines) {
  return fmt::format("operations.jsonl lines {}", fmt::join(lines, ", "));
}

Finding violation_finding(const AuditResult& result, Violation violation) {
  std::string text = fmt::format("{} found.", result.findings.count(violation));
  for (const AuditFinding& example : result.findings.examples()) {
    if (example.violation == violation) text += fmt::format(" {} [{}]", example.text, lines_text(example.lines));
  }
  if (result.findings.count(violation) > FindingList::kExamples) text += " And more.";
  return make_finding("audit." + to_string(violation), Judgement::fail, text);
}

std::string writes_text(const Coverage& coverage) {
  std::string text = fmt::format(
      "{} writes of {} objects ({} acknowledged, {} refused, {} indeterminate of which {} happened), {} reads and {} "
      "lists agree.",
      coverage.writes, coverage.objects, coverage.acknowledged, coverage.refused, coverage.indeterminate,
      coverage.resolved, coverage.reads, coverage.lists);
  for (const Coverage::Server& server : coverage.servers)
    text += fmt::format(" {}: {} reads, {} final.", server.name, server.reads, server.final_reads);
  return text;
}

std::string duration_text(const Statistics& statistics) {
  // Fewer values have no 99th percentile to speak of.
  constexpr std::size_t kLeastForP99 = 100;
  if (statistics.n == 0) return "none";
  if (statistics.n < kLeastForP99) return fmt::format("max {} (n = {})", format_seconds(statistics.max), statistics.n);
  return fmt::format("p50 {}, p99 {}, max {} (n = {})", format_seconds(statistics.p50), format_seconds(statistics.p99),
                     format_seconds(statistics.max), statistics.n);
}

std::string watches_text(const AuditResult& result, const OperationHistory& history) {
  if (result.watchers.empty()) return "nobody watched.";
  std::string text = "every event in order, once, without gaps.";
  for (const WatcherResult& watcher : result.watchers) {
    // No "p99" of a few gaps: their largest and their number say it all.
    text += fmt::format(" {}: {} of {} acknowledged writes told, {}; {} streams closed, {} expired, gaps: {}.",
                        history.header.vantages[watcher.vantage].name, watcher.delivered, watcher.owed,
                        duration_text(watcher.delivery), watcher.closes, watcher.expired,
                        watcher.gaps.n == 0
                            ? std::string("none")
                            : fmt::format("longest {} (n = {})", format_seconds(watcher.gaps.max), watcher.gaps.n));
  }
  return text;
}

}  // namespace

std::vector<Finding> verdict_findings(const AuditResult& result, const OperationHistory& history) {
  std::vector<Finding> findings;
  bool writes_agree = true;
  bool watches_agree = true;
  for (std::size_t i = 0; i < kViolations; ++i) {
    const auto violation = static_cast<Violation>(i);
    if (result.findings.count(violation) == 0) continue;
    (is_of_watches(violation) ? watches_agree : writes_agree) = false;
    findings.push_back(violation_finding(result, violation));
  }
  if (writes_agree && result.coverage.writes > 0)
    findings.push_back(make_finding("audit.writes", Judgement::pass, writes_text(result.coverage)));
  if (watches_agree && !result.watchers.empty())
    findings.push_back(make_finding("audit.watches", Judgement::pass, watches_text(result, history)));
  const std::string missing = fmt::format("{}", fmt::join(result.missing, "; "));
  findings.push_back(result.missing.empty()
                         ? make_finding("audit.coverage", Judgement::pass,
                                        fmt::format("{} operations checked.", result.coverage.operations()))
                         : make_finding("audit.coverage", Judgement::error, missing + "."));
  return findings;
}

std::vector<Finding> unreadable(const Error& error) {
  return {make_finding("audit.coverage", Judgement::error, error.text())};
}

}  // namespace hadrill::audit
