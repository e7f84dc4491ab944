#include "calibrate/recording.hpp"

#include <sys/resource.h>

#include "history/operation_log.hpp"
#include "history/sample_stream.hpp"
#include "probe/operation_factory.hpp"

namespace hadrill::calibrate {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// For requests in flight at the end: the longest hard timeout of a prober here, and a little.
constexpr auto kDrain = 3s;
constexpr auto kReadBack = 10s;
constexpr const char* kEvents = "events.jsonl";
constexpr const char* kSamples = "samples.bin";
constexpr const char* kOperations = "operations.jsonl";

/// Every user is owed everything: so a verdict has to fail exactly when somebody was hurt.
Scenario scenario_of(const std::string& name, const std::vector<PlannedProber>& probers, bool breaks) {
  Scenario scenario;
  scenario.name = name;
  scenario.topologies = {"local"};
  if (breaks) scenario.method.emplace_back(InjectStep{kStep, "calibration", {}, Json::object()});
  ObserveStep observe;
  observe.id = "observe";
  scenario.method.emplace_back(observe);
  for (const PlannedProber& prober : probers) {
    scenario.probers.push_back(prober.spec);
    if (prober.spec.through == ProbePath::local_echo) continue;
    Slo slo;
    slo.sli = {SliRef::Kind::longest_outage, prober.name, prober.name + ".longest_outage"};
    scenario.slos.push_back(slo);
  }
  return scenario;
}

SampleHeader header_of(const std::vector<PlannedProber>& probers) {
  SampleHeader header;
  header.clock = ClockPair::read();
  for (const PlannedProber& prober : probers) {
    const ProberSpec& spec = prober.spec;
    header.probers.push_back({prober.name, prober.endpoint, to_string(spec.through), to_string(spec.connection),
                              spec.period, spec.deadline, spec.timeout, to_string(spec.operation)});
  }
  return header;
}

long max_rss_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;  // NOLINT(cppcoreguidelines-pro-type-union-access): glibc's rusage is made of unions
}

}  // namespace

Recording::Recording(fs::path directory, std::vector<PlannedProber> probers, const http::TlsIdentity& identity)
    : directory_(std::move(directory)), planned_(std::move(probers)), client_(identity), engine_(identity) {}

Result<std::unique_ptr<Recording>> Recording::open(const fs::path& directory, const std::string& name,
                                                   std::vector<PlannedProber> probers, bool breaks,
                                                   const http::TlsIdentity& identity) {
  std::error_code failed;
  fs::create_directories(directory, failed);
  if (failed) return infrastructure_error(directory.string(), "cannot be made: " + failed.message());
  std::unique_ptr<Recording> recording(new Recording(directory, std::move(probers), identity));
  recording->scenario_ = scenario_of(name, recording->planned_, breaks);
  if (const Status opened = recording->open_files(); !opened.ok()) return opened.error();
  recording->record(event_type::run_started,
                    {{"scenario", name}, {"seed", 0}, {"realtimeNs", ClockPair::read().realtime_ns}});
  return recording;
}

Status Recording::open_files() {
  auto events = EventWriter::create(directory_ / kEvents);
  if (!events.ok()) return events.error();
  events_.emplace(std::move(*events));
  auto samples = SampleWriter::create(directory_ / kSamples, header_of(planned_));
  if (!samples.ok()) return samples.error();
  samples_.emplace(std::move(*samples));
  return Ok{};
}

Status Recording::with_audit(AuditPlan plan, const Interrupt& interrupt) {
  plan.ring = std::max(ring_for(planned_), AuditSession::kListed);
  for (const PlannedProber& prober : planned_) plan.probers.push_back({prober.name, prober.endpoint, prober.base});
  auto session = AuditSession::open(directory_ / kOperations, plan, clock_);
  if (!session.ok()) return session.error();
  audit_ = std::move(*session);
  return audit_->set_up(client_, interrupt);
}

Status Recording::start(std::uint64_t seed) {
  OperationContext context;
  if (audit_) context.audit.emplace(audit_->access());
  auto probers = make_probers(planned_, context);
  if (!probers.ok()) return probers.error();
  running_ = std::move(*probers);
  const ProberLoad load{running_, audit_ ? audit_->companions() : std::vector<Companion*>{},
                        audit_ ? audit_->servers() : no_servers_};
  const SampleSink sink = [this](const Sample& sample) { return samples_->write(sample).ok(); };
  thread_ = std::make_unique<ProberThread>(load, engine_, sink, seed);
  record(event_type::probers_started, {{"realtimePriority", thread_->realtime_priority()}});
  return Ok{};
}

void Recording::record(const char* type, Json data) {
  const Status written = events_->write({clock_.now(), type, std::move(data)});
  if (!written.ok() && !write_failure_) write_failure_ = written.error();
}

void Recording::stop(const Interrupt& interrupt) {
  const ProberCost cost = thread_->stop(kDrain, interrupt);
  record(event_type::probers_stopped, {{"cpuSeconds", cost.cpu_seconds}, {"maxRssKib", max_rss_kib()}});
}

Status Recording::read_back(const Interrupt& interrupt) {
  const auto unread = audit_->read_back(client_, kReadBack, interrupt);
  if (!unread.ok()) return unread.error();
  return Ok{};
}

Result<std::vector<Finding>> Recording::judge_operations() {
  if (!audit_) return std::vector<Finding>{};
  const auto history = read_operations(directory_ / kOperations);
  if (!history.ok()) return history.error();
  audited_ = audit::audit(*history);
  return audit::verdict_findings(*audited_, *history);
}

Result<Verdict> Recording::judge() {
  record(event_type::run_finished);
  if (const Status flushed = samples_->flush(); !flushed.ok()) return flushed.error();
  if (write_failure_) return *write_failure_;
  if (audit_ && audit_->failure()) return *audit_->failure();
  auto events = read_events(directory_ / kEvents);
  if (!events.ok()) return events.error();
  const auto samples = SampleFile::open(directory_ / kSamples);
  if (!samples.ok()) return samples.error();
  auto operations = judge_operations();
  if (!operations.ok()) return operations.error();
  return hadrill::judge(RunContext{scenario_, std::move(*events), std::nullopt, std::move(*operations)}, **samples);
}

}  // namespace hadrill::calibrate
