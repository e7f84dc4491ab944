#include "check/slo.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "base/percent.hpp"
#include "check/failover.hpp"
#include "check/gates.hpp"
#include "check/hit.hpp"
#include "check/node_loss.hpp"
#include "check/owed.hpp"
#include "check/spared.hpp"
#include "scenario/sli_definitions.hpp"

namespace hadrill {
namespace {

const char* rule(Judgement judgement) {
  switch (judgement) {
    case Judgement::pass:
      return "kept";
    case Judgement::fail:
      return "missed";
    default:
      return "too coarsely measured to decide";
  }
}

Finding undecided(Finding finding, Judgement judgement, std::string text) {
  finding.judgement = judgement;
  finding.text = std::move(text);
  return finding;
}

std::string budget_text(const Finding& finding, const Slo& slo) {
  if (!finding.bound) return format_duration(slo.budget);
  return fmt::format("{} to {} by the flags", format_duration(finding.bound->lower),
                     format_duration(finding.bound->upper));
}

/// Judges finding.time.
void judge_measured(Finding& finding, const Slo& slo, bool seen) {
  const Bounds& time = *finding.time;
  finding.judgement = finding.bound && finding.bound->upper > Duration::zero()
                          ? judge_time(time, finding.bound->lower, finding.bound->upper)
                          : judge_time(time, finding.bound ? finding.bound->upper : slo.budget, seen);
  finding.text = fmt::format("{}; budget {}: {}", to_text(time), budget_text(finding, slo), rule(finding.judgement));
  if (finding.bound && time.upper && *time.upper < finding.bound->lower)
    finding.text += "; earlier than the flags allow: an unsafe takeover, or a measurement that is wrong";
}

/// Numbers of an instrument that was not punctual decide nothing.
void distrust(Finding& finding, const Validity& validity) {
  if (!too_many_invalid(validity) || finding.judgement == Judgement::inconclusive) return;
  finding.text += "; but the harness was too late too often to trust it (see validity)";
  finding.judgement = Judgement::inconclusive;
}

Finding judge_redundancy(Finding finding, const Slo& slo, const Measured& measured) {
  const Bounds& restored = measured.redundancy->restored;
  finding.time = restored;
  // No look after T0 at all: nothing failed, but nothing was seen either.
  judge_measured(finding, slo, measured.redundancy->lost);
  if (!restored.upper) finding.text += "; not seen to be restored";
  distrust(finding, measured.verdict.validity);
  return finding;
}

/// From watches and looks. `why` it was not measured, or has no upper bound.
Finding judge_observed(Finding finding, const Slo& slo, const Measured& measured, const std::optional<Bounds>& time,
                       const std::string& why) {
  if (!time) return undecided(std::move(finding), measured.unmeasured, "not measured: " + why);
  finding.time = time;
  judge_measured(finding, slo, false);
  if (!why.empty()) finding.text += "; " + why;
  distrust(finding, measured.verdict.validity);
  return finding;
}

Finding judge_failover(Finding finding, const Slo& slo, const Measured& measured) {
  const auto& all = measured.verdict.leadership;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const LeadershipResult& result) { return result.component == slo.sli.prober; });
  std::string why = "not observed";
  std::optional<Bounds> time;
  if (found != all.end()) {
    why.clear();
    time = slo.sli.kind == SliRef::Kind::others_led ? others_led_time(*found, *measured.window, why)
                                                    : failover_time(*found, slo.sli.kind, *measured.window, why);
  }
  return judge_observed(std::move(finding), slo, measured, time, why);
}

Finding judge_nodes(Finding finding, const Slo& slo, const Measured& measured) {
  std::string why;
  const auto time = slo.sli.kind == SliRef::Kind::others_not_ready
                        ? others_not_ready_time(measured.events, *measured.window, why)
                        : node_loss_time(slo.sli.kind, measured.events, *measured.window, why);
  return judge_observed(std::move(finding), slo, measured, time, why);
}

bool one_per_node(const ProberInfo& prober) {
  return prober.through == probe_path::each_api_server || prober.through == probe_path::each_node_port;
}

/// The probers that an SLI is about.
std::vector<const ProberResult*> probers_of(const std::string& name, const Measured& measured) {
  const std::set<std::string> touched = nodes_touched(measured.events);
  std::vector<const ProberResult*> found;
  for (const ProberResult& result : measured.verdict.probers) {
    if (is_meant(name, result.prober, touched)) found.push_back(&result);
  }
  return found;
}

/// Each number of the one that has it worst.
OutageSummary worse(const OutageSummary& a, const OutageSummary& b) {
  OutageSummary both;
  both.bad = a.bad + b.bad;
  both.late = a.late + b.late;
  both.proven = a.proven || b.proven;
  both.longest = later(a.longest, b.longest);
  both.total = later(a.total, b.total);
  both.availability = {std::min(a.availability.lower, b.availability.lower),
                       std::min(a.availability.upper, b.availability.upper)};
  return both;
}

/// The numbers an SLI is about, and whether its probers were recorded well enough.
struct Subject {
  const UserOutages* user = nullptr;
  OutageSummary other;  ///< of probers that no user stands behind; nothing is owed of it while there is no quorum
  Bounds served_again{Duration::zero(), Duration::zero()};  ///< of all of them; zero where none was hurt
  bool found = false;
  bool enough = true;
};

Subject find_subject(const std::string& name, const Measured& measured) {
  Subject subject;
  for (const ProberResult* prober : probers_of(name, measured)) {
    subject.user = prober->user ? &*prober->user : nullptr;
    subject.other = subject.found ? worse(subject.other, prober->summary) : prober->summary;
    if (prober->served_again) subject.served_again = later(subject.served_again, *prober->served_again);
    subject.enough = subject.enough && recorded_enough(*prober);
    subject.found = true;
  }
  if (name == "api") subject.user = measured.verdict.api ? &*measured.verdict.api : nullptr;
  return subject;
}

std::string nobody(const std::string& name) {
  return fmt::format("no samples of a prober {}, or each of them is on a node that a fault hit", name);
}

void judge_numbers(const OutageSummary& summary, const Slo& slo, Finding& finding) {
  if (slo.sli.kind == SliRef::Kind::availability) {
    finding.share = summary.availability;
    finding.judgement = judge_share(summary.availability, slo.availability, summary.proven);
    finding.text = fmt::format("{}; budget {} %: {}", to_text(summary.availability), format_percent(slo.availability),
                               rule(finding.judgement));
    return;
  }
  const Bounds& time = slo.sli.kind == SliRef::Kind::longest_outage ? summary.longest : summary.total;
  finding.time = time;
  judge_measured(finding, slo, summary.proven);
  if (!time.upper) finding.text += "; it had no end, or no beginning, within the window";
}

Finding judge_served_again(Finding finding, const Slo& slo, const Measured& measured) {
  const Subject subject = find_subject(slo.sli.prober, measured);
  if (!subject.found) return undecided(std::move(finding), Judgement::error, nobody(slo.sli.prober));
  if (!subject.enough) return undecided(std::move(finding), measured.unmeasured, "too few samples (see coverage)");
  finding.time = subject.served_again;
  judge_measured(finding, slo, finding.time->lower > Duration::zero());
  if (!finding.time->upper) finding.text += "; never 20 good requests in a row after it";
  distrust(finding, measured.verdict.validity);
  return finding;
}

/// What happened while nothing was owed: shown, not judged.
Finding show_not_owed(Finding finding, const Slo& slo, const OutageSummary& summary, const Verdict& verdict) {
  judge_numbers(summary, slo, finding);
  finding.judgement = Judgement::not_owed;
  std::vector<std::string> reasons;
  for (const NotOwed& stretch : verdict.not_owed) reasons.push_back(stretch.reason);
  const std::string measured = finding.time ? to_text(*finding.time) : to_text(*finding.share);
  finding.text = fmt::format("{}; not owed while {}", measured, fmt::join(reasons, "; "));
  return finding;
}

/// Whether any of the window is left to be judged.
bool anything_owed(const Measured& measured) {
  const IntervalSet window{{measured.window->t0_lower, measured.window->end}};
  return total(subtract(window, intervals_of(measured.verdict.not_owed))).value_or(Duration::zero()) > Duration::zero();
}

std::vector<Finding> judge_outages(const Finding& blank, const Slo& slo, const Measured& measured) {
  const Subject subject = find_subject(slo.sli.prober, measured);
  if (!subject.found) return {undecided(blank, Judgement::error, nobody(slo.sli.prober))};
  const bool parts = subject.user != nullptr && subject.user->owed && subject.user->not_owed;
  std::vector<Finding> findings;
  if (!parts || anything_owed(measured)) {
    Finding finding = blank;
    const OutageSummary& whole = subject.user != nullptr ? *subject.user : subject.other;
    judge_numbers(parts ? *subject.user->owed : whole, slo, finding);
    if (parts) finding.text += "; of the time in which it is owed";
    if (!subject.enough) {
      finding = undecided(std::move(finding), measured.unmeasured, "too few samples (see coverage)");
    } else {
      distrust(finding, measured.verdict.validity);
    }
    findings.push_back(std::move(finding));
  }
  if (parts) {
    Finding shown = blank;
    if (!findings.empty()) shown.id += " (not owed)";
    findings.push_back(show_not_owed(std::move(shown), slo, *subject.user->not_owed, measured.verdict));
  }
  return findings;
}

}  // namespace

bool is_meant(const std::string& name, const ProberInfo& prober, const std::set<std::string>& touched) {
  if (name == "api") return prober.through_load_balancer();
  const bool of_node = one_per_node(prober) && prober.name == name + "." + prober.endpoint;
  return prober.name == name || (of_node && !touched.contains(prober.endpoint));
}

Bounds later(const Bounds& a, const Bounds& b) {
  const auto upper = a.upper && b.upper ? std::optional(std::max(*a.upper, *b.upper)) : std::nullopt;
  return {std::max(a.lower, b.lower), upper};
}

Judgement judge_time(const Bounds& measured, Duration budget, bool seen) {
  if (measured.lower > budget || (seen && budget == Duration::zero())) return Judgement::fail;
  return measured.upper && *measured.upper <= budget ? Judgement::pass : Judgement::inconclusive;
}

Judgement judge_time(const Bounds& measured, Duration least, Duration most) {
  if (measured.upper && *measured.upper < least) return Judgement::fail;
  const Judgement by_most = judge_time(measured, most, false);
  return by_most == Judgement::pass && measured.lower < least ? Judgement::inconclusive : by_most;
}

Judgement judge_share(const ShareBounds& measured, double budget, bool seen) {
  if (measured.upper < budget || (seen && budget >= 1)) return Judgement::fail;
  return measured.lower >= budget ? Judgement::pass : Judgement::inconclusive;
}

std::vector<Finding> judge_slo(const Slo& slo, const Measured& measured,
                               const std::optional<Result<bounds::Bound>>& derived) {
  Finding finding;
  finding.id = slo.sli.text;
  finding.is_slo = true;
  if (derived && derived->ok()) {
    finding.bound = **derived;
    finding.time_budget = finding.bound->upper;
  } else if (slo.sli.kind == SliRef::Kind::availability) {
    finding.share_budget = slo.availability;
  } else if (!slo.automatic) {
    finding.time_budget = slo.budget;
  }
  if (!measured.window)
    return {undecided(std::move(finding), measured.unmeasured, "not measured: no proven fault was observed")};
  if (derived && !derived->ok())
    return {undecided(std::move(finding), Judgement::error, "budget auto: " + derived->error().message)};
  if (slo.sli.kind == SliRef::Kind::redundancy_restored) return {judge_redundancy(std::move(finding), slo, measured)};
  if (slo.sli.kind == SliRef::Kind::failover || slo.sli.kind == SliRef::Kind::leader_works ||
      slo.sli.kind == SliRef::Kind::others_led)
    return {judge_failover(std::move(finding), slo, measured)};
  if (is_about_nodes(slo.sli.kind) || slo.sli.kind == SliRef::Kind::others_not_ready)
    return {judge_nodes(std::move(finding), slo, measured)};
  if (slo.sli.kind == SliRef::Kind::served_again) return {judge_served_again(std::move(finding), slo, measured)};
  return judge_outages(finding, slo, measured);
}

}  // namespace hadrill
