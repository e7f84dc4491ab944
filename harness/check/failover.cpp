#include "check/failover.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "check/etcd_history.hpp"
#include "check/etcd_log_history.hpp"
#include "check/lease_history.hpp"

namespace hadrill {
namespace {

/// A fault that takes the cluster back to an earlier state: Leases go back with it, and what came before says nothing
/// about what comes after.
constexpr const char* kGoesBack = "etcd.snapshot-restore";

Bounds between(const Interval& from, const Interval& to) {
  const Duration lower = std::max(Duration::zero(), to.begin - from.end);
  return {lower, std::max(lower, to.end - from.begin)};
}

/// Until when histories of leaders can be held together; kDistantFuture: to the end.
Instant judged_until(const EventLog& events) {
  for (const Event& event : events.events) {
    if (event.type == event_type::fault_injecting && json_text(event.data, "/fault") == kGoesBack) return event.at;
  }
  return kDistantFuture;
}

/// What is known of etcd's leaders: how its members looked, and what they wrote into their logs.
struct EtcdEvidence {
  std::vector<EtcdLook> looks;
  std::vector<EtcdLogEntry> entries;
};

EtcdEvidence read_etcd(const EventLog& events) {
  const Instant until = judged_until(events);
  return {read_etcd_looks(events, until), read_etcd_log_entries(events, until)};
}

void keep_last(std::vector<Reign>& reigns) {
  if (reigns.size() > kReignsListed) reigns.erase(reigns.begin(), reigns.end() - kReignsListed);
}

/// The reign at T0 and the first one after it, if there are.
struct Change {
  const Reign* from = nullptr;
  const Reign* to = nullptr;
};

Change change_of(const std::vector<Reign>& reigns, const Window& window) {
  const auto next = std::find_if(reigns.begin(), reigns.end(), [&window](const Reign& reign) {
    return reign.began.end > window.t0_lower && reign.began.end <= window.end;
  });
  return {leader_at_t0(reigns, window), next == reigns.end() ? nullptr : &*next};
}

bool is_hit(const EventLog& events, const std::string& component, const Reign& leader) {
  return std::any_of(events.events.begin(), events.events.end(), [&](const Event& event) {
    if (event.type != event_type::fault_proven) return false;
    const std::string role = json_text(event.data, "/target/role");
    if (role == component && json_get<bool>(event.data, "/target/leads").value_or(false)) return true;
    return (role == component || role == "control-plane") && json_text(event.data, "/target/node") == leader.node;
  });
}

/// The first work seen of `name` that the new leader can have done: seen in the look in which it took over, or later.
std::optional<Interval> first_work(const EventLog& events, const std::string& name, const Reign& leader,
                                   const Window& window) {
  std::optional<Interval> first;
  for (const Event& event : events.events) {
    if (event.type != event_type::useful_work || json_text(event.data, "/component") != name) continue;
    if (event.at < leader.began.begin || event.at > window.end) continue;
    const Instant begin = told_in(event).begin;
    if (!first || event.at < first->end) first = Interval{std::max(begin, leader.began.begin), event.at};
  }
  return first;
}

/// Whether an old leader of etcd was seen to lead after T0: the fault did not end it at once.
bool led_after(const Reign& old, const Window& window) { return old.confirmed.begin > window.t0_upper; }

/// The phases that both kinds of leaders have.
Failover failover_between(const Change& change, const Window& window) {
  Failover failover;
  failover.from = change.from->holder;
  failover.to = change.to->holder;
  failover.from_node = change.from->node;
  failover.to_node = change.to->node;
  failover.acquired = since_t0(change.to->began, window);
  failover.dated_by_log = change.to->dated_by_log;
  failover.since_last_renewal = between(change.from->confirmed, change.to->began);
  return failover;
}

void set_work(Failover& failover, const std::optional<Interval>& work, const Window& window, const char* otherwise) {
  if (work) {
    failover.work = since_t0(*work, window);
  } else {
    failover.work_not_measured = otherwise;
  }
}

/// The first write as the new leader's. nullopt: it was acknowledged before that can have led.
std::optional<Interval> work_of_etcd(const Interval& write, const Change& change, const Window& window) {
  const Instant led_from = change.to->began.begin;
  // Writes that either of them may have acknowledged were left out, so the first may have been earlier.
  if (led_after(*change.from, window)) return Interval{led_from, write.end};
  if (write.end < led_from) return std::nullopt;
  return Interval{std::max(write.begin, led_from), write.end};
}

/// Fills in what the reigns say; true when there was a change that has phases.
bool take_reigns(const EventLog& events, const std::optional<Window>& window, std::vector<Reign> reigns,
                 LeadershipResult& result, Change& change) {
  result.reigns = std::move(reigns);
  result.reign_count = result.reigns.size();
  if (!window) {
    result.no_failover = "no proven fault was observed";
    return false;
  }
  result.changes =
      static_cast<std::size_t>(std::count_if(result.reigns.begin(), result.reigns.end(), [&](const Reign& reign) {
        return reign.began.end > window->t0_lower && reign.began.end <= window->end;
      }));
  change = change_of(result.reigns, *window);
  if (change.from == nullptr) {
    result.no_failover = "who led before T0 was not observed";
    return false;
  }
  result.leader_hit = is_hit(events, result.component, *change.from);
  if (change.to == nullptr) result.no_failover = "nobody else was seen to take over";
  return change.to != nullptr;
}

LeadershipResult lease_leadership(const RunContext& run, const std::optional<Window>& window,
                                  const std::string& component, const char* no_work) {
  LeadershipResult result;
  result.component = component;
  const std::string lease = event_name_of(component);
  const auto records = read_lease_records(run.events, lease, judged_until(run.events));
  result.observations = records.size();
  if (records.empty()) {
    result.not_measured = "no watch told anything of the Lease " + lease;
    return result;
  }
  result.last_observed = records.back().written().begin;
  LeaseSafety safety = judge_lease(records);
  result.violations = std::move(safety.violations);
  result.takeovers = safety.takeovers;
  result.unjudged = safety.unjudged;
  result.unseen = safety.unseen;
  Change change;
  if (take_reigns(run.events, window, reigns_of(records), result, change)) {
    Failover failover = failover_between(change, *window);
    failover.detection = since_t0(free_from(*change.from), *window);
    set_work(failover, first_work(run.events, lease, *change.to, *window), *window, no_work);
    result.failover = std::move(failover);
  }
  keep_last(result.reigns);
  return result;
}

LeadershipResult etcd_leadership(const RunContext& run, const std::optional<Window>& window,
                                 const std::optional<Interval>& first_write) {
  LeadershipResult result;
  result.component = component::etcd;
  const auto [looks, entries] = read_etcd(run.events);
  for (const EtcdLook& look : looks) {
    if (!look.healthy) continue;
    ++result.observations;
    result.last_observed = look.look.begin;
  }
  const Event* observing = run.events.first(event_type::leadership_observing);
  if (result.observations == 0) {
    const std::string why = observing != nullptr ? json_text(observing->data, "/etcdNotObserved") : "";
    result.not_measured = why.empty() ? "no member of etcd told anything" : why;
    return result;
  }
  result.violations = judge_etcd(looks);
  Change change;
  if (take_reigns(run.events, window, etcd_reigns(looks, entries), result, change)) {
    Failover failover = failover_between(change, *window);
    auto missed = leader_missed(looks, change.from->holder, window->t0_lower);
    if (missed) date_by_log(*missed, entries, change.from->holder, window->t0_lower);
    if (missed) failover.detection = since_t0(*missed, *window);
    const auto write = first_write ? work_of_etcd(*first_write, change, *window) : std::nullopt;
    set_work(failover, write, *window, "no write was seen to be acknowledged after it took over");
    result.failover = std::move(failover);
  }
  result.takeovers = result.reign_count > 0 ? result.reign_count - 1 : 0;
  keep_last(result.reigns);
  return result;
}

Finding finding_of(const LeadershipResult& result, const std::optional<Window>& window, bool goes_back) {
  Finding finding;
  finding.id = "leadership." + result.component;
  if (!result.violations.empty()) {
    finding.judgement = Judgement::fail;
    finding.text = fmt::format("{}", fmt::join(result.violations, "; "));
    return finding;
  }
  finding.judgement = Judgement::inconclusive;
  if (goes_back) {
    finding.judgement = Judgement::not_owed;
    finding.text = fmt::format(
        "not owed after {}, which takes Leases and terms back; never two leaders in {} observations before it",
        kGoesBack, result.observations);
  } else if (!result.not_measured.empty()) {
    finding.text = "not measured: " + result.not_measured;
  } else if (window && result.last_observed < window->t0_lower) {
    finding.text = "not measured: nothing was observed after T0";
  } else if (result.takeovers == 0 && result.unjudged > 0) {
    finding.text = "not measured: something may have been missed before every takeover";
  } else {
    finding.judgement = Judgement::pass;
    finding.text = fmt::format("never two leaders{}; observations: {}, takeovers: {}",
                               result.component == component::etcd ? " in one term" : ", no takeover too early",
                               result.observations, result.takeovers);
    if (result.unjudged > 0)
      finding.text += fmt::format("; not judged, as something may have been missed before: {}", result.unjudged);
    if (result.unseen > 0) finding.text += fmt::format("; {} holders were not seen", result.unseen);
  }
  return finding;
}

}  // namespace

const Reign* leader_at_t0(const std::vector<Reign>& reigns, const Window& window) {
  const Reign* leader = nullptr;
  for (const Reign& reign : reigns) {
    if (reign.began.end <= window.t0_lower) leader = &reign;
  }
  return leader;
}

std::string event_name_of(const std::string& component) {
  return component == component::etcd ? component : "kube-" + component;
}

NewLeadersWrites new_leaders_writes(const EventLog& events, const Window& window) {
  const auto [looks, entries] = read_etcd(events);
  const std::vector<Reign> reigns = etcd_reigns(looks, entries);
  const Change change = change_of(reigns, window);
  if (change.from == nullptr || change.to == nullptr) return {window.t0_upper, window.t0_upper};
  const bool both_led = led_after(*change.from, window);
  return {both_led ? std::max(window.t0_upper, change.to->began.end) : window.t0_upper, change.to->began.begin};
}

std::vector<LeadershipResult> find_leadership(const RunContext& run, const std::optional<Window>& window,
                                              const std::optional<Interval>& first_write) {
  std::vector<LeadershipResult> results;
  results.push_back(etcd_leadership(run, window, first_write));
  results.push_back(
      lease_leadership(run, window, component::controller_manager, "no pod was seen to be made after it took over"));
  results.push_back(
      lease_leadership(run, window, component::scheduler, "no pod was seen to be bound after it took over"));
  if (run.events.first(event_type::leadership_observing) != nullptr) return results;
  for (LeadershipResult& result : results) {
    if (result.observations == 0) result.not_measured = "the run did not observe who leads";
  }
  return results;
}

std::vector<Finding> judge_leadership(const std::vector<LeadershipResult>& leadership, const RunContext& run,
                                      const std::optional<Window>& window) {
  std::vector<Finding> findings;
  const bool observing = run.events.first(event_type::leadership_observing) != nullptr;
  const bool goes_back = judged_until(run.events) != kDistantFuture;
  for (const LeadershipResult& result : leadership) {
    if (observing || result.observations > 0) findings.push_back(finding_of(result, window, goes_back));
  }
  return findings;
}

std::optional<Bounds> failover_time(const LeadershipResult& result, SliRef::Kind kind, const Window& window,
                                    std::string& why) {
  if (!result.not_measured.empty()) {
    why = result.not_measured;
    return std::nullopt;
  }
  if (!result.failover) {
    why = result.no_failover;
    if (!result.leader_hit) return std::nullopt;
    return Bounds{std::max(Duration::zero(), std::min(result.last_observed, window.end) - window.t0_upper),
                  std::nullopt};
  }
  if (kind == SliRef::Kind::failover) return result.failover->acquired;
  if (result.failover->work) return result.failover->work;
  why = result.failover->work_not_measured;
  return Bounds{result.failover->acquired.lower, std::nullopt};
}

}  // namespace hadrill
