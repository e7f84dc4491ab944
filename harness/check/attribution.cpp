#include "check/attribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>

namespace hadrill {
namespace {

enum class State { up, unclear, down };  // of several, the last one counts

State state_in(const Interval& span, const Downtime& downtime) {
  if (overlaps(downtime.down, span)) return State::down;
  return overlaps(downtime.unclear, span) ? State::unclear : State::up;
}

/// Several probers of one thing.
struct Group {
  std::vector<std::string> names;
  State state = State::up;

  void add(const std::string& name, State other) {
    names.push_back(name);
    state = std::max(state, other);
  }
  bool is(State wanted) const { return !names.empty() && state == wanted; }
};

bool asks_for(const ProberInfo& prober, std::initializer_list<const char*> operations) {
  return std::any_of(operations.begin(), operations.end(), [&](const char* one) { return prober.operation == one; });
}

/// The probers by what they can tell.
struct Evidence {
  Group quorum_reads;  // these three through the load balancer
  Group cached_reads;
  Group reads;  // those and lists
  Group leader_work;
  std::map<std::string, Group> servers;  // past the load balancer, by endpoint
  std::map<std::string, Group> members;  // of etcd

  void add(const ProberInfo& prober, State state) {
    if (prober.through_load_balancer()) {
      if (asks_for(prober, {operation::read})) quorum_reads.add(prober.name, state);
      if (asks_for(prober, {operation::cached_read})) cached_reads.add(prober.name, state);
      if (asks_for(prober, {operation::read, operation::cached_read, operation::list})) reads.add(prober.name, state);
      if (asks_for(prober, {operation::write})) leader_work.add(prober.name, state);
    } else if (prober.through == probe_path::each_api_server) {
      const bool read = asks_for(prober, {operation::read, operation::cached_read, operation::list, operation::readyz});
      if (read) servers[prober.endpoint].add(prober.name, state);
    } else if (prober.through == probe_path::controllers) {
      leader_work.add(prober.name, state);
    } else if (prober.through == probe_path::each_etcd_member) {
      members[prober.endpoint].add(prober.name, state);
    }
  }

  std::vector<std::string> servers_in(State state) const {
    std::vector<std::string> endpoints;
    for (const auto& [endpoint, group] : servers) {
      if (group.is(state)) endpoints.push_back(endpoint);
    }
    return endpoints;
  }

  bool etcd_pair() const { return quorum_reads.is(State::down) && cached_reads.is(State::up); }
};

void conclude(Attribution& attribution, Culprit culprit, std::string because) {
  attribution.culprit = culprit;
  attribution.because = std::move(because);
}

/// Some or all API servers were down on their own ports: they themselves, or what is behind them.
void blame_servers(const Evidence& evidence, const std::vector<std::string>& down, Attribution& attribution) {
  const std::string which = fmt::format("{}", fmt::join(down, ", "));
  for (const std::string& endpoint : down) {
    const auto member = evidence.members.find(endpoint);
    if (member == evidence.members.end()) {
      return conclude(attribution, Culprit::unattributed,
                      fmt::format("down on its own port: {}; no prober of the etcd member on {} tells the API server "
                                  "from its etcd",
                                  which, endpoint));
    }
    if (!member->second.is(State::up)) {
      return conclude(attribution, Culprit::unattributed,
                      fmt::format("down on its own port: {}; the etcd member on {} was {} too", which, endpoint,
                                  member->second.is(State::down) ? "down" : "unclear"));
    }
  }
  attribution.instances = down;
  conclude(attribution, Culprit::api_server,
           fmt::format("down on its own port while its etcd member was up: {}", which));
}

void blame(const Evidence& evidence, Attribution& attribution) {
  if (evidence.leader_work.is(State::down) && evidence.reads.is(State::up)) {
    return conclude(attribution, Culprit::leader, "writes or controllers down while every read was up");
  }
  if (!evidence.reads.is(State::down)) {
    return conclude(attribution, Culprit::unattributed, "no read through the load balancer was down");
  }
  const std::vector<std::string> down = evidence.servers_in(State::down);
  const bool all_down = down.size() == evidence.servers.size();
  if (!down.empty() && !all_down) return blame_servers(evidence, down, attribution);
  if (!evidence.servers.empty() && evidence.servers_in(State::up).size() == evidence.servers.size()) {
    return conclude(attribution, Culprit::load_balancer,
                    "reads through it down while every API server answered on its own port");
  }
  // Every server down, or none to be asked: it is behind all of them, if what they answer from memory still comes.
  if (evidence.etcd_pair()) {
    return conclude(attribution, Culprit::etcd, "quorum reads down while cached reads were up");
  }
  if (!down.empty()) return blame_servers(evidence, down, attribution);
  conclude(attribution, Culprit::unattributed,
           evidence.servers.empty() ? "no prober of each API server" : "the probers of the API servers are unclear");
}

}  // namespace

std::string to_string(Culprit culprit) {
  switch (culprit) {
    case Culprit::unattributed:
      return "unattributed";
    case Culprit::load_balancer:
      return "load-balancer";
    case Culprit::api_server:
      return "api-server";
    case Culprit::etcd:
      return "etcd";
    case Culprit::leader:
      return "leader";
    case Culprit::harness:
      return "harness";
  }
  return "unknown";
}

Attribution attribute(const Interval& span, bool proven, const std::vector<Witness>& witnesses,
                      const std::function<bool(const Interval&)>& invalid_throughout) {
  Attribution attribution;
  Evidence evidence;
  for (const Witness& witness : witnesses) {
    if (witness.prober->null_prober()) continue;
    const State state = state_in(span, *witness.downtime);
    evidence.add(*witness.prober, state);
    auto& list = state == State::down ? attribution.down : state == State::up ? attribution.up : attribution.unclear;
    list.push_back(witness.prober->name);
  }
  if (!proven) {
    conclude(attribution, Culprit::harness, "nothing bad is proven: the harness was late, or did not ask");
  } else if (invalid_throughout(span)) {
    conclude(attribution, Culprit::harness, "in every second of it the harness was late or its null prober was bad");
  } else {
    blame(evidence, attribution);
  }
  return attribution;
}

}  // namespace hadrill
