// SLOs: SLIs that exist, and budgets in the unit of their SLI.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/duration.hpp"
#include "base/spelling.hpp"
#include "scenario/reader.hpp"
#include "scenario/sli_definitions.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// Of which one instance leads the others: "etcd.failover", "scheduler.work".
constexpr std::array<std::string_view, 3> kLed{"etcd", "controller-manager", "scheduler"};

/// Every SLI that this scenario can have.
std::vector<SliRef> possible_slis(const std::vector<std::string>& users) {
  std::vector<SliRef> slis;
  const std::vector<std::string> led(kLed.begin(), kLed.end());
  for (const SliDefinition& sli : sli_definitions()) {
    if (sli.of.empty()) slis.push_back({sli.kind, "", std::string(sli.name)});
    for (const std::string& one : sli.of == kSliOfProber   ? users
                                  : sli.of == kSliOfLeader ? led
                                                           : std::vector<std::string>{})
      slis.push_back({sli.kind, one, fmt::format("{}.{}", one, sli.name)});
  }
  return slis;
}

/// Whose SLIs are those of the worst of them on a node that no fault hit.
bool is_one_per_node(const ProberSpec& prober) {
  return prober.through == ProbePath::each_node_port || prober.through == ProbePath::each_api_server;
}

/// Who can have an outage: the probers of users outside (through the load balancer, and "api" for all of them) and
/// inside the cluster, those of a NodePort, and those that are one per node.
std::vector<std::string> users_of(const std::vector<ProberSpec>& probers) {
  std::vector<std::string> users;
  for (const ProberSpec& prober : probers) {
    if (prober.through == ProbePath::load_balancer && prober.name != "api") users.push_back(prober.name);
  }
  if (!users.empty()) users.insert(users.begin(), "api");
  for (const ProberSpec& prober : probers) {
    if (prober.through == ProbePath::cluster_ip || prober.through == ProbePath::service ||
        prober.through == ProbePath::node_load_balancer || prober.through == ProbePath::controllers ||
        is_one_per_node(prober))
      users.push_back(prober.name);
  }
  return users;
}

/// SLIs that are neither of a prober nor of a leader.
std::vector<std::string> of_the_cluster() {
  std::vector<std::string> slis;
  for (const SliDefinition& sli : sli_definitions()) {
    if (sli.of.empty()) slis.emplace_back(sli.name);
  }
  return slis;
}

std::string unknown_sli(const std::string& text, const std::vector<SliRef>& possible,
                        const std::vector<std::string>& users) {
  if (users.empty()) {
    return fmt::format(
        "unknown sli {}; allowed: {}, {}.failover, {}.work, {}.others_led; all others need a prober through the load "
        "balancer",
        in_quotes(text), fmt::join(of_the_cluster(), ", "), fmt::join(kLed, ".failover, "), fmt::join(kLed, ".work, "),
        fmt::join(kLed, ".others_led, "));
  }
  std::vector<std::string> words;
  for (const SliRef& sli : possible) words.push_back(sli.text);
  const auto near = nearest_word(text, words);
  return fmt::format(
      "unknown sli {};{} allowed: {}, or PROBER.longest_outage, PROBER.total_outage, PROBER.availability, "
      "PROBER.served_again with PROBER one of {}, or LEADER.failover, LEADER.work, LEADER.others_led with LEADER one "
      "of "
      "{}",
      in_quotes(text), near ? fmt::format(" did you mean {}?", in_quotes(*near)) : "",
      fmt::join(of_the_cluster(), ", "), fmt::join(users, ", "), fmt::join(kLed, ", "));
}

/// Why a prober on this path is no user with an SLI; nullptr when it is one.
const char* why_no_user(ProbePath path) {
  switch (path) {
    case ProbePath::each_etcd_member:
      return "is one prober per etcd member and has no outage of its own";
    case ProbePath::each_pod:
      return "is one prober per pod and has no outage of its own";
    case ProbePath::local_echo:
      return "shows the harness's own noise";
    default:
      return nullptr;
  }
}

/// Explains why a prober that is no user has no SLI; empty when `text` names no such prober.
std::string no_user(const std::string& text, const std::vector<ProberSpec>& probers) {
  for (const ProberSpec& prober : probers) {
    const char* why = why_no_user(prober.through);
    if (why == nullptr || !text.starts_with(prober.name + ".")) continue;
    return fmt::format(
        "sli {} is about {}, which {}; allowed: a prober through the load balancer, or api for all of them",
        in_quotes(text), prober.name, why);
  }
  return {};
}

/// Why nobody would see the work of a new leader; empty when somebody does, and for all other SLIs.
std::string unseen_work(const SliRef& sli, const std::vector<ProberSpec>& probers) {
  if (sli.kind != SliRef::Kind::leader_works) return {};
  const ProbeOperation needed = sli.prober == kLed.front() ? ProbeOperation::write : ProbeOperation::scale;
  const bool seen = std::any_of(probers.begin(), probers.end(),
                                [needed](const ProberSpec& prober) { return prober.operation == needed; });
  if (seen) return {};
  return fmt::format("sli {} needs a prober that sees the work: one with operation {}", in_quotes(sli.text),
                     to_string(needed));
}

/// Whether any fault is one of a node: of all of it, or of what makes it Ready.
bool hits_node(const Reader& reader) {
  const Json& steps = reader.list("/method");
  return std::any_of(steps.begin(), steps.end(), [](const Json& step) {
    const std::string role = json_text(step, "/inject/target/role");
    return role == "worker" || role == "control-plane" || role == "kubelet" || role == "containerd";
  });
}

/// Why nothing could be told of nodes and their pods; empty when it can be, and for all other SLIs.
std::string untold_nodes(const Reader& reader, const SliRef& sli, const std::vector<ProberSpec>& probers) {
  const bool of_others = sli.kind == SliRef::Kind::others_not_ready;
  if (!is_about_nodes(sli.kind) && !of_others) return {};
  if (!of_others && !hits_node(reader))
    return fmt::format("sli {} needs a fault that hits a node: of role worker, control-plane, kubelet or containerd",
                       in_quotes(sli.text));
  const bool watched =
      std::any_of(probers.begin(), probers.end(), [](const ProberSpec& prober) { return prober.service.has_value(); });
  if (watched) return {};
  return fmt::format("sli {} needs a prober with a service: only where one is asked, nodes and its pods are watched",
                     in_quotes(sli.text));
}

SliRef read_sli(const Reader& reader, const std::string& at, const std::vector<ProberSpec>& probers) {
  const std::vector<std::string> users = users_of(probers);
  const std::vector<SliRef> possible = possible_slis(users);
  const std::string text = reader.text(at);
  const auto found =
      std::find_if(possible.begin(), possible.end(), [&text](const SliRef& sli) { return sli.text == text; });
  if (found != possible.end()) {
    const std::string unseen = unseen_work(*found, probers);
    const std::string untold = untold_nodes(reader, *found, probers);
    if (!unseen.empty() && !probers.empty()) reader.complain(at, unseen);
    if (!untold.empty() && !probers.empty()) reader.complain(at, untold);
    return *found;
  }
  // Without probers there is no telling which SLIs were meant; that problem was reported.
  if (reader.has(at) && !probers.empty()) {
    const std::string reason = no_user(text, probers);
    reader.complain(at, reason.empty() ? unknown_sli(text, possible, users) : reason);
  }
  return {};
}

/// "99.9%" as 0.999: at most six decimals, so that it can be written back exactly.
std::optional<double> parse_percentage(const std::string& text) {
  if (!text.ends_with('%') || text.size() < 2 || text.front() < '0' || text.front() > '9') return std::nullopt;
  const std::size_t dot = text.find('.');
  if (dot != std::string::npos && (text.size() - dot - 2 < 1 || text.size() - dot - 2 > 6)) return std::nullopt;
  double percent = 0;
  const char* const end = text.data() + text.size() - 1;
  const auto parsed = std::from_chars(text.data(), end, percent, std::chars_format::fixed);
  if (parsed.ec != std::errc() || parsed.ptr != end || percent > 100) return std::nullopt;
  return percent / 100;
}

void read_availability(const Reader& reader, const std::string& at, Slo& slo) {
  const auto parsed = parse_percentage(reader.text(at));
  if (parsed) {
    slo.availability = *parsed;
  } else if (reader.text(at) == kAutomaticBudget) {
    reader.complain(at, "budget is auto; flags bound times, not shares: write a percentage, e.g. 99.9%");
  } else if (json_get<std::string>(reader.document.root, at)) {
    reader.complain(at,
                    fmt::format("budget is {}; expected a percentage for an availability, 0% to 100% with at most six "
                                "decimals, e.g. 99.9%",
                                in_quotes(reader.text(at))));
  }
}

bool breaks_something(const Reader& reader) {
  const Json& steps = reader.list("/method");
  return std::any_of(steps.begin(), steps.end(),
                     [](const Json& step) { return step.is_object() && step.contains("inject"); });
}

void read_time_budget(const Reader& reader, const std::string& at, Slo& slo) {
  const std::string text = reader.text(at);
  if (text == kAutomaticBudget) {
    slo.automatic = true;
    if (!breaks_something(reader))
      reader.complain(at, "budget is auto, but no step breaks anything: there is no failover that could have bounds");
    if (is_about_spared(slo.sli.kind))
      reader.complain(at, fmt::format("budget is auto, but {} is about what a fault must not do: no flag bounds that; "
                                      "write 0s",
                                      slo.sli.text));
    return;
  }
  if (json_get<std::string>(reader.document.root, at) && !parse_duration(text).ok()) {
    reader.complain(at,
                    fmt::format("budget is {}; expected a duration for {}, e.g. 5s", in_quotes(text), slo.sli.text));
  }
  slo.budget = reader.duration_within(at, 0s, 0s, ScenarioLimits::total_time);
}

}  // namespace

std::vector<Slo> read_slos(const Reader& reader, const std::vector<ProberSpec>& probers) {
  std::vector<Slo> slos;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < reader.list("/slo").size(); ++i) {
    const std::string at = child_pointer("/slo", i);
    Slo slo;
    slo.sli = read_sli(reader, at + "/sli", probers);
    if (slo.sli.text.empty()) continue;  // which unit the budget should have is not known
    if (!seen.insert(slo.sli.text).second) {
      reader.complain(at + "/sli", fmt::format("sli {} has a budget already; keep one", in_quotes(slo.sli.text)));
    }
    const bool is_share = slo.sli.kind == SliRef::Kind::availability;
    is_share ? read_availability(reader, at + "/budget", slo) : read_time_budget(reader, at + "/budget", slo);
    slos.push_back(std::move(slo));
  }
  return slos;
}

}  // namespace hadrill
