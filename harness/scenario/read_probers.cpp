// Probers: the standard ones and those that are listed, their ranges, and the load they put on the API together.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/duration.hpp"
#include "base/spelling.hpp"
#include "document/enum_words.hpp"
#include "scenario/reader.hpp"
#include "scenario/standard_probers.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, ProbePath>, 10> kPaths{
    {{"load-balancer", ProbePath::load_balancer},
     {"each-api-server", ProbePath::each_api_server},
     {"each-etcd-member", ProbePath::each_etcd_member},
     {"cluster-ip", ProbePath::cluster_ip},
     {"service", ProbePath::service},
     {"node-load-balancer", ProbePath::node_load_balancer},
     {"each-node-port", ProbePath::each_node_port},
     {"each-pod", ProbePath::each_pod},
     {"controllers", ProbePath::controllers},
     {"local-echo", ProbePath::local_echo}}};
constexpr std::array<std::pair<std::string_view, ConnectionClass>, 2> kConnections{
    {{"new", ConnectionClass::fresh}, {"reused", ConnectionClass::reused}}};
constexpr std::string_view kWatch = "watch";

/// What can be asked on a path; the first is the default.
std::vector<ProbeOperation> operations_on(ProbePath path) {
  using enum ProbeOperation;
  switch (path) {
    case ProbePath::load_balancer:
    case ProbePath::each_api_server:
      return {read, cached_read, list, write, readyz};
    case ProbePath::cluster_ip:
      return {read, cached_read, list, readyz};
    case ProbePath::each_etcd_member:
      return {health};
    case ProbePath::service:
    case ProbePath::node_load_balancer:
    case ProbePath::each_node_port:
    case ProbePath::each_pod:
      return {get, count};
    case ProbePath::controllers:
      return {scale};
    case ProbePath::local_echo:
      return {echo};
  }
  return {read};
}

/// Paths to a Service that has to be named.
bool needs_service(ProbePath path) {
  return path == ProbePath::node_load_balancer || path == ProbePath::each_node_port || path == ProbePath::each_pod;
}

bool can_be_watched(ProbePath path) { return path == ProbePath::load_balancer || path == ProbePath::each_api_server; }

template <typename Spec>
const Spec* find_named(const std::vector<Spec>& specs, const std::string& name) {
  const auto found = std::find_if(specs.begin(), specs.end(), [&](const Spec& spec) { return spec.name == name; });
  return found == specs.end() ? nullptr : &*found;
}

/// Reads the entries of /probers one after the other.
class ProberReader {
 public:
  ProberReader(const Reader& reader, Scenario& scenario) : reader_(reader), scenario_(scenario) {}

  void entry(const std::string& at) {
    const std::string name = reader_.text(at + "/name");
    // What has no name yet was complained about.
    if (name.empty() || reader_.text(at + "/switch", "on") == "off") return;
    const WatcherSpec* watcher = find_named(standard_watchers(), name);
    const bool watches = reader_.text(at + "/operation", watcher != nullptr ? kWatch : std::string_view()) == kWatch;
    watches ? read_watcher(at, name, watcher) : read_prober(at, name);
  }

 private:
  /// Complains when the entry is not standard and leaves out what only the author can know.
  void require(const std::string& at, const char* key, const char* expected) {
    if (reader_.has(at + "/" + key)) return;
    // A misspelled key was complained about; what it stands for is not missing as well.
    for (const auto& [written, value] : reader_.document.root.at(Json::json_pointer(at)).items()) {
      if (nearest_word(written, {key})) return;
    }
    reader_.problems.add(reader_.document.positions, at, fmt::format("missing key \"{}\"; expected {}", key, expected));
  }

  ProbePath path(const std::string& at, ProbePath fallback) {
    return reader_.has(at + "/through") ? enum_from(kPaths, reader_.text(at + "/through")) : fallback;
  }

  void read_watcher(const std::string& at, const std::string& name, const WatcherSpec* standard) {
    if (standard == nullptr) require(at, "through", "one of load-balancer, each-api-server");
    const WatcherSpec watcher{name, path(at, standard != nullptr ? standard->through : ProbePath::load_balancer)};
    if (!can_be_watched(watcher.through)) {
      reader_.complain(at + "/through", fmt::format("operation watch is not possible through {}; allowed: "
                                                    "load-balancer, each-api-server",
                                                    to_string(watcher.through)));
    }
    for (const char* key : {"connection", "period", "deadline", "timeout"}) {
      if (reader_.has(at + "/" + key))
        reader_.complain(at + "/" + key, fmt::format("a watch has no {}: it is one stream; leave it out", key));
    }
    scenario_.watchers.push_back(watcher);
  }

  void read_prober(const std::string& at, const std::string& name) {
    const ProberSpec* standard = find_named(standard_probers(), name);
    if (standard == nullptr) {
      require(at, "through",
              "one of load-balancer, each-api-server, each-etcd-member, cluster-ip, service, node-load-balancer, "
              "each-node-port, each-pod, controllers, local-echo");
      require(at, "connection", "one of new, reused");
      require(at, "period", "a duration such as 1m30s, 15s or 250ms");
    }
    ProberSpec prober = standard != nullptr ? *standard : ProberSpec{name, {}, {}, 1s, 1s, 10s};
    prober.through = path(at, prober.through);
    if (reader_.has(at + "/connection")) prober.connection = enum_from(kConnections, reader_.text(at + "/connection"));
    prober.operation = operation(at, prober.through, standard);
    prober.period = reader_.duration_within(at + "/period", prober.period, ScenarioLimits::shortest_period,
                                            ScenarioLimits::longest_period);
    prober.deadline = reader_.duration_within(at + "/deadline", prober.deadline, ScenarioLimits::shortest_deadline,
                                              ScenarioLimits::longest_timeout);
    prober.timeout = reader_.duration_within(at + "/timeout", prober.timeout, ScenarioLimits::shortest_deadline,
                                             ScenarioLimits::longest_timeout);
    check_timeout(at, prober);
    read_service(at, prober);
    scenario_.probers.push_back(std::move(prober));
  }

  void read_service(const std::string& at, ProberSpec& prober) {
    const std::string service = at + "/service";
    if (needs_service(prober.through))
      require(at, "service", "a mapping such as {namespace: shop, name: cart, port: http, path: /healthz}");
    if (prober.operation == ProbeOperation::count)
      require(at, "service", "a mapping such as {namespace: shop, name: counter, port: http}");
    if (!reader_.has(service)) return;
    if (prober.through != ProbePath::service && !needs_service(prober.through))
      reader_.complain(service,
                       fmt::format("service is for probers through service, node-load-balancer, each-node-port or "
                                   "each-pod, this one goes through {}; leave it out",
                                   to_string(prober.through)));
    prober.service = ServiceRef{
        reader_.text(service + "/namespace"), reader_.text(service + "/name"), reader_.text(service + "/port"),
        reader_.text(service + "/path", prober.operation == ProbeOperation::count ? "/counter" : "/")};
  }

  ProbeOperation operation(const std::string& at, ProbePath through, const ProberSpec* standard) {
    const std::vector<ProbeOperation> possible = operations_on(through);
    const auto allows = [&](ProbeOperation wanted) {
      return std::find(possible.begin(), possible.end(), wanted) != possible.end();
    };
    if (!reader_.has(at + "/operation")) {
      return standard != nullptr && allows(standard->operation) ? standard->operation : possible.front();
    }
    const std::string text = reader_.text(at + "/operation");
    std::vector<std::string> words;
    for (const ProbeOperation one : possible) {
      if (to_string(one) == text) return one;
      words.push_back(to_string(one));
    }
    if (can_be_watched(through)) words.emplace_back(kWatch);
    reader_.complain(at + "/operation", fmt::format("operation {} is not possible through {}; allowed: {}", text,
                                                    to_string(through), fmt::join(words, ", ")));
    return possible.front();
  }

  void check_timeout(const std::string& at, const ProberSpec& prober) {
    if (prober.timeout >= prober.deadline) return;
    const bool written = reader_.has(at + "/timeout");
    reader_.complain(at + (written ? "/timeout" : "/deadline"),
                     fmt::format("timeout is {}{}, shorter than the deadline of {}; allowed: at least the deadline",
                                 format_duration(prober.timeout), written ? "" : " (the default)",
                                 format_duration(prober.deadline)));
  }

  const Reader& reader_;
  Scenario& scenario_;
};

bool is_standard_entry(const Json& entry) { return entry.is_string(); }

/// Names of all entries that are mappings, switched off or not.
std::vector<std::string> listed_names(const Reader& reader) {
  std::vector<std::string> names;
  for (const Json& entry : reader.list("/probers")) names.push_back(json_text(entry, "/name"));
  return names;
}

void add_standard(const std::vector<std::string>& listed, Scenario& scenario) {
  const auto is_listed = [&](const std::string& name) {
    return std::find(listed.begin(), listed.end(), name) != listed.end();
  };
  for (const ProberSpec& prober : standard_probers()) {
    if (!is_listed(prober.name)) scenario.probers.push_back(prober);
  }
  for (const WatcherSpec& watcher : standard_watchers()) {
    if (!is_listed(watcher.name)) scenario.watchers.push_back(watcher);
  }
}

void check_names(const Reader& reader) {
  std::map<std::string, std::size_t> first_with;
  const std::vector<std::string> names = listed_names(reader);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string at = fmt::format("/probers/{}/name", i);
    if (names[i].empty()) continue;
    if (names[i] == "api") {
      reader.complain(at, "name is \"api\", which means all probers through the load balancer; choose another name");
    }
    const auto [first, is_new] = first_with.emplace(names[i], i);
    if (!is_new) {
      reader.complain(
          at, fmt::format("name {} is taken by probers[{}]; choose another name", in_quotes(names[i]), first->second));
    }
  }
}

void check_rate(const Reader& reader, const std::vector<ProberSpec>& probers) {
  double total = 0;
  for (const ProberSpec& prober : probers) {
    if (prober.through == ProbePath::load_balancer) total += 1 / seconds_of(prober.period);
  }
  // A sum of fractions: do not refuse 500 for its last bit.
  if (total <= ScenarioLimits::requests_per_second + 1e-6) return;
  reader.complain(
      "/probers",
      fmt::format("the probers through the load balancer plan {:.6g} requests/s together; allowed: at most {}; "
                  "choose longer periods or fewer probers",
                  total, ScenarioLimits::requests_per_second));
}

}  // namespace

void read_probers(const Reader& reader, Scenario& scenario) {
  const Json& entries = reader.list("/probers");
  if (!reader.has("/probers")) return add_standard({}, scenario);
  ProberReader prober_reader(reader, scenario);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (is_standard_entry(entries[i])) {
      add_standard(listed_names(reader), scenario);
    } else {
      prober_reader.entry(child_pointer("/probers", i));
    }
  }
  check_names(reader);
  check_rate(reader, scenario.probers);
  const bool any = std::any_of(scenario.probers.begin(), scenario.probers.end(),
                               [](const ProberSpec& prober) { return prober.through != ProbePath::controllers; });
  if (!any && !entries.empty() && reader.problems.empty())
    reader.complain("/probers", "no prober is on; allowed: at least one, beside those of the controllers");
}

}  // namespace hadrill
