// The verdict for a person at a terminal: what was decided, what was broken, what was measured, how sure that is.
#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "base/percent.hpp"
#include "report/budget_origin.hpp"
#include "report/columns.hpp"
#include "report/course.hpp"
#include "report/facts.hpp"
#include "report/hypothesis.hpp"
#include "report/leadership.hpp"
#include "report/report.hpp"
#include "report/users_text.hpp"

namespace hadrill {
namespace {

constexpr std::size_t kNameWidth = 34;
constexpr std::size_t kBoundsWidth = 24;
constexpr std::size_t kBudgetWidth = 18;
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
    case Judgement::not_owed:
      break;
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
  const bool undecided = judgement == Judgement::inconclusive || judgement == Judgement::not_owed;
  const char* code = judgement == Judgement::pass ? "32" : undecided ? "33" : "31";
  return fmt::format("\x1b[1;{}m{}\x1b[0m", code, text);
}

std::string headline(const Verdict& verdict, const RunContext& run, bool colour) {
  const std::string word = upper_case(to_string(verdict.judgement));
  std::string text = wrap(word + "  ", fmt::format("{}: {}", run.scenario.name, sentence(verdict.judgement)));
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
    text += wrap("broken   ", fmt::format("{} of {}{} (step {}); {}", fault.fault, to_string(fault.target),
                                          fault.led ? ", the leader" : "", fault.step, when));
    for (const FaultMeasure& measure : fault.measures)
      text += wrap("         ", fmt::format("{}: {}", measure.what, to_text(measure)));
  }
  return text;
}

std::string budget_of(const Finding& finding) {
  // A lower end other than nothing is part of the budget. Exact where the bound is explained.
  if (finding.bound && finding.bound->lower > Duration::zero())
    return fmt::format("{} to {}", format_seconds(finding.bound->lower, 1), format_seconds(finding.bound->upper, 1));
  if (finding.time_budget) return "<= " + format_duration(*finding.time_budget);
  if (finding.share_budget) return fmt::format(">= {} %", format_percent(*finding.share_budget));
  return kAutomaticBudget;  // which could not be made
}

/// Without " (not owed)", which the column `verdict` says.
std::string sli_of(const Finding& finding) {
  return finding.judgement == Judgement::not_owed ? finding.id.substr(0, finding.id.find(" (")) : finding.id;
}

std::string slos(const Verdict& verdict, bool colour) {
  std::string text = fmt::format("\n{} {} {} {}\n", fit("SLO", kNameWidth), fit("measured", kBoundsWidth),
                                 fit("budget", kBudgetWidth), "verdict");
  for (const Finding& finding : verdict.findings) {
    if (!finding.is_slo) continue;
    text += fmt::format("{} {} {} {}\n", fit(sli_of(finding), kNameWidth), fit(measured_text(finding), kBoundsWidth),
                        fit(budget_of(finding), kBudgetWidth),
                        painted(to_string(finding.judgement), finding.judgement, colour));
  }
  return text;
}

std::string prober_row(const ProberResult& prober, const Times& times) {
  const OutageSummary& summary = prober.summary;
  std::string text =
      fmt::format("{} {:>6} {:>6} {:>5}  {} +-{}\n", fit(prober.prober.name, kNameWidth), prober.n, summary.bad,
                  prober.outage_count, fit(prober.n == 0 ? "not measured" : to_text(summary.longest), kBoundsWidth),
                  format_duration(prober.prober.period));
  if (summary.bad > 0) text += wrap("    ", endings_text(prober));
  if (!prober.prober.user_facing() || !times.t0_lower) return text;
  std::size_t shown = 0;
  for (const Outage& outage : prober.outages) {
    if (++shown > kOutagesShown) break;
    text +=
        wrap("    ", fmt::format("T0{} to T0{}: {} bad, {}", offset_text(outage.first_bad, *times.t0_lower),
                                 offset_text(outage.last_bad, *times.t0_lower), outage.bad, to_text(outage.length)));
  }
  if (prober.outage_count > kOutagesShown)
    text += fmt::format("    and {} more\n", prober.outage_count - kOutagesShown);
  return text;
}

/// Outages that the same evidence says the same about.
struct Blame {
  const Attribution* attribution = nullptr;
  std::size_t count = 0;
  Interval span;  ///< of all of them
};

bool same_blame(const Attribution& a, const Attribution& b) {
  return a.culprit == b.culprit && a.instances == b.instances && a.because == b.because;
}

std::vector<Blame> blames_of(const std::vector<MergedOutage>& outages) {
  std::vector<Blame> blames;
  for (const MergedOutage& outage : outages) {
    auto at = std::find_if(blames.begin(), blames.end(), [&outage](const Blame& blame) {
      return same_blame(*blame.attribution, outage.attribution);
    });
    if (at == blames.end()) at = blames.insert(at, Blame{&outage.attribution, 0, outage.span});
    ++at->count;
    at->span.end = std::max(at->span.end, outage.span.end);
  }
  return blames;
}

/// Whose the outages behind the load balancer were.
std::string attribution_text(const ApiResult& api, const Times& times) {
  if (!times.t0_lower) return "";
  std::string text;
  const std::vector<Blame> blames = blames_of(api.outages);
  for (std::size_t i = 0; i < std::min(blames.size(), kOutagesShown); ++i) {
    const auto& [attribution, count, span] = blames[i];
    std::string culprit = to_string(attribution->culprit);
    if (!attribution->instances.empty()) culprit += fmt::format(" {}", fmt::join(attribution->instances, ", "));
    text += wrap("    ", fmt::format("{} within {} to {}: {} ({})", count, since_t0_text(span.begin, *times.t0_lower),
                                     since_t0_text(span.end, *times.t0_lower), culprit, attribution->because));
  }
  if (blames.size() > kOutagesShown) text += fmt::format("    and {} more causes\n", blames.size() - kOutagesShown);
  if (api.outage_count > api.outages.size()) {
    text += fmt::format("    (of the {} longest of {} outages)\n", api.outages.size(), api.outage_count);
  }
  return text;
}

std::string probers(const Verdict& verdict) {
  if (verdict.probers.empty()) return "";
  std::string text = fmt::format("\n{} {:>6} {:>6} {:>5}  {} {}\n", fit("prober", kNameWidth), "n", "bad", "runs",
                                 fit("longest outage", kBoundsWidth), "resolution");
  for (const ProberResult& prober : verdict.probers) text += prober_row(prober, verdict.times);
  if (verdict.api) {
    text += fmt::format("{} {:>6} {:>6} {:>5}  {}\n", fit(kApiRow, kNameWidth), "", verdict.api->bad,
                        verdict.api->outage_count, to_text(verdict.api->longest));
    text += attribution_text(*verdict.api, verdict.times);
  }
  return text;
}

std::string harness(const HarnessCost& cost) {
  const DurationHistogram& lateness = cost.lateness;
  if (lateness.count() == 0) return "";
  std::string text = fmt::format("{} requests over {} new connections", cost.requests, cost.connections_opened);
  if (cost.cpu_seconds) text += fmt::format(", {:.3f} s of CPU", *cost.cpu_seconds);
  if (cost.max_rss_kib) text += fmt::format(", {:.1f} MiB", static_cast<double>(*cost.max_rss_kib) / 1024);
  text += fmt::format("; sent late: half within {}, 99 % within {}, all within {}",
                      format_duration(lateness.percentile(0.5)), format_duration(lateness.percentile(0.99)),
                      format_duration(lateness.max()));
  return wrap("harness  ", text);
}

/// Findings that are worth reading when they pass: how sound the numbers are, and which promises were put to the test.
bool says_what_was_proven(const std::string& id) {
  return id == "validity" || id == "identities" || id == "counters" || id.starts_with("leadership.") ||
         id.starts_with("audit.");
}

std::string doubts(const Verdict& verdict, const RunContext& run, bool colour) {
  std::string text = "\n";
  std::string told;
  for (const Finding& finding : verdict.findings) {
    // What was not owed has been told at the top.
    const bool fine = finding.judgement == Judgement::pass || finding.judgement == Judgement::not_owed;
    const bool shown = !fine || says_what_was_proven(finding.id);
    // The table has said it: an SLO that is missed, or the same reason once more.
    const bool known = finding.is_slo && (finding.judgement == Judgement::fail || finding.text == told);
    if (!shown || known) continue;
    told = finding.text;
    const std::string word = to_string(finding.judgement);
    const std::string line = wrap(word + "  ", fmt::format("{}: {}", finding.id, finding.text));
    text += painted(word, finding.judgement, colour) + line.substr(word.size());
  }
  for (const std::string& note : verdict.notes) text += wrap("note  ", note);
  text += harness(verdict.harness);
  text += wrap("calibration  ", calibration_text(run));
  text += wrap("bounds  ",
               "the true value lies between the two numbers: users are only seen when they ask, so an outage shorter "
               "than one period of a prober between two good samples is not seen");
  return text;
}

}  // namespace

std::string terminal_summary(const Verdict& verdict, const RunContext& run, bool colour) {
  const RunFacts facts = read_facts(run);
  std::string text = headline(verdict, run, colour);
  text += broken(facts);
  if (const std::string tuned = tuned_text(run); !tuned.empty()) text += wrap("tuned    ", tuned);
  if (const std::string lost = users_text(verdict); !lost.empty()) text += wrap("lost     ", lost);
  text += hypothesis_text(verdict);
  text += not_owed_text(verdict);
  text += slos(verdict, colour);
  text += budget_origins_text(verdict);
  text += probers(verdict);
  text += worst_windows_text(verdict);
  text += course_text(verdict, facts);
  text += leadership_text(verdict);
  text += workload_text(verdict);
  text += doubts(verdict, run, colour);
  return text;
}

}  // namespace hadrill
