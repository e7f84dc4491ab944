// network.rules: packets between this node (and its pods) and some peers dropped, rejected or lost at random by rules
// of the packet filter. The harness is not cut off: it speaks to the agent by pipes.
#include <array>
#include <cstdio>

#include "agent/effects/effects.hpp"
#include "agent/iptables.hpp"
#include "agent/proc.hpp"
#include "agent/reach.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

constexpr const char* kTable = "filter";
/// How long traffic is waited for that shows in the counters. That none comes is no failure: a peer may be down.
constexpr auto kTraffic = 2s;
constexpr auto kStep = 50ms;
/// How long a peer is asked: only that the question meets a rule matters.
constexpr auto kKnock = 10ms;
constexpr std::size_t kPeersAsked = 3;
constexpr double kAll = 100;

/// What becomes of the packets.
struct Fate {
  std::string action;     ///< "drop" or "reject"
  double percent = kAll;  ///< at random
  int longer_than = 0;    ///< bytes with IP header; shorter ones pass
};

Result<Fate> read_fate(const Json& parameters) {
  Fate fate;
  fate.action = parameters.value("action", "drop");
  if (fate.action != "drop" && fate.action != "reject") return trouble("action has to be drop or reject");
  fate.percent = parameters.value("percent", kAll);
  if (!(fate.percent > 0 && fate.percent <= kAll)) return trouble("percent has to be more than 0, at most 100");
  fate.longer_than = parameters.value("longerThan", 0);
  if (fate.longer_than < 0 || fate.longer_than > 1500) return trouble("longerThan has to be 0 to 1500");
  return fate;
}

std::string more_matches(const Fate& fate) {
  std::string matches;
  if (fate.longer_than > 0) matches += " -m length ! --length 0:" + std::to_string(fate.longer_than);
  if (fate.percent < kAll) {
    std::array<char, 32> probability{};
    std::snprintf(probability.data(), probability.size(), "%.6f", fate.percent / kAll);
    matches += std::string(" -m statistic --mode random --probability ") + probability.data();
  }
  return matches;
}

/// What rejects TCP says so to TCP, and to everything else in ICMP.
std::vector<std::string> targets(const Fate& fate, bool only_tcp) {
  if (fate.action == "drop") return {" -j DROP"};
  if (only_tcp) return {" -j REJECT --reject-with tcp-reset"};
  return {" -p tcp -j REJECT --reject-with tcp-reset", " -j REJECT --reject-with icmp-port-unreachable"};
}

std::vector<std::string> rules_for(const PacketChoice& choice, const Fate& fate, const std::string& direction) {
  std::vector<std::string> rules;
  if (fate.action == "reject") {
    // The rejections themselves have to get through, or they would be rejected in turn, silently.
    rules.emplace_back("-p tcp -m tcp --tcp-flags RST RST -j RETURN");
    rules.emplace_back("-p icmp -m icmp --icmp-type port-unreachable -j RETURN");
  }
  for (const Way way : {Way::in, Way::out}) {
    if (direction != "both" && direction != (way == Way::in ? "in" : "out")) continue;
    for (const std::string& match : packet_matches(choice, way)) {
      for (const std::string& target : targets(fate, !choice.ports.empty()))
        rules.push_back(match + more_matches(fate) + target);
    }
  }
  return rules;
}

/// Makes traffic of our own that meets the rules, where that can be done from this side.
void knock(const Json& undo, Patience& patience) {
  std::size_t asked = 0;
  for (const Json& peer : undo.at("ask")) {
    if (++asked <= kPeersAsked) time_of_answer(peer.get<std::string>(), undo.at("port").get<int>(), patience, kKnock);
  }
}

Json evidence_of(const Chain& chain, const ChainState& state) {
  return {{"chain", chain.name},
          {"rules", state.rules},
          {"first", state.first_jumps == chain.hooks.size()},
          {"packets", state.packets},
          {"countersMoved", state.packets > 0}};
}

class NetworkRules final : public Effect {
 public:
  const char* name() const override { return "network.rules"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const auto choice = read_packet_choice(parameters, read_routes());
    if (!choice.ok()) return choice.error();
    const auto fate = read_fate(parameters);
    if (!fate.ok()) return fate.error();
    const auto direction = parameters.value("direction", "both");
    if (direction != "both" && direction != "in" && direction != "out")
      return trouble("direction has to be both, in or out");
    const Chain chain{kTable, chain_name(id), {"INPUT", "OUTPUT", "FORWARD"}, rules_for(*choice, *fate, direction)};
    if (const Status possible = try_chain(chain); !possible.ok()) return possible.error();
    return Json{{"chain", to_json(chain)},
                {"peers", choice->peers},
                {"ask", choice->served ? Json::array() : parameters.at("peers")},
                {"port", port_to_ask(choice->ports)}};
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const Chain chain = read_chain(undo.at("chain"));
    Proof proof;
    proof.before_ns = monotonic_ns();
    if (const Status put = put_chain(chain); !put.ok()) return put.error();
    proof.after_ns = monotonic_ns();  // the kernel has them all; seen below
    auto state = prove_chain(chain);
    if (!state.ok()) return state.error();
    patience.until(
        [&] {
          knock(undo, patience);
          state = prove_chain(chain);
          return !state.ok() || state->packets > 0;
        },
        kTraffic, kStep);
    if (!state.ok()) return state.error();
    proof.evidence = evidence_of(chain, *state);
    proof.evidence["peers"] = undo.at("peers");
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    const Chain chain = read_chain(undo.at("chain"));
    const auto state = prove_chain(chain);
    if (!state.ok()) return state.error();
    return evidence_of(chain, *state);
  }

  Status undo(const Json& undo, Patience& /*patience*/) const override {
    return remove_chain(kTable, read_chain(undo.at("chain")).name);
  }

  Result<Json> prove_undone(const Json& undo) const override {
    const std::string name = read_chain(undo.at("chain")).name;
    if (const Status removed = prove_removed(kTable, name); !removed.ok()) return removed.error();
    return Json{{"chain", name}, {"state", "removed"}};
  }

  std::vector<std::string> residue() const override { return left_chains(kTable); }
};

}  // namespace

const Effect& network_rules() {
  static const NetworkRules effect;
  return effect;
}

}  // namespace hadrill::agent
