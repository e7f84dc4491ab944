#include "calibrate/run_case.hpp"

#include "calibrate/assess.hpp"

namespace hadrill::calibrate {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using server::LocalServer;

/// For first connections to be made.
constexpr auto kWarmUp = 200ms;
/// Good samples before the defect, and after it.
constexpr auto kBaseline = 1s;
constexpr auto kAfter = 1s;
/// From the decision to the beginning of a defect.
constexpr auto kLead = 20ms;
/// Writes and watches of an audit case: longer than it takes to tell some 50 events.
constexpr auto kAudited = 2500ms;
constexpr const char* kServer = "local";

/// A server to be broken and one that always works, for the same clients.
struct Servers {
  explicit Servers(server::Handler& api) : handler(api) {}

  Status start() {
    const auto certificates = server::make_certificates();
    if (!certificates.ok()) return certificates.error();
    auto one = LocalServer::start(handler, *certificates);
    if (!one.ok()) return one.error();
    broken = std::move(*one);
    auto other = LocalServer::start(echo, *certificates);
    if (!other.ok()) return other.error();
    null = std::move(*other);
    return Ok{};
  }

  SpoiledHandler handler;
  server::EchoHandler echo;
  std::unique_ptr<LocalServer> broken;
  std::unique_ptr<LocalServer> null;
};

PlannedProber prober(const std::string& name, const std::string& base, ProbePath through, ConnectionClass connection,
                     Duration period, ProbeOperation operation) {
  return {name, kServer, base, {name, through, connection, period, kDeadline, kTimeout, operation}};
}

void add_null_probers(const std::string& base, std::vector<PlannedProber>& probers) {
  for (const ConnectionClass connection : {ConnectionClass::fresh, ConnectionClass::reused}) {
    probers.push_back(prober("harness." + to_string(connection), base, ProbePath::local_echo, connection, 2 * kPeriod,
                             ProbeOperation::echo));
  }
}

std::vector<PlannedProber> readers(const OutageCase& one, const Servers& servers) {
  const std::string base = servers.broken->base();
  std::vector<PlannedProber> probers;
  if (one.users != Users::only_reused) {
    probers.push_back(
        prober(kNewProber, base, ProbePath::load_balancer, ConnectionClass::fresh, kPeriod, ProbeOperation::read));
  }
  if (one.users != Users::only_new) {
    probers.push_back(
        prober(kReusedProber, base, ProbePath::load_balancer, ConnectionClass::reused, kPeriod, ProbeOperation::read));
  }
  add_null_probers(servers.null->base(), probers);
  return probers;
}

std::vector<PlannedProber> auditors(const Servers& servers) {
  const std::string base = servers.broken->base();
  std::vector<PlannedProber> probers{
      prober("api.write", base, ProbePath::load_balancer, ConnectionClass::reused, kPeriod, ProbeOperation::write),
      prober("api.list", base, ProbePath::load_balancer, ConnectionClass::reused, 4 * kPeriod, ProbeOperation::list),
      prober("api.direct", base, ProbePath::each_api_server, ConnectionClass::reused, kPeriod, ProbeOperation::read)};
  add_null_probers(servers.null->base(), probers);
  return probers;
}

/// Lets time pass. False: interrupted.
bool pass(Duration time, const Interrupt& interrupt) {
  MonotonicClock clock;
  return clock.wait_until(clock.now() + time, interrupt);
}

/// The steady state that every judgement starts from.
bool hold_steady(Recording& recording, const Interrupt& interrupt) {
  if (!pass(kWarmUp, interrupt)) return false;
  recording.record(event_type::steady_began);
  if (!pass(kBaseline, interrupt)) return false;
  recording.record(event_type::steady_held);
  return true;
}

void record_truth(const Truth& truth, Recording& recording) {
  const Json target = {{"role", "apiserver"}, {"node", kServer}, {"leads", false}};
  const Moment& began = truth.outages.front().began;
  const Moment& ended = truth.outages.back().ended;
  recording.record(event_type::fault_injecting,
                   {{"step", kStep}, {"fault", "calibration"}, {"targets", Json::array({target})}});
  recording.record(event_type::fault_proven, {{"step", kStep},
                                              {"target", target},
                                              {"t0LowerNs", began.lower.ns},
                                              {"t0UpperNs", began.upper.ns},
                                              {"proof", Json::object()}});
  recording.record(event_type::heal_proven,
                   {{"step", kStep},
                    {"target", target},
                    {"proof", {{"healedLowerNs", ended.lower.ns}, {"healedUpperNs", ended.upper.ns}}}});
}

/// The defect from its beginning to its end, or the time without one.
Result<Truth> play(const OutageCase& one, Servers& servers, Recording& recording, const Interrupt& interrupt) {
  MonotonicClock clock;
  if (!one.defect) {
    if (!pass(one.course.length, interrupt)) return interrupted_error("calibration");
    return Truth{};
  }
  Script script(*servers.broken, servers.handler, *one.defect, one.course);
  script.start(clock.now() + kLead);
  if (!clock.wait_until(script.planned_end(), interrupt)) return interrupted_error("calibration");
  auto truth = script.truth();
  if (truth.ok()) record_truth(*truth, recording);
  return truth;
}

/// What every recording ends with.
void observed(Recording& recording, const Interrupt& interrupt) {
  recording.record(event_type::observe_ended,
                   {{"step", "observe"}, {"recovered", true}, {"timedOut", false}, {"onTimeout", "fail"}});
  recording.stop(interrupt);
}

Result<CaseRun> judged(Truth truth, const Servers& servers, Recording& recording) {
  auto verdict = recording.judge();
  if (!verdict.ok()) return verdict.error();
  const bool realtime = recording.realtime_priority() && servers.broken->realtime_priority();
  return CaseRun{std::move(truth), std::move(*verdict), recording.audited(), realtime};
}

/// The newest write is lost when nobody writes any more: so it is only the reads at the end that can tell.
void tell_late_lie(const AuditCase& one, ConfigMaps& api, LocalServer& server) {
  if (one.lie != Lie::lose_write) return;
  std::promise<void> told;
  server.at({}, [&](server::Controls&) {
    api.lose_newest();
    told.set_value();
  });
  told.get_future().wait();
}

}  // namespace

Result<CaseRun> run_case(const OutageCase& one, const fs::path& directory, std::uint64_t seed,
                         const Interrupt& interrupt) {
  ConfigMaps api;
  Servers servers(api);
  if (const Status started = servers.start(); !started.ok()) return started.error();
  auto recording =
      Recording::open(directory, one.name, readers(one, servers), one.defect.has_value(), servers.broken->identity());
  if (!recording.ok()) return recording.error();
  if (const Status started = (*recording)->start(seed); !started.ok()) return started.error();
  if (!hold_steady(**recording, interrupt)) return interrupted_error("calibration");
  auto truth = play(one, servers, **recording, interrupt);
  if (!truth.ok()) return truth.error();
  if (!pass(kAfter, interrupt)) return interrupted_error("calibration");
  observed(**recording, interrupt);
  return judged(std::move(*truth), servers, **recording);
}

Result<CaseRun> run_case(const AuditCase& one, const fs::path& directory, std::uint64_t seed,
                         const Interrupt& interrupt) {
  ConfigMaps api(one.lie);
  Servers servers(api);
  if (const Status started = servers.start(); !started.ok()) return started.error();
  auto recording = Recording::open(directory, one.name, auditors(servers), false, servers.broken->identity());
  if (!recording.ok()) return recording.error();
  const std::string base = servers.broken->base();
  AuditPlan plan;
  plan.run = one.name;
  plan.name_space = "hadrill-" + one.name;
  plan.write_base = base;
  plan.write_endpoint = kServer;
  plan.servers = {{kServer, base, servers.broken->certificate_serial()}};
  plan.watchers = {{"api.watch", kServer, base}};
  if (const Status ready = (*recording)->with_audit(plan, interrupt); !ready.ok()) return ready.error();
  if (const Status started = (*recording)->start(seed); !started.ok()) return started.error();
  if (!hold_steady(**recording, interrupt) || !pass(kAudited, interrupt)) return interrupted_error("calibration");
  observed(**recording, interrupt);
  tell_late_lie(one, api, *servers.broken);
  if (const Status read = (*recording)->read_back(interrupt); !read.ok()) return read.error();
  Truth truth;
  truth.spoiled = api.lies_told();
  return judged(std::move(truth), servers, **recording);
}

}  // namespace hadrill::calibrate
