// Builds run records in a few words: a control plane that is down from here to there, as seen by open-loop probers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "check/judge.hpp"

namespace hadrill::test {

using namespace std::chrono_literals;

/// Where the made-up histories begin: probers start, and the fault is proven 10 s later.
inline constexpr Instant kStart{100'000'000'000};
inline constexpr Instant kT0 = {110'000'000'000};
inline constexpr Instant kEnd = {140'000'000'000};

/// What became of a request sent at an instant.
struct Fate {
  Outcome outcome = Outcome::ok;
  Duration latency = 5ms;
};
using World = std::function<Fate(Instant sent)>;

inline World all_good() {
  return [](Instant) { return Fate{}; };
}

/// Bad for requests sent within [from, to), refused unless told otherwise.
inline World down(Instant from, Instant to, Fate fate = {Outcome::refused, 1ms}) {
  return [=](Instant sent) { return sent >= from && sent < to ? fate : Fate{}; };
}

/// The worse of both.
inline World both(World a, World b) {
  return
      [a = std::move(a), b = std::move(b)](Instant sent) { return a(sent).outcome == Outcome::ok ? b(sent) : a(sent); };
}

inline ProberInfo prober_info(std::string name, Duration period = 100ms, std::string through = "load-balancer") {
  return {std::move(name), "lb", std::move(through), "new", period, 1s, 10s};
}

/// Samples of one more prober, slot 0 at `first`, up to 2 s after `end`.
inline std::uint16_t add_prober(RunRecord& record, const ProberInfo& info, const World& world, Instant first = kStart,
                                Instant end = kEnd) {
  const auto index = static_cast<std::uint16_t>(record.samples.header.probers.size());
  record.samples.header.probers.push_back(info);
  std::uint32_t sequence = 0;
  for (Instant at = first; at <= end + Duration(2s); at = at + info.period, ++sequence) {
    const Fate fate = world(at);
    Sample sample;
    sample.prober = index;
    sample.sequence = sequence;
    sample.outcome = fate.outcome;
    sample.scheduled = at;
    if (fate.outcome != Outcome::unsent && is_judged(fate.outcome)) {
      sample.sent = at;
      sample.done = at + fate.latency;
    }
    record.samples.samples.push_back(sample);
  }
  return index;
}

inline void add_event(RunRecord& record, Instant at, const char* type, Json data = Json::object()) {
  record.events.events.push_back({at, type, std::move(data)});
}

inline void add_check(RunRecord& record, Instant start, Instant end, bool ok) {
  Json failing = Json::array();
  if (!ok) failing.push_back({{"condition", "api-servers"}, {"reason", "cp1 is not ready"}});
  add_event(record, end, event_type::redundancy_check,
            {{"startNs", start.ns}, {"endNs", end.ns}, {"ok", ok}, {"failing", std::move(failing)}});
}

inline Slo slo(SliRef::Kind kind, const std::string& prober, const std::string& text, Duration budget,
               double share = 0) {
  return {{kind, prober, text}, budget, share};
}

inline Scenario kill_scenario() {
  Scenario scenario;
  scenario.name = "apiserver-kill";
  scenario.topologies = {"stacked"};
  scenario.method.push_back(InjectStep{"kill", "process.kill", {TargetRole::apiserver, {}}, Json::object()});
  ObserveStep observe;
  observe.id = "recover";
  observe.until_recovered = true;
  scenario.method.push_back(observe);
  scenario.slos = {slo(SliRef::Kind::longest_outage, "api.read.new", "api.read.new.longest_outage", 2s),
                   slo(SliRef::Kind::total_outage, "api.read.new", "api.read.new.total_outage", 3s),
                   slo(SliRef::Kind::availability, "api.read.new", "api.read.new.availability", 0ns, 0.9),
                   slo(SliRef::Kind::longest_outage, "api", "api.longest_outage", 2s),
                   slo(SliRef::Kind::redundancy_restored, "", "redundancy.restored", 20s)};
  return scenario;
}

inline Json target() { return {{"role", "apiserver"}, {"node", "cp1"}, {"leads", false}}; }

/// Events up to the proven fault, T0 within [kT0, kT0 + 1 ms].
inline void add_events_until_fault(RunRecord& record) {
  add_event(record, kStart - Duration(1s), event_type::run_started,
            {{"scenario", "apiserver-kill"}, {"seed", 42}, {"realtimeNs", 1'800'000'000'000'000'000}});
  add_event(record, kStart, event_type::probers_started);
  add_check(record, kStart, kStart + Duration(200ms), true);
  add_event(record, kStart + Duration(1s), event_type::steady_began);
  add_event(record, kT0 - Duration(1s), event_type::steady_held);
  add_event(record, kT0 - Duration(100ms), event_type::fault_injecting,
            {{"step", "kill"}, {"fault", "process.kill"}, {"targets", Json::array({target()})}});
  add_event(record, kT0 + Duration(2ms), event_type::fault_proven,
            {{"step", "kill"},
             {"target", target()},
             {"t0LowerNs", kT0.ns},
             {"t0UpperNs", (kT0 + Duration(1ms)).ns},
             {"proof", Json::object()}});
}

/// The harness began its work on the fault at that instant.
inline void prepare_from(RunRecord& record, Instant began) {
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_injecting) event.data["beganNs"] = began.ns;
  }
}

/// A look every second: failing for `degraded`, then good until kEnd.
inline void add_events_until_end(RunRecord& record, Duration degraded) {
  for (Instant at = kT0 + Duration(10ms); at < kEnd; at = at + Duration(1s)) {
    add_check(record, at, at + Duration(100ms), at - kT0 >= degraded);
  }
  add_event(record, kEnd, event_type::observe_ended,
            {{"step", "recover"}, {"recovered", true}, {"timedOut", false}, {"onTimeout", "fail"}});
  add_event(record, kEnd + Duration(1s), event_type::heal_proven, {{"step", "kill"}, {"target", target()}});
  add_event(record, kEnd + Duration(2s), event_type::probers_stopped);
  add_event(record, kEnd + Duration(3s), event_type::run_finished);
}

/// A whole run with one prober, api.read.new, every 100 ms: slots at whole tenths of a second.
inline RunRecord run_with(const World& world, Duration degraded = 5s) {
  RunRecord record;
  record.scenario = kill_scenario();
  add_prober(record, prober_info("api.read.new"), world);
  add_events_until_fault(record);
  add_events_until_end(record, degraded);
  return record;
}

inline Finding finding(const Verdict& verdict, const std::string& id) {
  for (const Finding& one : verdict.findings) {
    if (one.id == id) return one;
  }
  return {"no finding " + id, false, Judgement::error, "missing", {}, {}, {}, {}};
}

inline bool has_finding(const Verdict& verdict, const std::string& id) { return finding(verdict, id).id == id; }

/// Removes the samples for which `gone` says so.
template <typename Predicate>
void drop(RunRecord& record, Predicate gone) {
  std::erase_if(record.samples.samples, gone);
}

/// Removes the events of a type.
inline void drop_events(RunRecord& record, const std::string& type) {
  std::erase_if(record.events.events, [&type](const Event& event) { return event.type == type; });
}

}  // namespace hadrill::test
