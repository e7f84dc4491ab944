#include "run/trial.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include "base/duration.hpp"
#include "cluster/etcd_log.hpp"
#include "cluster/flags_in_force.hpp"
#include "run/run_directory.hpp"
#include "run/steady_state.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// After the method, for a healed fault to be proven so.
constexpr auto kHealTimeout = 60s;
/// For requests in flight at the end: the longest hard timeout a prober may have, and a little.
constexpr auto kDrainTimeout = 12s;
/// For every object of ours to be read back from every API server at the end.
constexpr auto kReadBackTimeout = 60s;
/// etcd dates its lines to the microsecond, when it writes them.
constexpr auto kLogResolution = 1ms;

long max_rss_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;  // NOLINT(cppcoreguidelines-pro-type-union-access): glibc's rusage is made of unions
}

}  // namespace

void Trial::record(const char* type, Json data) { write({context_.clock.now(), type, std::move(data)}); }

void Trial::write(const Event& event) {
  const std::scoped_lock lock(events_mutex_);
  const Status written = events_->write(event);
  if (!written.ok() && !write_failure_) write_failure_ = written.error();
  if (context_.watcher != nullptr) context_.watcher->see(event);
}

std::optional<Error> Trial::write_failure() {
  const std::scoped_lock lock(events_mutex_);
  return write_failure_;
}

void Trial::note_failure(const Error& error) {
  const std::scoped_lock lock(events_mutex_);
  if (!write_failure_) write_failure_ = error;
}

Status Trial::run() {
  if (const Status opened = open(); !opened.ok()) return opened;
  Status status = phases();
  clean_up(status);
  if (status.ok()) read_etcd_logs();
  if (status.ok() && context_.interrupt.raised()) status = interrupted_error("run");
  close(status);
  if (const auto failure = write_failure()) return *failure;
  return Ok{};
}

Status Trial::open() {
  auto instrument =
      Instrument::open(context_.scenario, context_.topology, context_.directory, context_.doors, context_.interrupt);
  if (!instrument.ok()) return instrument.error();
  instrument_ = std::move(*instrument);
  auto events = EventWriter::create(context_.directory / artefact::events);
  if (!events.ok()) return events.error();
  events_ = std::make_unique<EventWriter>(std::move(*events));
  auto samples = SampleWriter::create(context_.directory / artefact::samples, instrument_->header());
  if (!samples.ok()) return samples.error();
  samples_ = std::make_unique<SampleWriter>(std::move(*samples));
  injector_ = std::make_unique<Injector>(
      InjectorContext{context_.topology, context_.readiness, context_.catalogue, context_.fault_doors, context_.clock,
                      context_.interrupt, context_.seed, context_.progress,
                      [this](const char* type, Json data) { record(type, std::move(data)); }});
  bad_probes_ = std::make_unique<BadProbes>(instrument_->header());
  stop_ = std::make_unique<StopWatch>(context_.scenario.stop_conditions, context_.topology, instrument_->header());
  if (context_.watcher != nullptr) context_.watcher->begin(instrument_->header());
  began_ = ClockPair::read();
  record(event_type::run_started, {{"scenario", context_.scenario.name},
                                   {"seed", context_.seed},
                                   {"realtimeNs", began_.realtime_of(context_.clock.now())}});
  if (context_.hypothesis) record(event_type::hypothesis, hypothesis_data(*context_.hypothesis));
  return Ok{};
}

Status Trial::phases() {
  context_.progress("agents into the nodes, flags in force");
  if (const Status prepared = injector_->prepare(context_.scenario.method); !prepared.ok()) return prepared;
  read_flags();
  context_.progress("setting up the probers: objects and a pod of ours, ways into the nodes");
  if (const Status made = instrument_->set_up([this](const Event& event) { write(event); }, context_.interrupt);
      !made.ok())
    return made;
  context_.progress(fmt::format("probing: {} probers, {:.0f} requests/s", instrument_->probers(), instrument_->rate()));
  const Status started = instrument_->start([this](const Sample& sample) { return keep(sample); }, context_.seed);
  if (!started.ok()) return started;
  record(event_type::probers_started, {{"realtimePriority", instrument_->realtime_priority()}});
  if (const Status steady = reach_steady_state(); !steady.ok()) return steady;
  return MethodRun(context_.scenario.method, *this, context_.clock, context_.interrupt, context_.heal_now).run();
}

/// Before anything is measured: the look at all nodes would disturb it. What cannot be read is in the event, and an SLO
/// with "budget: auto" that needs it is an error of its own.
void Trial::read_flags() {
  record(event_type::flags_read, bounds::to_json(read_flags_in_force(context_.fault_doors.docker, context_.doors.client,
                                                                     context_.topology, context_.interrupt)));
}

bool Trial::keep(const Sample& sample) {
  bad_probes_->see(sample);
  stop_->see(sample);
  if (context_.watcher != nullptr) context_.watcher->see(sample);
  return samples_->write(sample).ok();
}

Check Trial::look() {
  Check check = context_.readiness.check(context_.interrupt);
  if (const Duration step = wall_clock_.stepped(ClockPair::read()); step != Duration::zero())
    record(event_type::clock_stepped, {{"byNs", step.count()}});
  Json failing = Json::array();
  for (const Condition& condition : check.conditions) {
    if (!condition.holds()) failing.push_back({{"condition", condition.name}, {"reason", condition.reason}});
  }
  if (!context_.interrupt.raised()) {
    record(
        event_type::redundancy_check,
        {{"startNs", check.start.ns}, {"endNs", check.end.ns}, {"ok", check.holds()}, {"failing", std::move(failing)}});
  }
  return check;
}

Status Trial::reach_steady_state() {
  return wait_for_steady_state({[this] { return look(); }, [this] { return hold_steady_state(); }, context_.progress},
                               context_.clock, context_.interrupt);
}

Result<std::optional<LeaderMove>> Trial::next_leader() {
  return next_move(context_.readiness.leadership(context_.interrupt), context_.topology);
}

/// True when they are; else one step towards it was made, which costs a spare for a while. A leader that is not known
/// now may be known at the next look.
Result<bool> Trial::bring_leaders_together() {
  const auto next = next_leader();
  if (!next.ok() && next.error().kind == ErrorKind::usage) return next.error();
  if (!next.ok()) {
    context_.progress(next.error().message);
    return false;
  }
  if (!*next) return true;
  context_.progress(fmt::format("bringing all leaders onto one node: {}", to_string(**next)));
  const Status moved =
      make_move(**next, context_.topology, context_.fault_doors, context_.catalogue, context_.interrupt);
  if (!moved.ok()) return moved.error();
  record(event_type::leader_moved, {{"role", to_string((*next)->role)}, {"from", (*next)->from}, {"to", (*next)->to}});
  return false;
}

/// True when nothing changed for the scenario's hold: every condition, and every probe good. A baseline with failures
/// in it would be counted against the fault.
Result<bool> Trial::hold_steady_state() {
  if (context_.scenario.leaders_together) {
    const auto together = bring_leaders_together();
    if (!together.ok() || !*together) return together;
  }
  const Duration hold = context_.scenario.steady_state_hold;
  bad_probes_->restart();
  record(event_type::steady_began, Json::object());
  context_.progress(fmt::format("steady state: holding for {}", format_duration(hold)));
  if (!context_.clock.wait_until(context_.clock.now() + hold, context_.interrupt)) return interrupted_error("run");
  const Check check = look();
  if (context_.interrupt.raised()) return interrupted_error("run");
  std::string reason = check.holds() ? bad_probes_->told() : check.reasons();
  if (reason.empty() && context_.scenario.leaders_together) {
    const auto next = next_leader();
    if (!next.ok() || *next) reason = "the leaders are not on one node any more";
  }
  if (!reason.empty()) {
    record(event_type::steady_lost, {{"reason", reason}});
    context_.progress("steady state lost before anything was broken, waiting for it again: " + reason);
    return false;
  }
  record(event_type::steady_held, Json::object());
  return true;
}

Status Trial::inject(const InjectStep& step, const std::optional<Check>& now) { return injector_->inject(step, now); }

Status Trial::heal(const std::string& step) { return injector_->heal(step); }

Result<std::vector<std::string>> Trial::heal_in_force() { return injector_->heal_in_force(); }

bool Trial::has_injected() const { return injector_->has_injected(); }

bool Trial::in_force() const { return injector_->in_force(); }

std::optional<std::string> Trial::stop_reason() {
  return stop_->due(context_.clock.now(), context_.readiness, context_.interrupt);
}

void Trial::progress(const std::string& line) { context_.progress(line); }

/// Whatever became of the method: nothing that it broke may stay broken.
void Trial::clean_up(const Status& status) {
  context_.progress("healing whatever is still in force, and proving it");
  injector_->heal_rest();
  // Without a method that ended as planned there is no time to wait for anything to come back.
  const Status proven = injector_->prove_healed(status.ok() ? Duration(kHealTimeout) : Duration::zero());
  if (proven.ok()) injector_->find_residue();
}

/// What the members wrote since the run began, put on the clock of the history. After healing, so that every node that
/// comes back is there. One that does not answer leaves the looks at it as they are.
void Trial::read_etcd_logs() {
  const ClockPair now = ClockPair::read();
  // How far the two clocks went apart is how wrong a date in between can be.
  const Duration apart = std::chrono::abs(now.moved_since(began_));
  if (apart > WallClock::kTolerated) return;
  for (const Node& node : context_.topology.etcd_nodes()) {
    const auto lines = read_etcd_log(context_.fault_doors.docker, node.name, context_.interrupt);
    if (!lines.ok()) continue;
    for (const EtcdLogLine& line : *lines) {
      if (line.realtime_ns < began_.realtime_ns) continue;
      const bool leads = line.kind == EtcdLogLine::Kind::leads;
      Json data = {{"node", node.name},
                   {"member", line.member},
                   {"what", leads ? "leads" : "lost"},
                   {"term", line.term},
                   {"atNs", now.instant_of(line.realtime_ns).ns},
                   {"uncertaintyNs", (kLogResolution + apart).count()}};
      if (!leads) data["leader"] = line.leader;
      record(event_type::etcd_logged, std::move(data));
    }
  }
}

void Trial::stop_instrument(const Status& status) {
  const auto cost = instrument_->stop(status.ok() ? Duration(kDrainTimeout) : Duration::zero(), context_.interrupt);
  if (cost) record(event_type::probers_stopped, {{"cpuSeconds", cost->cpu_seconds}, {"maxRssKib", max_rss_kib()}});
  if (status.ok()) {
    context_.progress(
        fmt::format("reading everything of ours back (at most {})", format_duration(Duration(kReadBackTimeout))));
    const auto unread = instrument_->read_back(kReadBackTimeout, context_.interrupt);
    if (!unread.ok() && unread.error().kind != ErrorKind::interrupted) note_failure(unread.error());
  }
  if (const Status removed = instrument_->remove(); !removed.ok()) {
    record(event_type::heal_unproven,
           {{"step", "own-objects"}, {"target", {{"node", "the API"}}}, {"reason", removed.error().text()}});
  }
  if (const auto failure = instrument_->failure()) note_failure(*failure);
}

void Trial::close(const Status& status) {
  stop_instrument(status);
  if (const Status flushed = samples_->flush(); !flushed.ok()) note_failure(flushed.error());
  if (const auto failure = write_failure()) {
    // The history has a hole: it must not look like a run that went well. Lost itself when it was the events' disk.
    record(event_type::failed, {{"kind", "infrastructure"}, {"where", failure->where}, {"message", failure->message}});
  } else if (status.ok()) {
    record(event_type::run_finished, Json::object());
  } else if (status.error().kind == ErrorKind::interrupted) {
    record(event_type::interrupted, {{"signals", context_.interrupt.count()}});
  } else {
    const char* kind = status.error().kind == ErrorKind::usage ? "usage" : "infrastructure";
    record(event_type::failed,
           {{"kind", kind},
            {"where", status.error().where},
            {"message", status.error().message + (status.error().detail.empty() ? "" : "\n" + status.error().detail)}});
  }
}

}  // namespace hadrill
