#include "calibrate/compare.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"

namespace hadrill::calibrate {
namespace {

const Finding* find(const Verdict& verdict, const std::string& id) {
  for (const Finding& finding : verdict.findings) {
    if (finding.id == id) return &finding;
  }
  return nullptr;
}

std::string text_of(const Extent& extent) { return format_seconds((extent.lower + extent.upper) / 2); }

Row time_row(const ProberResult& prober, const std::string& quantity, const Extent& truth, const Bounds& measured,
             const Conditions& conditions, std::size_t outages) {
  const std::optional<Bounds> known = prober.n > 0 ? std::optional(measured) : std::nullopt;
  return {prober.prober.name, quantity, text_of(truth), known ? to_text(*known) : "nothing",
          assess(truth, known, conditions, outages)};
}

/// A check of what has to be right as well, beside the number that the case is about.
Row beside(Row row) {
  row.beside = true;
  return row;
}

Row exact_row(const std::string& about, const std::string& quantity, const std::string& truth,
              const std::string& measured, const Conditions& conditions) {
  return {about, quantity, truth, measured, assess_exact(truth, measured, conditions)};
}

/// How most of the bad requests ended.
Outcome most_seen(const ProberResult& prober) {
  Outcome most = Outcome::ok;
  for (std::size_t i = 1; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (!is_judged(outcome) || prober.count(outcome) == 0) continue;
    if (most == Outcome::ok || prober.count(outcome) > prober.count(most)) most = outcome;
  }
  return most;
}

Row seen_row(const OutageCase& one, const ProberResult& prober, const Conditions& conditions) {
  std::vector<std::string> wanted;
  for (const Outcome outcome : one.seen_as) wanted.push_back(to_string(outcome));
  const Outcome seen = most_seen(prober);
  const bool right = std::find(one.seen_as.begin(), one.seen_as.end(), seen) != one.seen_as.end();
  const std::string truth = fmt::format("{}", fmt::join(wanted, " or "));
  return beside({prober.prober.name, "seen as", truth, to_string(seen),
                 assess_exact(truth, right ? truth : to_string(seen), conditions)});
}

/// Its SLO allows nothing: the verdict about it says whether anybody was hurt.
Row slo_row(const OutageCase& one, const std::string& prober, const Verdict& verdict, const Conditions& conditions) {
  const Finding* const slo = find(verdict, prober + ".longest_outage");
  const Judgement right = one.subject == Subject::nothing ? Judgement::pass : Judgement::fail;
  return beside(exact_row(prober, "SLO of 0 s", to_string(right),
                          slo != nullptr ? to_string(slo->judgement) : "nothing", conditions));
}

void compare_prober(const OutageCase& one, const CaseRun& run, const ProberResult& prober, const Conditions& conditions,
                    std::vector<Row>& rows) {
  const std::string& name = prober.prober.name;
  const std::string bad = std::to_string(prober.summary.bad);
  if (one.subject == Subject::outages) {
    rows.push_back(time_row(prober, "longest outage", longest(run.truth), prober.summary.longest, conditions, 1));
    if (one.course.times > 1) {
      const auto times = static_cast<std::size_t>(one.course.times);
      rows.push_back(time_row(prober, "total outage", total(run.truth), prober.summary.total, conditions, times));
      rows.push_back(
          exact_row(name, "outages", std::to_string(times), std::to_string(prober.outage_count), conditions));
    }
  } else {
    const bool nobody = one.subject == Subject::nothing;
    rows.push_back(exact_row(name, "bad requests", nobody ? "0" : std::to_string(run.truth.spoiled), bad, conditions));
  }
  if (!one.seen_as.empty()) rows.push_back(seen_row(one, prober, conditions));
  rows.push_back(slo_row(one, name, run.verdict, conditions));
}

/// Gates that have to pass for a measurement to be one: their failure is the instrument's.
Row gate_row(const Verdict& verdict, const Conditions& conditions) {
  std::string broken;
  for (const char* id : {"run", "coverage"}) {
    const Finding* const gate = find(verdict, id);
    if (gate == nullptr || gate->judgement != Judgement::pass) broken += gate != nullptr ? gate->text : id;
  }
  return beside(exact_row("all probers", "coverage", "pass", broken.empty() ? "pass" : broken, conditions));
}

std::string violations_of(const audit::AuditResult& result) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < audit::kViolations; ++i) {
    const auto violation = static_cast<audit::Violation>(i);
    if (const std::size_t count = result.findings.count(violation); count > 0)
      found.push_back(fmt::format("{} {}", count, to_string(violation)));
  }
  return found.empty() ? "nothing" : fmt::format("{}", fmt::join(found, ", "));
}

}  // namespace

Conditions conditions_of(const CaseRun& run) {
  Conditions conditions;
  // Of all slots: the one before the defect bounds its beginning.
  conditions.lateness = run.verdict.harness.lateness.max() + run.truth.lateness;
  for (const char* id : {"validity", "baseline"}) {
    const Finding* const gate = find(run.verdict, id);
    if (gate != nullptr && gate->judgement == Judgement::pass) continue;
    // A gate that was not reached says nothing: what was measured then fails for what it is.
    if (gate == nullptr || !conditions.valid) continue;
    conditions.valid = false;
    conditions.doubt = fmt::format("the instrument was disturbed: {}", gate->text);
  }
  return conditions;
}

std::vector<Row> compare(const OutageCase& one, const CaseRun& run) {
  const Conditions conditions = conditions_of(run);
  std::vector<Row> rows;
  for (const ProberResult& prober : run.verdict.probers) {
    if (!prober.prober.null_prober()) compare_prober(one, run, prober, conditions, rows);
  }
  rows.push_back(gate_row(run.verdict, conditions));
  return rows;
}

std::vector<Row> compare(const AuditCase& one, const CaseRun& run) {
  const Conditions conditions = conditions_of(run);
  const std::string truth = one.violation ? "1 " + audit::to_string(*one.violation) : "nothing";
  const std::string found = run.audited ? violations_of(*run.audited) : "no audit";
  const bool enough = run.audited && run.audited->missing.empty();
  // What the audit finds does not depend on how punctual anybody was, but a late API may not have come to its lie.
  const bool told = run.truth.spoiled == (one.violation ? 1U : 0U);
  return {exact_row("audit", "found", truth, found, told ? Conditions{} : conditions),
          beside(exact_row("audit", "coverage", "enough", enough ? "enough" : "too little", conditions)),
          gate_row(run.verdict, conditions)};
}

}  // namespace hadrill::calibrate
