#include "page/headline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "check/timeline.hpp"
#include "report/facts.hpp"
#include "report/users_text.hpp"

namespace hadrill {
namespace {

std::string part_text(const FaultFact& fault) {
  const std::string leader = fault.led ? " that led" : "";
  const auto& [role, node, pod] = fault.target;
  if (role == "apiserver") return "the API server on " + node;
  if (role == "etcd") return fmt::format("the etcd member{} on {}", leader, node);
  if (role == "scheduler" || role == "controller-manager")
    return fmt::format("the {}{} on {}", role == "scheduler" ? "scheduler" : "controller manager", leader, node);
  if (role == "pod") return pod.empty() ? "a pod on " + node : to_string(fault.target);
  return fmt::format("{} {}", role, node);
}

std::string broken_text(const RunContext& run) {
  const RunFacts facts = read_facts(run);
  if (!breaks_something(run.scenario)) return "with nothing broken (a control)";
  if (facts.faults.empty()) return "before anything was broken";
  std::string text = fmt::format("{} {} {}", facts.faults.front().t0_lower ? "after" : "when",
                                 facts.faults.front().fault, "hit " + part_text(facts.faults.front()));
  if (facts.faults.size() > 1) text += fmt::format(" and {} more", facts.faults.size() - 1);
  return text;
}

std::string redundancy_text(const Verdict& verdict) {
  const auto& redundancy = verdict.times.redundancy;
  if (!redundancy) return "";
  if (!redundancy->upper) return "full redundancy was not seen to come back";
  return "full redundancy was back after " + to_text(*redundancy);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!part.empty()) text += (text.empty() ? "" : ", and ") + part;
  }
  return text;
}

/// The first finding of a judgement, SLOs before others.
const Finding* first_of(const Verdict& verdict, Judgement judgement) {
  const Finding* first = nullptr;
  for (const Finding& finding : verdict.findings) {
    if (finding.judgement != judgement) continue;
    if (finding.is_slo) return &finding;
    if (first == nullptr) first = &finding;
  }
  return first;
}

std::string about(const Finding& finding) {
  if (finding.is_slo && (finding.time || finding.share))
    return fmt::format("{} was {} where {} is allowed", finding.id, measured_text(finding), budget_text(finding));
  return fmt::format("{}: {}", finding.id, finding.text);
}

std::string counted(const Verdict& verdict, Judgement judgement) {
  const auto is_slo = [](const Finding& one) { return one.is_slo; };
  const auto all = std::count_if(verdict.findings.begin(), verdict.findings.end(), is_slo);
  const auto those = std::count_if(verdict.findings.begin(), verdict.findings.end(),
                                   [&](const Finding& one) { return one.is_slo && one.judgement == judgement; });
  return fmt::format("{} of {} SLOs", those, all);
}

std::string time_margin(const Bounds& time, Duration budget) {
  const Duration best = budget - time.lower;
  if (!time.upper)
    return best < Duration::zero() ? "missed by at least " + format_seconds(-best)
                                   : fmt::format("at most {} left", format_seconds(best));
  const Duration worst = budget - *time.upper;
  if (worst == best && worst >= Duration::zero()) return format_seconds(best) + " left";
  if (worst >= Duration::zero()) return fmt::format("{} to {} left", format_seconds(worst), format_seconds(best));
  if (best < Duration::zero()) return fmt::format("missed by {} to {}", format_seconds(-best), format_seconds(-worst));
  return fmt::format("{} missed to {} left", format_seconds(-worst), format_seconds(best));
}

std::string share_margin(const ShareBounds& share, double budget) {
  const auto points = [](double value) { return fmt::format("{:.2f}", value * 100); };
  const double worst = share.lower - budget;
  const double best = share.upper - budget;
  if (points(worst) == points(best) && worst >= 0) return points(best) + " points left";
  if (worst >= 0) return fmt::format("{} to {} points left", points(worst), points(best));
  if (best < 0) return fmt::format("missed by {} to {} points", points(-best), points(-worst));
  return fmt::format("{} points missed to {} points left", points(-worst), points(best));
}

}  // namespace

std::string verdict_word(Judgement judgement) {
  switch (judgement) {
    case Judgement::pass:
      return "Passed";
    case Judgement::fail:
      return "Failed";
    case Judgement::inconclusive:
      return "Undecided";
    case Judgement::aborted:
      return "Stopped early";
    case Judgement::not_owed:
    case Judgement::error:
      break;
  }
  return "No verdict";
}

std::string verdict_sentence(const RunContext& run, const Verdict& verdict) {
  const std::string lost = joined({users_text(verdict), redundancy_text(verdict)});
  const std::string story = lost.empty() ? broken_text(run) : fmt::format("{}, {}", broken_text(run), lost);
  const Finding* finding = first_of(verdict, verdict.judgement);
  const std::string reason = finding == nullptr ? std::string("nothing was checked") : about(*finding);
  switch (verdict.judgement) {
    case Judgement::pass:
      return fmt::format("Every SLO was kept: {}.", story);
    case Judgement::fail:
      if (finding != nullptr && !finding->is_slo)
        return fmt::format("A promise was broken {}: {}.", broken_text(run), reason);
      return fmt::format("{} missed: {}; {}.", counted(verdict, Judgement::fail), reason, story);
    case Judgement::inconclusive:
      return fmt::format("The measurement cannot decide, and that is not a pass: {}; {}.", reason, story);
    case Judgement::aborted:
      return fmt::format("The run was stopped before its end, so its numbers decide nothing: {}; {}.", reason, story);
    case Judgement::not_owed:
    case Judgement::error:
      break;
  }
  return fmt::format("Nothing can be said about the SLOs: {}.", reason);
}

std::string budget_text(const Finding& finding) {
  if (finding.bound && finding.bound->lower > Duration::zero())
    return fmt::format("{} to {}, by the flags", format_seconds(finding.bound->lower),
                       format_seconds(finding.bound->upper));
  if (finding.time_budget)
    return fmt::format("at most {}{}", format_duration(*finding.time_budget), finding.bound ? ", by the flags" : "");
  if (finding.share_budget) return fmt::format("at least {} %", format_percent(*finding.share_budget));
  return "by the flags, which do not tell";
}

std::string margin_text(const Finding& finding) {
  if (finding.time && finding.time_budget) {
    const bool early = finding.bound && finding.time->upper && *finding.time->upper < finding.bound->lower;
    if (early) return "earlier than the flags allow";
    return time_margin(*finding.time, *finding.time_budget);
  }
  if (finding.share && finding.share_budget) return share_margin(*finding.share, *finding.share_budget);
  return "";
}

}  // namespace hadrill
