#include "check/gates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "check/by_hand.hpp"
#include "check/validity.hpp"
#include "history/target.hpp"

namespace hadrill {
namespace {

bool is_step_event(const Event& event, const char* type, const std::string& step) {
  return event.type == type && json_text(event.data, "/step") == step;
}

/// "STEP on NODE" of a fault or heal event, of a pod "STEP on pod NAMESPACE/NAME on NODE".
std::string what(const Event& event) {
  return fmt::format("{} on {}", json_text(event.data, "/step", "?"), place_of(target_of(event.data)));
}

bool has_t0(const Event& event) {
  const auto lower = json_natural(event.data, "/t0LowerNs");
  const auto upper = json_natural(event.data, "/t0UpperNs");
  return lower && upper && *lower <= *upper;
}

Finding judge_fault(const EventLog& events, const InjectStep& step) {
  const std::string id = "fault." + step.id;
  std::size_t targets = 1;
  std::size_t proven = 0;
  for (const Event& event : events.events) {
    if (is_step_event(event, event_type::fault_injecting, step.id)) {
      targets = std::max<std::size_t>(1, json_array(event.data, "/targets").size());
    } else if (is_step_event(event, event_type::fault_unproven, step.id)) {
      return make_finding(
          id, Judgement::error,
          fmt::format("{} was not proven to be in force: {}", what(event), json_text(event.data, "/reason", "?")));
    } else if (is_step_event(event, event_type::fault_proven, step.id)) {
      if (!has_t0(event))
        return make_finding(id, Judgement::error, what(event) + ": the proof has no usable t0LowerNs, t0UpperNs");
      ++proven;
    }
  }
  const std::string text = fmt::format("{} proven in force on {} of {} targets", step.fault, proven, targets);
  return make_finding(id, proven >= targets ? Judgement::pass : Judgement::error, text);
}

}  // namespace

bool recorded_enough(const ProberResult& prober) {
  return prober.n > 0 && static_cast<double>(prober.recorded) >= kLeastCoverage * static_cast<double>(prober.planned);
}

bool too_many_invalid(const Validity& validity) {
  if (validity.invalid_windows <= LatenessWindows::kAlwaysAllowed && validity.windows > LatenessWindows::kAlwaysAllowed)
    return false;
  return validity.invalid_share() > LatenessWindows::kAllowedShare;
}

Finding judge_end(const Timeline& timeline) {
  switch (timeline.end) {
    case Timeline::End::finished:
      return make_finding("run", Judgement::pass, "ran to its end");
    case Timeline::End::interrupted:
      return make_finding("run", Judgement::aborted, timeline.reason + "; the numbers are of what was seen until then");
    case Timeline::End::failed:
      return make_finding("run", Judgement::error, timeline.reason);
    case Timeline::End::missing:
      break;
  }
  return make_finding("run", Judgement::error,
                      "the history stops without an end: the harness was killed or could not write");
}

std::vector<Finding> judge_faults(const RunContext& run, const Timeline& timeline) {
  const auto by_hand = read_hand_heal(run.events);
  const auto skipped = [&by_hand](const std::string& step) {
    return by_hand && std::find(by_hand->skipped.begin(), by_hand->skipped.end(), step) != by_hand->skipped.end();
  };
  std::vector<Finding> findings;
  for (const Step& step : run.scenario.method) {
    const auto* inject = std::get_if<InjectStep>(&step);
    if (inject == nullptr) continue;
    if (skipped(inject->id)) {
      findings.push_back(
          make_finding("fault." + inject->id, Judgement::not_owed, "skipped: the faults before it were ended by hand"));
      continue;
    }
    Finding finding = judge_fault(run.events, *inject);
    const bool unproven = std::any_of(run.events.events.begin(), run.events.events.end(), [&](const Event& event) {
      return is_step_event(event, event_type::fault_unproven, inject->id);
    });
    // A run that ended early owes no further faults; why it ended is a finding already.
    const bool not_reached =
        finding.judgement == Judgement::error && !unproven && timeline.end != Timeline::End::finished;
    if (not_reached) continue;
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<std::string> unhealed_faults(const EventLog& events) {
  std::vector<std::string> open;
  for (const Event& event : events.events) {
    if (event.type == event_type::fault_proven) {
      open.push_back(what(event));
    } else if (event.type == event_type::heal_proven) {
      const auto found = std::find(open.begin(), open.end(), what(event));
      if (found != open.end()) open.erase(found);
    } else if (event.type == event_type::residue_found) {
      open.push_back(fmt::format("{} on {}", json_text(event.data, "/what", "?"), json_text(event.data, "/node", "?")));
    }
  }
  return open;
}

std::vector<Finding> judge_healing(const RunContext& run, const Timeline& timeline) {
  std::vector<Finding> findings;
  for (const Event& event : run.events.events) {
    if (event.type != event_type::heal_unproven) continue;
    findings.push_back(
        make_finding("heal." + json_text(event.data, "/step", "?"), Judgement::error,
                     fmt::format("{} is not proven healed: {}", what(event), json_text(event.data, "/reason", "?"))));
  }
  for (const Event& event : run.events.events) {
    if (event.type != event_type::fault_expired) continue;
    const std::string trouble = json_text(event.data, "/trouble");
    findings.push_back(
        make_finding("fault." + json_text(event.data, "/id", "?"), Judgement::error,
                     fmt::format("undone on {} before it was to be ({}){}", json_text(event.data, "/node", "?"),
                                 json_text(event.data, "/why", "?"), trouble.empty() ? "" : ": " + trouble)));
  }
  const std::vector<std::string> unhealed = unhealed_faults(run.events);
  if (findings.empty() && timeline.end == Timeline::End::finished && breaks_something(run.scenario)) {
    findings.push_back(unhealed.empty()
                           ? make_finding("heal", Judgement::pass, "every fault is proven healed")
                           : make_finding("heal", Judgement::error,
                                          fmt::format("no proof of healing: {}", fmt::join(unhealed, ", "))));
  }
  return findings;
}

namespace {

/// What is wrong with one prober's number of samples.
void add_problems(const ProberResult& prober, std::vector<std::string>& problems) {
  const std::string& name = prober.prober.name;
  if (static_cast<double>(prober.recorded) < kLeastCoverage * static_cast<double>(prober.planned)) {
    problems.push_back(fmt::format("{}: {} of {} planned samples", name, prober.recorded, prober.planned));
  } else if (prober.n == 0) {
    problems.push_back(name + ": no sample after the fault");
  }
  if (prober.baseline_ok == 0) problems.push_back(name + ": no good sample before the fault");
}

}  // namespace

Finding judge_coverage(const Verdict& verdict) {
  if (verdict.probers.empty()) return make_finding("coverage", Judgement::error, "no prober left a sample");
  std::vector<std::string> problems;
  std::vector<std::string> classes;
  for (const ProberResult& prober : verdict.probers) add_problems(prober, problems);
  for (const OperationResult& one : verdict.operations) {
    classes.push_back(fmt::format("{} {}", one.operation, one.baseline_ok));
    if (one.baseline_ok == 0) {
      problems.push_back(fmt::format("operation {}: no success before the fault, so its failures after it say nothing",
                                     one.operation));
    }
  }
  if (!problems.empty())
    return make_finding("coverage", Judgement::error, fmt::format("{}", fmt::join(problems, "; ")));
  return make_finding(
      "coverage", Judgement::pass,
      fmt::format("every prober has at least {:.0f} % of its planned samples; successes before the fault: {}",
                  kLeastCoverage * 100, fmt::join(classes, ", ")));
}

Finding judge_baseline(const std::vector<ProberResult>& probers) {
  std::vector<std::string> problems;
  for (const ProberResult& prober : probers) {
    if (prober.baseline_bad == 0) continue;
    problems.push_back(
        fmt::format("{}: {} of {}", prober.prober.name, prober.baseline_bad, prober.baseline_bad + prober.baseline_ok));
  }
  if (problems.empty()) return make_finding("baseline", Judgement::pass, "no bad sample before the fault");
  return make_finding("baseline", Judgement::inconclusive,
                      fmt::format("bad samples before anything was broken: {}", fmt::join(problems, "; ")));
}

Finding judge_validity(const Validity& validity) {
  std::string text = fmt::format(
      "{} of {} windows of 1 s invalid ({:.1f} %, allowed {:.0f} %); sent late by at most {}, 99 % within {}",
      validity.invalid_windows, validity.windows, validity.invalid_share() * 100, LatenessWindows::kAllowedShare * 100,
      format_duration(validity.max_lateness), format_duration(validity.p99_lateness));
  text += validity.null_prober ? fmt::format("; null prober bad in {}", validity.null_bad_windows)
                               : std::string("; no null prober");
  const bool excused = validity.invalid_share() > LatenessWindows::kAllowedShare && !too_many_invalid(validity);
  if (excused) text += "; a single one is allowed however few there are";
  return make_finding("validity", too_many_invalid(validity) ? Judgement::inconclusive : Judgement::pass,
                      std::move(text));
}

std::vector<Finding> judge_recovery(const RunContext& run) {
  std::vector<Finding> findings;
  for (const Event& event : run.events.events) {
    if (event.type != event_type::observe_ended) continue;
    const std::string id = "recovery." + json_text(event.data, "/step", "?");
    const bool timed_out = json_get<bool>(event.data, "/timedOut").value_or(false);
    const bool must = json_text(event.data, "/onTimeout", "fail") == "fail";
    if (timed_out) {
      const char* text = must ? "not recovered when the observe step timed out"
                              : "not recovered when the observe step timed out; the scenario goes on";
      findings.push_back(make_finding(id, must ? Judgement::fail : Judgement::pass, text));
    }
  }
  return findings;
}

}  // namespace hadrill
