// The verdict for a person at a terminal: what was decided, what was broken, what was measured, how sure that is.
#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "report/columns.hpp"
#include "report/facts.hpp"
#include "report/report.hpp"

namespace hadrill {
namespace {

constexpr std::size_t kNameWidth = 34;
constexpr std::size_t kBoundsWidth = 24;
constexpr std::size_t kOutagesShown = 5;

const char* sentence(Judgement judgement) {
  switch (judgement) {
    case Judgement::pass:
      return "every SLO is kept, whatever the truth within the error bars";
    case Judgement::inconclusive:
      return "the measurement does not decide; this is not a pass";
    case Judgement::fail:
      return "at least one SLO is missed, even by the lower end of its error bar";
    case Judgement::aborted:
      return "the run was stopped; numbers are of what was seen until then and decide nothing";
    case Judgement::error:
      return "nothing can be said about the SLOs; see what went wrong below";
  }
  return "";
}

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::string painted(const std::string& text, Judgement judgement, bool colour) {
  if (!colour) return text;
  const char* code = judgement == Judgement::pass ? "32" : judgement == Judgement::inconclusive ? "33" : "31";
  return fmt::format("\x1b[1;{}m{}\x1b[0m", code, text);
}

/// "+1.204 s", "-0.010 s".
std::string offset(Instant at, Instant origin) {
  const Duration since = at - origin;
  return (since < Duration::zero() ? "" : "+") + format_seconds(since);
}

std::string headline(const Verdict& verdict, const RunRecord& record, bool colour) {
  const std::string word = upper_case(to_string(verdict.judgement));
  std::string text = wrap(word + "  ", fmt::format("{}: {}", record.scenario.name, sentence(verdict.judgement)));
  if (!text.starts_with(word)) return text;
  text = painted(word, verdict.judgement, colour) + text.substr(word.size());
  if (verdict.cleanup_incomplete)
    text += wrap("  ", "CLEANUP INCOMPLETE: something that was broken is not proven healed");
  return text;
}

std::string broken(const RunFacts& facts) {
  if (facts.faults.empty()) return "broken   nothing\n";
  std::string text;
  for (const FaultFact& fault : facts.faults) {
    const std::string when = fault.t0_lower ? fmt::format("T0 {}, known to within {}", facts.utc(*fault.t0_lower),
                                                          format_duration(*fault.t0_upper - *fault.t0_lower))
                                            : std::string("not proven in force");
    text += wrap("broken   ", fmt::format("{} of {} on {}{} (step {}); {}", fault.fault, fault.role, fault.node,
                                          fault.led ? ", the leader" : "", fault.step, when));
  }
  return text;
}

std::string budget_of(const Finding& finding) {
  if (finding.time_budget) return "<= " + format_duration(*finding.time_budget);
  if (finding.share_budget) return fmt::format(">= {} %", *finding.share_budget * 100);
  return "";
}

std::string measured_of(const Finding& finding) {
  if (finding.time) return to_text(*finding.time);
  if (finding.share) return to_text(*finding.share);
  return "not measured";
}

std::string slos(const Verdict& verdict, bool colour) {
  std::string text = fmt::format("\n{} {} {} {}\n", fit("SLO", kNameWidth), fit("measured", kBoundsWidth),
                                 fit("budget", 16), "verdict");
  for (const Finding& finding : verdict.findings) {
    if (!finding.is_slo) continue;
    text += fmt::format("{} {} {} {}\n", fit(finding.id, kNameWidth), fit(measured_of(finding), kBoundsWidth),
                        fit(budget_of(finding), 16), painted(to_string(finding.judgement), finding.judgement, colour));
  }
  return text;
}

std::string outcomes_of(const ProberResult& prober) {
  std::vector<std::string> parts;
  for (std::size_t i = 1; i < kOutcomes; ++i) {
    if (prober.outcomes[i] > 0)
      parts.push_back(fmt::format("{} {}", prober.outcomes[i], to_string(static_cast<Outcome>(i))));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string prober_row(const ProberResult& prober, const Times& times) {
  const OutageSummary& summary = prober.summary;
  std::string text =
      fmt::format("{} {:>6} {:>6} {:>5}  {} +-{}\n", fit(prober.prober.name, kNameWidth), prober.n, summary.bad,
                  prober.outages.size(), fit(prober.n == 0 ? "not measured" : to_text(summary.longest), kBoundsWidth),
                  format_duration(prober.prober.period));
  if (summary.bad > 0) text += wrap("    ", outcomes_of(prober));
  if (!prober.prober.through_load_balancer() || !times.t0_lower) return text;
  std::size_t shown = 0;
  for (const Outage& outage : prober.outages) {
    if (++shown > kOutagesShown) break;
    text += wrap("    ", fmt::format("T0{} to T0{}: {} bad, {}", offset(outage.first_bad, *times.t0_lower),
                                     offset(outage.last_bad, *times.t0_lower), outage.bad, to_text(outage.length)));
  }
  if (prober.outages.size() > shown) text += fmt::format("    and {} more\n", prober.outages.size() - kOutagesShown);
  return text;
}

std::string probers(const Verdict& verdict) {
  if (verdict.probers.empty()) return "";
  std::string text = fmt::format("\n{} {:>6} {:>6} {:>5}  {} {}\n", fit("prober", kNameWidth), "n", "bad", "runs",
                                 fit("longest outage", kBoundsWidth), "resolution");
  for (const ProberResult& prober : verdict.probers) text += prober_row(prober, verdict.times);
  if (verdict.api) {
    text += fmt::format("{} {:>6} {:>6} {:>5}  {}\n", fit("api (behind the load balancer)", kNameWidth), "",
                        verdict.api->bad, "", to_text(verdict.api->longest));
  }
  return text;
}

std::string times(const Verdict& verdict, const RunFacts& facts) {
  const Times& times = verdict.times;
  if (!times.t0_lower) return "\nno T0: no fault was proven in force\n";
  std::string text = fmt::format("\nT0 fault in force       {}\n", facts.utc(*times.t0_lower));
  text += "T1 first user hurt      " +
          (times.impact ? "T0" + offset(*times.impact, *times.t0_lower) : std::string("nobody")) + "\n";
  for (const ProberResult& prober : verdict.probers) {
    if (!prober.failover) continue;
    text += wrap("T3 served again after   ", fmt::format("{} ({})", to_text(*prober.failover), prober.prober.name));
  }
  if (times.redundancy) text += "T5 every spare back     " + to_text(*times.redundancy) + "\n";
  if (times.window_end) text += "observed until          T0" + offset(*times.window_end, *times.t0_lower) + "\n";
  return text;
}

std::string doubts(const Verdict& verdict, bool colour) {
  std::string text = "\n";
  std::string told;
  for (const Finding& finding : verdict.findings) {
    const bool shown = finding.judgement != Judgement::pass || finding.id == "validity";
    // The table has said it: an SLO that is missed, or the same reason once more.
    const bool known = finding.is_slo && (finding.judgement == Judgement::fail || finding.text == told);
    if (!shown || known) continue;
    told = finding.text;
    const std::string word = to_string(finding.judgement);
    const std::string line = wrap(word + "  ", fmt::format("{}: {}", finding.id, finding.text));
    text += painted(word, finding.judgement, colour) + line.substr(word.size());
  }
  for (const std::string& note : verdict.notes) text += wrap("note  ", note);
  text += wrap("bounds  ",
               "the true value lies between the two numbers: users are only seen when they ask, so an outage shorter "
               "than one period of a prober between two good samples is not seen");
  return text;
}

}  // namespace

std::string terminal_summary(const Verdict& verdict, const RunRecord& record, bool colour) {
  const RunFacts facts = read_facts(record);
  std::string text = headline(verdict, record, colour);
  text += broken(facts);
  text += slos(verdict, colour);
  text += probers(verdict);
  text += times(verdict, facts);
  text += doubts(verdict, colour);
  return text;
}

}  // namespace hadrill
