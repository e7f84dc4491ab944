#include "run/instrument.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "kube/api.hpp"
#include "probe/operation_factory.hpp"
#include "run/run_directory.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTimeout = 5s;

/// What scenarios may ask for and the probers cannot do yet.
Status check_supported(const Scenario& scenario) {
  for (const ProberSpec& prober : scenario.probers) {
    if (prober.through == ProbePath::load_balancer || prober.through == ProbePath::each_api_server) continue;
    return usage_error("prober " + prober.name,
                       fmt::format("cannot be probed yet through {}; switch it off or list the "
                                   "probers without it",
                                   to_string(prober.through)));
  }
  return Ok{};
}

bool needs_objects(const Scenario& scenario) {
  return !scenario.watchers.empty() ||
         std::any_of(scenario.probers.begin(), scenario.probers.end(), [](const ProberSpec& prober) {
           return prober.operation == ProbeOperation::write || prober.operation == ProbeOperation::list;
         });
}

/// Fit for a namespace's name.
std::string run_name(const std::filesystem::path& directory) {
  std::string name = directory.filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

}  // namespace

Result<std::unique_ptr<Instrument>> Instrument::open(const Scenario& scenario, const Topology& topology,
                                                     const std::filesystem::path& directory, InstrumentDoors doors,
                                                     const Interrupt& interrupt) {
  if (const Status supported = check_supported(scenario); !supported.ok()) return supported.error();
  auto planned = plan_probers(scenario, topology);
  if (!planned.ok()) return planned.error();
  std::unique_ptr<Instrument> instrument(new Instrument(doors));
  instrument->planned_ = std::move(*planned);
  if (const Status learned = instrument->learn_servers(topology, interrupt); !learned.ok()) return learned.error();
  if (needs_objects(scenario)) {
    const Status opened = instrument->open_audit(scenario, topology, directory);
    if (!opened.ok()) return opened.error();
  }
  return instrument;
}

Status Instrument::learn_servers(const Topology& topology, const Interrupt& interrupt) {
  std::vector<std::string> serials;
  for (const Node& node : topology.with_role(NodeRole::control_plane)) {
    const auto serial = kube::Api(doors_.client, *node.api_port, kRequestTimeout).serving_certificate(interrupt);
    if (interrupt.raised()) return Error{ErrorKind::interrupted, "run", "interrupted", {}};
    // One that does not answer now is told apart by its port only; the steady state will say what is wrong with it.
    serials.push_back(serial.ok() ? *serial : std::string());
    servers_.push_back({node.name, *node.api_base(), serials.back()});
  }
  server_table_ = ServerTable(std::move(serials));
  return Ok{};
}

Status Instrument::open_audit(const Scenario& scenario, const Topology& topology,
                              const std::filesystem::path& directory) {
  const Node* const balancer = topology.load_balancer();
  if (balancer == nullptr || !balancer->api_port)
    return usage_error("probers", "write, list and watch need a load balancer, which the cluster does not have");
  const auto watchers = plan_watchers(scenario, topology);
  if (!watchers.ok()) return watchers.error();
  AuditPlan plan;
  plan.run = run_name(directory);
  plan.write_base = *balancer->api_base();
  plan.write_endpoint = balancer->name;
  plan.ring = std::max(ring_for(planned_), AuditSession::kListed);
  plan.servers = servers_;
  for (const PlannedProber& prober : planned_) plan.probers.push_back({prober.name, prober.endpoint, prober.base});
  for (const PlannedWatcher& watcher : *watchers)
    plan.watchers.push_back({watcher.name, watcher.endpoint, watcher.base});
  auto session = AuditSession::open(directory / artefact::operations, plan, doors_.clock);
  if (!session.ok()) return session.error();
  audit_ = std::move(*session);
  return Ok{};
}

SampleHeader Instrument::header() const {
  SampleHeader header;
  header.clock = ClockPair::read();
  for (const PlannedProber& prober : planned_) {
    header.probers.push_back({prober.name, prober.endpoint, to_string(prober.spec.through),
                              to_string(prober.spec.connection), prober.spec.period, prober.spec.deadline,
                              prober.spec.timeout, to_string(prober.spec.operation)});
  }
  for (const AuditedServer& server : servers_) header.servers.push_back({server.name, server.certificate_serial});
  return header;
}

Status Instrument::set_up(const Interrupt& interrupt) {
  if (!audit_) return Ok{};
  is_set_up_ = true;  // also when it fails half way: there may be something to remove
  return audit_->set_up(doors_.client, interrupt);
}

Status Instrument::start(SampleSink sink, std::uint64_t seed) {
  OperationContext context;
  if (audit_) context.audit.emplace(audit_->access());
  auto running = make_probers(planned_, context);
  if (!running.ok()) return running.error();
  running_ = std::move(*running);
  const ProberLoad load{running_, audit_ ? audit_->companions() : std::vector<Companion*>{}, server_table_};
  thread_ = std::make_unique<ProberThread>(load, doors_.engine, std::move(sink), seed);
  return Ok{};
}

std::optional<ProberCost> Instrument::stop(Duration longest, const Interrupt& abandon) {
  if (!thread_) return std::nullopt;
  return thread_->stop(longest, abandon);
}

Result<std::size_t> Instrument::read_back(Duration longest, const Interrupt& interrupt) {
  if (!audit_) return std::size_t{0};
  return audit_->read_back(doors_.client, longest, interrupt);
}

Status Instrument::remove() {
  if (!audit_ || !is_set_up_) return Ok{};
  is_set_up_ = false;
  return audit_->remove(doors_.client, Interrupt::never());
}

std::optional<Error> Instrument::failure() const { return audit_ ? audit_->failure() : std::nullopt; }

}  // namespace hadrill
