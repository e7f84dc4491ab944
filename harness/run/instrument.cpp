#include "run/instrument.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <span>

#include "cluster/vantage_pod.hpp"
#include "kube/api.hpp"
#include "probe/operation_factory.hpp"
#include "run/run_directory.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTimeout = 5s;
/// Of a member of etcd, on the loopback address of its node.
constexpr const char* kEtcdAddress = "127.0.0.1";
constexpr std::uint16_t kEtcdClientPort = 2379;
/// A look that got no answer while the tunnel was silent for this long was seen by nobody.
constexpr auto kEtcdBlindAfter = 1s;

bool needs_objects(const Scenario& scenario) {
  return !scenario.watchers.empty() ||
         std::any_of(scenario.probers.begin(), scenario.probers.end(), [](const ProberSpec& prober) {
           return prober.operation == ProbeOperation::write || prober.operation == ProbeOperation::list;
         });
}

/// Fit for a part of a namespace's name.
std::string run_name(const std::filesystem::path& directory) {
  std::string name = directory.filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

bool asks_controllers(const PlannedProber& prober) { return prober.spec.through == ProbePath::controllers; }

bool asks_echo(const PlannedProber& prober) { return prober.spec.through == ProbePath::local_echo; }

}  // namespace

Result<std::unique_ptr<Instrument>> Instrument::open(const Scenario& scenario, const Topology& topology,
                                                     const std::filesystem::path& directory, InstrumentDoors doors,
                                                     const Interrupt& interrupt) {
  auto planned = plan_probers(scenario, topology);
  if (!planned.ok()) return planned.error();
  std::unique_ptr<Instrument> instrument(new Instrument(std::move(doors)));
  instrument->topology_ = topology;
  instrument->planned_ = std::move(*planned);
  std::stable_partition(instrument->planned_.begin(), instrument->planned_.end(),
                        [](const PlannedProber& prober) { return !asks_controllers(prober); });
  if (const Status learned = instrument->learn_servers(topology, interrupt); !learned.ok()) return learned.error();
  const std::string run = run_name(directory);
  instrument->run_ = run;
  const bool audited = needs_objects(scenario);
  const bool scales = std::any_of(instrument->planned_.begin(), instrument->planned_.end(), asks_controllers);
  if (audited || scales || needs_pod(instrument->planned_)) {
    instrument->namespace_ = std::make_unique<kube::OwnNamespace>(
        instrument->doors_.client, instrument->doors_.clock, *topology.front_door(), kube::kOwnNamespacePrefix + run);
  }
  if (audited) {
    const Status opened = instrument->open_audit(scenario, run, directory);
    if (!opened.ok()) return opened.error();
  }
  return instrument;
}

Status Instrument::learn_servers(const Topology& topology, const Interrupt& interrupt) {
  std::vector<std::string> serials;
  for (const Node& node : topology.with_role(NodeRole::control_plane)) {
    const auto serial = kube::Api(doors_.client, *node.api_port, kRequestTimeout).serving_certificate(interrupt);
    if (interrupt.raised()) return interrupted_error("run");
    // One that does not answer now is told apart by its port only; the steady state will say what is wrong with it.
    serials.push_back(serial.ok() ? *serial : std::string());
    servers_.push_back({node.name, *node.api_base(), serials.back()});
  }
  server_table_ = ServerTable(std::move(serials));
  return Ok{};
}

Status Instrument::open_audit(const Scenario& scenario, const std::string& run,
                              const std::filesystem::path& directory) {
  const Node* const balancer = topology_.load_balancer();
  if (balancer == nullptr || !balancer->api_port)
    return usage_error("probers", "write, list and watch need a load balancer, which the cluster does not have");
  const auto watchers = plan_watchers(scenario, topology_);
  if (!watchers.ok()) return watchers.error();
  AuditPlan plan;
  plan.run = run;
  plan.name_space = namespace_->name();
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

Status Instrument::set_up(EventSink events, const Interrupt& interrupt) {
  events_ = std::move(events);
  if (namespace_) {
    is_set_up_ = true;  // also when it fails half way: there may be something to remove
    if (const Status made = namespace_->make(interrupt); !made.ok()) return made;
  }
  if (audit_) {
    if (const Status made = audit_->set_up(doors_.client, interrupt); !made.ok()) return made;
  }
  if (const Status made = set_up_controllers(interrupt); !made.ok()) return made;
  auto pod = set_up_pod(interrupt);
  if (!pod.ok()) return pod.error();
  auto inside = Inside::open(planned_, topology_, doors_.agents, *pod, events_, interrupt);
  if (!inside.ok()) return inside.error();
  inside_ = std::move(*inside);
  workloads_ = std::make_unique<WorkloadObserver>(planned_, topology_, events_);
  return set_up_observer(interrupt);
}

Status Instrument::set_up_observer(const Interrupt& interrupt) {
  EtcdWays etcd = etcd_ways(interrupt);
  if (interrupt.raised()) return interrupted_error("run");
  observer_ = std::make_unique<LeadershipObserver>(topology_, std::move(etcd), doors_.etcd_pace, events_);
  return Ok{};
}

EtcdWays Instrument::etcd_ways(const Interrupt& interrupt) {
  EtcdWays ways;
  const auto missing = [](const Error& error) { return EtcdWays{nullptr, {}, error.where + ": " + error.message}; };
  if (!doors_.etcd_identity) {
    ways.missing = "no identity for etcd was given";
    return ways;
  }
  auto identity = doors_.etcd_identity(interrupt);
  if (!identity.ok()) return missing(identity.error());
  for (const Node& node : topology_.etcd_nodes()) {
    const InsideRoute route{node.name, kEtcdAddress, kEtcdClientPort, false};
    auto way = inside_->way(route, kEtcdBlindAfter, topology_, doors_.agents, interrupt);
    if (!way.ok()) return missing(way.error());
    etcd_connectors_.push_back(std::move(*way));
    ways.members.push_back(
        {node.name, fmt::format("https://{}:{}", kEtcdAddress, kEtcdClientPort), etcd_connectors_.back().get()});
  }
  ways.engine = doors_.make_engine(std::move(*identity));
  return ways;
}

Result<std::string> Instrument::set_up_pod(const Interrupt& interrupt) {
  if (!needs_pod(planned_)) return std::string();
  return VantagePod(doors_.client, doors_.clock, topology_, namespace_->name()).ensure(interrupt);
}

Status Instrument::start(SampleSink sink, std::uint64_t seed) {
  if (const Status started = start_engine(); !started.ok()) return started;
  OperationContext context;
  if (audit_) context.audit.emplace(audit_->access());
  context.note = [this](const std::string& prober, const std::string& failing, Instant at) {
    events_({at, event_type::checks_changed, {{"prober", prober}, {"failing", failing}}});
  };
  context.run = run_;
  context.counted = [this](const PlannedProber& prober, const CounterStep& step) { tell(prober, step); };
  auto running = make_probers(
      std::span(planned_.begin(), std::find_if(planned_.begin(), planned_.end(), asks_controllers)), context);
  if (!running.ok()) return running.error();
  running_ = std::move(*running);
  for (std::size_t i = 0; i < running_.size(); ++i) running_[i].connector = inside_->connector(i);
  make_controllers_probers(sink, seed);
  server_names_ =
      std::make_unique<ServerNames>(static_cast<std::uint16_t>(servers_.size() + 1),
                                    [this](std::uint16_t number, const std::string& name, Instant at) {
                                      events_({at, event_type::server_seen, {{"server", number}, {"name", name}}});
                                    });
  const ProberLoad load{running_, companions(), server_table_, server_names_.get()};
  thread_ = std::make_unique<ProberThread>(load, *engine_, std::move(sink), seed);
  observer_->start(doors_.clock.now());
  workloads_->start();
  return Ok{};
}

Status Instrument::start_engine() {
  http::TlsIdentity identity = doors_.identity;
  if (std::any_of(planned_.begin(), planned_.end(), asks_echo)) {
    if (const Status started = start_echo(identity); !started.ok()) return started;
  }
  engine_ = doors_.make_engine(std::move(identity));
  return Ok{};
}

Status Instrument::start_echo(http::TlsIdentity& identity) {
  auto certificates = server::make_certificates();
  if (!certificates.ok()) return certificates.error();
  // Probers show it the certificate that they show the cluster, and trust both.
  identity.ca_pem += certificates->client.ca_pem;
  certificates->server.ca_pem = doors_.identity.ca_pem;
  auto echo = server::LocalServer::start(echo_handler_, std::move(*certificates));
  if (!echo.ok()) return echo.error();
  echo_ = std::move(*echo);
  for (PlannedProber& prober : planned_) {
    if (asks_echo(prober)) prober.base = echo_->base();
  }
  return Ok{};
}

Status Instrument::set_up_controllers(const Interrupt& interrupt) {
  for (const PlannedProber& prober : planned_) {
    if (!asks_controllers(prober)) continue;
    const auto image = pause_image_on(topology_.pod_node()->name, doors_.client, topology_, interrupt);
    if (!image.ok()) return image.error();
    const ScalePlace place = scale_place(prober);
    kube::Api api(doors_.client, topology_.any_api_port(), kRequestTimeout);
    const auto made = api.create(place.deployments(), scaled_deployment(place, *image), interrupt);
    if (!made.ok()) return made.error();
  }
  return Ok{};
}

void Instrument::make_controllers_probers(const SampleSink& sink, std::uint64_t seed) {
  const Instant start = doors_.clock.now();
  for (std::size_t i = running_.size(); i < planned_.size(); ++i) {
    const PlannedProber& prober = planned_[i];
    ScaleOptions options{static_cast<std::uint16_t>(i),
                         prober.base,
                         scale_place(prober),
                         connection_of(prober.spec),
                         prober.spec.period,
                         prober.spec.deadline,
                         prober.spec.timeout};
    controllers_.push_back(std::make_unique<ScaleProber>(
        std::move(options), start, seed + i, [sink](const Sample& sample) { static_cast<void>(sink(sample)); },
        [this, &prober](const Scaling& scaling) { tell(prober, scaling); }));
  }
}

std::vector<Companion*> Instrument::companions() {
  std::vector<Companion*> companions = audit_ ? audit_->companions() : std::vector<Companion*>{};
  for (const auto& one : controllers_) companions.push_back(one.get());
  for (Companion* one : observer_->companions()) companions.push_back(one);
  for (Companion* one : workloads_->companions()) companions.push_back(one);
  return companions;
}

void Instrument::tell(const PlannedProber& prober, const Scaling& scaling) {
  Json data = {{"prober", prober.name}, {"sequence", scaling.sequence}, {"askedNs", scaling.asked.ns}};
  const auto add = [&](const char* stage, const std::optional<Reached>& reached, const char* component) {
    if (!reached) return;
    data[stage] = {{"notBeforeNs", reached->not_before.ns}, {"atNs", reached->at.ns}};
    if (component == nullptr) return;
    events_(
        {reached->at, event_type::useful_work, {{"component", component}, {"notBeforeNs", reached->not_before.ns}}});
  };
  add("created", scaling.created, "kube-controller-manager");
  add("bound", scaling.bound, "kube-scheduler");
  add("ready", scaling.ready, nullptr);
  events_({doors_.clock.now(), event_type::controllers_acted, std::move(data)});
}

void Instrument::tell(const PlannedProber& prober, const CounterStep& step) {
  const ServiceRef& service = *prober.spec.service;
  counter_pods_.insert({service.namespace_, service.name, step.pod, service.path});
  events_({step.at,
           event_type::counter_stepped,
           {{"prober", prober.name},
            {"service", service.name + "." + service.namespace_},
            {"pod", step.pod},
            {"step", step.step},
            {"value", step.value}}});
}

std::optional<ProberCost> Instrument::stop(Duration longest, const Interrupt& abandon) {
  if (!thread_) return std::nullopt;
  const ProberCost cost = thread_->stop(longest, abandon);
  // Nothing is asked any more: a tunnel that is lost from here on is no event of the run.
  engine_.reset();
  observer_.reset();
  workloads_.reset();
  inside_.reset();
  return cost;
}

Result<std::size_t> Instrument::read_back(Duration longest, const Interrupt& interrupt) {
  const Instant deadline = doors_.clock.now() + longest;
  for (const Event& event : read_counters(doors_.client, doors_.clock, topology_.front_door().value_or(""), run_,
                                          counter_pods_, deadline, interrupt))
    events_(event);
  if (!audit_) return std::size_t{0};
  return audit_->read_back(doors_.client, longest, interrupt);
}

Status Instrument::remove() {
  if (!is_set_up_) return Ok{};
  is_set_up_ = false;
  return namespace_->remove(Interrupt::never());
}

std::optional<Error> Instrument::failure() const { return audit_ ? audit_->failure() : std::nullopt; }

}  // namespace hadrill
