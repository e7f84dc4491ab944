// Probers: names, ranges, and the load they put on the API together.
#include <fmt/format.h>

#include <map>

#include "base/duration.hpp"
#include "scenario/reader.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr std::pair<std::string_view, ProbePath> kPaths[] = {{"load-balancer", ProbePath::load_balancer},
                                                             {"each-api-server", ProbePath::each_api_server}};
constexpr std::pair<std::string_view, ConnectionClass> kConnections[] = {{"new", ConnectionClass::fresh},
                                                                         {"reused", ConnectionClass::reused}};

ProberSpec read_prober(const Reader& reader, const std::string& at) {
  ProberSpec prober;
  prober.name = reader.text(at + "/name");
  prober.through = enum_from(kPaths, reader.text(at + "/through"));
  prober.connection = enum_from(kConnections, reader.text(at + "/connection"));
  prober.period =
      reader.duration_within(at + "/period", 1s, ScenarioLimits::shortest_period, ScenarioLimits::longest_period);
  prober.deadline =
      reader.duration_within(at + "/deadline", 1s, ScenarioLimits::shortest_deadline, ScenarioLimits::longest_timeout);
  prober.timeout =
      reader.duration_within(at + "/timeout", 10s, ScenarioLimits::shortest_deadline, ScenarioLimits::longest_timeout);
  if (prober.timeout < prober.deadline) {
    const bool written = reader.has(at + "/timeout");
    reader.complain(at + (written ? "/timeout" : "/deadline"),
                    fmt::format("timeout is {}{}, shorter than the deadline of {}; allowed: at least the deadline",
                                format_duration(prober.timeout), written ? "" : " (the default)",
                                format_duration(prober.deadline)));
  }
  return prober;
}

void check_names(const Reader& reader, const std::vector<ProberSpec>& probers) {
  std::map<std::string, std::size_t> first_with;
  for (std::size_t i = 0; i < probers.size(); ++i) {
    const std::string at = fmt::format("/probers/{}/name", i);
    const std::string& name = probers[i].name;
    if (name == "api") {
      reader.complain(at, "name is \"api\", which means all probers through the load balancer; choose another name");
    }
    const auto [first, is_new] = first_with.emplace(name, i);
    if (!is_new && !name.empty()) {
      reader.complain(
          at, fmt::format("name {} is taken by probers[{}]; choose another name", in_quotes(name), first->second));
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

std::vector<ProberSpec> read_probers(const Reader& reader) {
  std::vector<ProberSpec> probers;
  for (std::size_t i = 0; i < reader.list("/probers").size(); ++i) {
    probers.push_back(read_prober(reader, child_pointer("/probers", i)));
  }
  check_names(reader, probers);
  check_rate(reader, probers);
  return probers;
}

}  // namespace hadrill
