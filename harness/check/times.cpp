#include "check/times.hpp"

#include <algorithm>

#include "check/failover.hpp"
#include "history/target.hpp"

namespace hadrill {
namespace {

/// More rows of one kind say no more to anybody.
constexpr std::size_t kRowsOfAKind = 50;

RunTime row(const char* id, const char* what, const char* source) { return {id, what, "", source, {}, ""}; }

RunTime not_measured(RunTime time, std::string reason) {
  time.not_measured = std::move(reason);
  return time;
}

/// Rows from the events of one type within the window: per subject the first one, in order of time.
std::vector<RunTime> from_events(const EventLog& events, const Window& window, const RunTime& like,
                                 std::string (*subject_of)(const Event&)) {
  std::vector<std::pair<Instant, RunTime>> found;
  for (const Event& event : events.events) {
    if (event.type != like.source || event.at < window.t0_lower || event.at > window.end) continue;
    // Work that a look after T0 saw may have been done before it: that is no failover.
    if (event.type == event_type::useful_work &&
        json_natural(event.data, "/notBeforeNs").value_or(kLatest.ns) < window.t0_lower.ns)
      continue;
    RunTime time = like;
    time.about = subject_of(event);
    time.since_t0 = since_t0(told_in(event), window);
    found.emplace_back(event.at, std::move(time));
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<RunTime> rows;
  for (auto& one : found) {
    RunTime& time = one.second;
    const bool known =
        std::any_of(rows.begin(), rows.end(), [&](const RunTime& other) { return other.about == time.about; });
    if (!known && rows.size() < kRowsOfAKind) rows.push_back(std::move(time));
  }
  return rows;
}

std::string component_of(const Event& event) {
  const std::string what = json_text(event.data, "/what");
  return json_text(event.data, "/component", "?") + (what.empty() ? "" : ": " + what);
}

std::string leader_of(const Event& event) {
  const std::string holder = json_text(event.data, "/holder");
  return json_text(event.data, "/component", "?") + (holder.empty() ? "" : " on " + holder);
}

std::string instance_of(const Event& event) {
  return json_text(event.data, "/role", "?") + " on " + json_text(event.data, "/node", "?");
}

/// T4 from proofs of healing that carry instants, for the targets that no event tells of.
void repairs_from_proofs(const EventLog& events, const Window& window, std::vector<RunTime>& rows) {
  for (const Event& event : events.events) {
    const auto lower = json_natural(event.data, "/proof/healedLowerNs");
    const auto upper = json_natural(event.data, "/proof/healedUpperNs");
    if (event.type != event_type::heal_proven || !lower || !upper || *lower > *upper) continue;
    const std::string about = to_string(target_of(event.data));
    const bool known =
        std::any_of(rows.begin(), rows.end(), [&](const RunTime& other) { return other.about == about; });
    if (known || Instant{*upper} < window.t0_lower) continue;
    RunTime time = row("T4", "repair", event_type::heal_proven);
    time.about = about;
    time.since_t0 = since_t0({{*lower}, {*upper}}, window);
    rows.push_back(std::move(time));
  }
}

std::vector<RunTime> failovers(const std::vector<ProberResult>& probers) {
  std::vector<RunTime> rows;
  for (const ProberResult& prober : probers) {
    if (!prober.failover) continue;
    RunTime time = row("T3", "failover", "samples");
    time.about = prober.prober.name;
    time.since_t0 = prober.failover;
    rows.push_back(std::move(time));
  }
  return rows;
}

/// What the observed leaders tell of T2: who noticed that the leader was gone.
void add_detections(const std::vector<LeadershipResult>& leadership, std::vector<RunTime>& rows) {
  for (const LeadershipResult& result : leadership) {
    if (!result.failover || !result.failover->detection) continue;
    const bool etcd = result.component == component::etcd;
    RunTime time = row("T2", "detection", etcd ? event_type::etcd_member : event_type::lease_observed);
    time.about = event_name_of(result.component) + (etcd ? ": leader missed" : ": Lease free");
    time.since_t0 = result.failover->detection;
    rows.push_back(std::move(time));
  }
}

/// What they tell of T3': work of the one that took over. Takes the place of work by whoever led.
void add_works(const std::vector<LeadershipResult>& leadership, std::vector<RunTime>& rows) {
  for (const LeadershipResult& result : leadership) {
    if (!result.failover) continue;
    const std::string name = event_name_of(result.component);
    std::erase_if(rows, [&name](const RunTime& other) { return other.about == name; });
    RunTime time = row("T3'", "leadership", result.component == component::etcd ? "samples" : event_type::useful_work);
    time.about = name + " on " + (result.failover->to_node.empty() ? result.failover->to : result.failover->to_node);
    time.since_t0 = result.failover->work;
    time.not_measured = result.failover->work_not_measured;
    rows.push_back(std::move(time));
  }
}

void append(std::vector<RunTime>& course, std::vector<RunTime> rows, RunTime otherwise, const char* reason) {
  if (rows.empty()) rows.push_back(not_measured(std::move(otherwise), reason));
  for (RunTime& one : rows) course.push_back(std::move(one));
}

RunTime impact_row(const Window& window, const std::optional<Instant>& impact) {
  RunTime time = row("T1", "impact", "samples");
  if (!impact) return not_measured(std::move(time), "no sample was bad");
  // It may lie before T0: a request that was in flight.
  time.since_t0 = Bounds{*impact - window.t0_upper, *impact - window.t0_lower};
  return time;
}

RunTime redundancy_row(const Redundancy& redundancy) {
  RunTime time = row("T5", "full redundancy", event_type::redundancy_check);
  if (!redundancy.looked) return not_measured(std::move(time), "nobody looked after T0");
  time.since_t0 = redundancy.restored;
  return time;
}

RunTime steady_row(const Steadiness::Result& steady) {
  RunTime time = row("T6", "steady", "samples");
  time.since_t0 = steady.since_t0;
  time.not_measured = steady.not_measured;
  return time;
}

}  // namespace

std::vector<RunTime> course_of(const EventLog& events, const Window& window, const Verdict& verdict,
                               const Redundancy& redundancy, const Steadiness::Result& steady) {
  std::vector<RunTime> course{impact_row(window, verdict.times.impact)};
  const RunTime detection = row("T2", "detection", event_type::detected);
  std::vector<RunTime> detections = from_events(events, window, detection, component_of);
  add_detections(verdict.leadership, detections);
  append(course, std::move(detections), detection, "no event tells of it");
  append(course, failovers(verdict.probers), row("T3", "failover", "samples"), "no user-facing prober was hurt");
  const RunTime leadership = row("T3'", "leadership", event_type::useful_work);
  std::vector<RunTime> works = from_events(events, window, leadership, leader_of);
  add_works(verdict.leadership, works);
  append(course, std::move(works), leadership, "no event tells of it");
  const RunTime repair = row("T4", "repair", event_type::repaired);
  std::vector<RunTime> repairs = from_events(events, window, repair, instance_of);
  repairs_from_proofs(events, window, repairs);
  append(course, std::move(repairs), repair, "no event and no proof of healing tells the instant");
  course.push_back(redundancy_row(redundancy));
  course.push_back(steady_row(steady));
  return course;
}

}  // namespace hadrill
