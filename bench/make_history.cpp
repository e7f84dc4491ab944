// Makes a run directory of any length for `hadrill judge`: the standard probers at five times their pace, one killed
// API server, outages now and then. The seed alone decides every byte, so that two versions of the judge can be
// compared.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <iostream>
#include <queue>

#include "base/file.hpp"
#include "history/event_log.hpp"
#include "history/sample_log.hpp"
#include "plan/plan.hpp"
#include "probe/schedule.hpp"
#include "run/run_directory.hpp"
#include "scenario/load.hpp"
#include "scenario/standard_probers.hpp"

namespace hadrill::bench {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr int kPace = 5;  ///< the shortest period of the standard probers becomes the shortest that is allowed
constexpr Instant kBegin{1'000'000'000'000};
constexpr std::int64_t kRealtimeNs = 1'795'546'119'000'000'000;
constexpr Duration kWarmUp = 1s;
constexpr Duration kHold = 60s;
constexpr Duration kUnproven = 50ms;  ///< width of T0
constexpr const char* kVictim = "hadrill-control-plane";

/// When the story's parts are.
struct Course {
  Instant began = kBegin;
  Instant steady = kBegin + kWarmUp;
  Instant t0 = kBegin + kWarmUp + kHold;
  Instant end;
};

Scenario make_scenario() {
  Scenario scenario;
  scenario.name = "bench";
  scenario.description = "A long run of the standard probers, made up.";
  scenario.topologies = {"stacked"};
  scenario.steady_state_hold = kHold;
  scenario.probers = standard_probers();
  for (ProberSpec& prober : scenario.probers) prober.period /= kPace;
  InjectStep kill{"kill", "process.kill", {}, Json::object({{"signal", "KILL"}})};
  scenario.method = {kill, ObserveStep{"recover", 30min, true, 50min, ObserveStep::OnTimeout::fail}};
  using Kind = SliRef::Kind;
  scenario.slos = {
      {{Kind::longest_outage, "api.read.new", "api.read.new.longest_outage"}, 5s, 0},
      {{Kind::longest_outage, "api", "api.longest_outage"}, 8s, 0},
      {{Kind::availability, "api.read.reused", "api.read.reused.availability"}, Duration{}, 0.99},
      {{Kind::redundancy_restored, "", "redundancy.restored"}, 90s, 0},
  };
  return scenario;
}

Topology make_topology() {
  Topology topology;
  topology.cluster = "hadrill";
  std::uint16_t port = 40001;
  for (const char* suffix : {"", "2", "3"}) {
    topology.nodes.push_back({std::string(kVictim) + suffix, NodeRole::control_plane, "", "", port++});
  }
  topology.nodes.push_back({"hadrill-worker", NodeRole::worker, "", "", std::nullopt});
  topology.nodes.push_back({"hadrill-external-load-balancer", NodeRole::load_balancer, "", "", port});
  topology.api_service = ServiceAddress{"10.96.0.1", 443};
  topology.dns_metrics_service = ServiceAddress{"10.96.0.10", 9153};
  return topology;
}

ProberInfo info_of(const PlannedProber& planned) {
  const ProberSpec& spec = planned.spec;
  return {planned.name,  planned.endpoint, to_string(spec.through),  to_string(spec.connection), spec.period,
          spec.deadline, spec.timeout,     to_string(spec.operation)};
}

/// What the cluster answers: a pure function of the slot and of the next random numbers.
class Service {
 public:
  Service(std::vector<ProberInfo> probers, const Course& course, std::uint64_t seed)
      : probers_(std::move(probers)), course_(course), random_(seed) {}

  Sample ask(const Slot& slot) {
    const ProberInfo& prober = probers_[slot.prober];
    Sample sample;
    sample.prober = slot.prober;
    sample.sequence = slot.sequence;
    sample.scheduled = slot.due;
    sample.sent = slot.due + exponential(80us);
    sample.server = static_cast<std::uint16_t>(1 + below(3));
    answer(prober, sample);
    if (prober.connection == "new") sample.opened_connection = true;
    return sample;
  }

 private:
  /// In [0, `limit`).
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  Duration exponential(Duration mean) {
    const double uniform = (static_cast<double>(below(1'000'000)) + 1) / 1'000'001;
    return Duration(static_cast<std::int64_t>(-std::log(uniform) * static_cast<double>(mean.count())));
  }

  void answer(const ProberInfo& prober, Sample& sample) {
    if (!prober.null_prober() && broken(prober, sample)) return fail(prober, sample);
    const Duration typical = prober.connection == "new" ? 6ms : 2ms;
    // One in 20,000 is far slower, as with a collector's pause: some of them too slow. Not before the fault, where a
    // bad request would leave the verdict open.
    const bool pauses = below(20'000) == 0 && !prober.null_prober() && sample.scheduled >= course_.t0;
    const Duration pause = pauses ? exponential(800ms) : Duration{};
    sample.first_byte = sample.sent + typical + exponential(typical / 2) + pause;
    sample.done = sample.first_byte + exponential(100us);
    sample.http_status = 200;
    sample.outcome = sample.done - sample.scheduled <= prober.deadline ? Outcome::ok : Outcome::slow;
  }

  bool broken(const ProberInfo& prober, const Sample& sample) {
    const Duration since = sample.scheduled - course_.t0;
    if (since < Duration{}) return false;
    // The victim is away for 18 s; the load balancer sends it a third of the users for the first three.
    if (prober.endpoint == kVictim && since < 18s) return true;
    if (prober.user_facing() && since < 3s && below(3) == 0) return true;
    // Every ten minutes nobody is served for 400 ms, and once in 50,000 requests one fails alone.
    if (prober.user_facing() && since % 10min > 9min && since % 10min < 9min + 400ms) return true;
    return below(50'000) == 0;
  }

  void fail(const ProberInfo& prober, Sample& sample) {
    constexpr std::array<Outcome, 6> kWays{Outcome::refused, Outcome::reset,       Outcome::timeout,
                                           Outcome::tls,     Outcome::http_status, Outcome::body_error};
    sample.outcome = kWays.at(below(kWays.size()));
    sample.server = 0;
    if (sample.outcome == Outcome::http_status) sample.http_status = 503;
    sample.done = sample.sent + (sample.outcome == Outcome::timeout ? prober.timeout : exponential(2ms));
  }

  std::vector<ProberInfo> probers_;
  Course course_;
  std::mt19937_64 random_;
};

/// Writes `count` samples in the order their requests end. Returns the last slot.
Result<Instant> write_samples(const fs::path& path, const SampleHeader& header, const Course& course,
                              std::uint64_t count, std::uint64_t seed) {
  auto writer = SampleWriter::create(path, header);
  if (!writer.ok()) return writer.error();
  std::vector<Duration> periods;
  for (const ProberInfo& prober : header.probers) periods.push_back(prober.period);
  Schedule schedule(periods, course.began, seed);
  Service service(header.probers, course, seed + 1);
  const auto later = [](const Sample& a, const Sample& b) { return a.done > b.done; };
  std::priority_queue<Sample, std::vector<Sample>, decltype(later)> in_flight(later);
  const auto write_until = [&](Instant now) -> Status {
    for (; !in_flight.empty() && in_flight.top().done <= now; in_flight.pop()) {
      if (const Status written = writer->write(in_flight.top()); !written.ok()) return written;
    }
    return Ok{};
  };
  Instant last = course.began;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Slot slot = schedule.take();
    last = slot.due;
    if (const Status written = write_until(slot.due); !written.ok()) return written.error();
    in_flight.push(service.ask(slot));
  }
  if (const Status written = write_until(kLatest); !written.ok()) return written.error();
  if (const Status written = writer->flush(); !written.ok()) return written.error();
  return last;
}

Event redundancy_check(Instant start, const Course& course) {
  const bool ok = start < course.t0 || start - course.t0 > 18s;
  Json failing = Json::array();
  if (!ok) failing.push_back({{"condition", "api-servers"}, {"reason", std::string(kVictim) + ": /readyz: refused"}});
  return {start + 40ms,
          event_type::redundancy_check,
          {{"startNs", start.ns}, {"endNs", (start + 39ms).ns}, {"ok", ok}, {"failing", failing}}};
}

std::vector<Event> make_events(const Course& course, std::uint64_t seed) {
  const Json target = {{"role", "apiserver"}, {"node", kVictim}, {"leads", false}};
  const Json quorum = {{"members", 3}, {"remaining", 2}, {"needed", 1}, {"kept", true}};
  std::vector<Event> events{
      {course.began - 1s,
       event_type::run_started,
       {{"scenario", "bench"}, {"seed", seed}, {"realtimeNs", kRealtimeNs}}},
      {course.began, event_type::probers_started, {{"realtimePriority", true}}},
      {course.steady, event_type::steady_began},
      {course.t0 - 1ms, event_type::steady_held},
      {course.t0 - 500us,
       event_type::fault_injecting,
       {{"step", "kill"}, {"fault", "process.kill"}, {"targets", Json::array({target})}, {"quorum", quorum}}},
      {course.t0 + kUnproven,
       event_type::fault_proven,
       {{"step", "kill"},
        {"target", target},
        {"t0LowerNs", course.t0.ns},
        {"t0UpperNs", (course.t0 + kUnproven).ns},
        {"proof", {{"program", "kube-apiserver"}, {"signal", "KILL"}}}}}};
  for (Instant at = course.t0 + 100ms; at < course.end; at = at + 1s) events.push_back(redundancy_check(at, course));
  events.push_back({course.end,
                    event_type::observe_ended,
                    {{"step", "recover"}, {"recovered", true}, {"timedOut", false}, {"onTimeout", "fail"}}});
  events.push_back({course.end + 100ms,
                    event_type::heal_proven,
                    {{"step", "kill"}, {"target", target}, {"proof", {{"program", "kube-apiserver"}}}}});
  events.push_back({course.end + 200ms, event_type::probers_stopped, {{"cpuSeconds", 1000.0}, {"maxRssKib", 40'000}}});
  events.push_back({course.end + 300ms, event_type::run_finished});
  return events;
}

Status make(const fs::path& directory, std::uint64_t count, std::uint64_t seed) {
  const Scenario scenario = make_scenario();
  const auto planned = plan_probers(scenario, make_topology());
  if (!planned.ok()) return planned.error();
  SampleHeader header{{}, {kBegin, kRealtimeNs}, {{kVictim, "01"}, {"hadrill-control-plane2", "02"}}};
  for (const PlannedProber& prober : *planned) header.probers.push_back(info_of(prober));
  const std::string yaml = resolved_yaml(scenario);
  const auto stored = load_scenario(yaml, artefact::scenario, {});
  if (!stored.ok()) return stored.error();
  if (const Status written = write_file(directory / artefact::scenario, yaml); !written.ok()) return written;
  const Json environment = {{"schema", "hadrill/environment/v1"}, {"seed", seed}};
  if (const Status written = write_file(directory / artefact::environment, environment.dump()); !written.ok()) {
    return written;
  }
  Course course;
  const auto last = write_samples(directory / artefact::samples, header, course, count, seed);
  if (!last.ok()) return last.error();
  course.end = *last;
  auto log = EventWriter::create(directory / artefact::events);
  if (!log.ok()) return log.error();
  for (const Event& event : make_events(course, seed)) {
    if (const Status written = log->write(event); !written.ok()) return written;
  }
  return Ok{};
}

}  // namespace
}  // namespace hadrill::bench

int main(int count, char** arguments) {
  if (count != 4) {
    std::cerr << "usage: make_history DIRECTORY SAMPLES SEED\n";
    return 64;
  }
  const hadrill::Status made = hadrill::bench::make(arguments[1], std::stoull(arguments[2]), std::stoull(arguments[3]));
  if (made.ok()) return 0;
  std::cerr << made.error().text() << '\n';
  return 5;
}
