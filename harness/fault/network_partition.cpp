// network.partition: no packets between a node and its peers, by the packet filter of that node alone.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"
#include "fault/peers.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kEffect = 40s;

class NetworkPartition final : public AgentFault {
 public:
  explicit NetworkPartition(const FaultDoors& doors) : AgentFault(doors.agents), topology_(doors.topology) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    const std::string direction = json_text(parameters, "/direction", "both");
    const char* way = direction == "in"    ? "what comes to"
                      : direction == "out" ? "what goes out from"
                                           : "all packets of";
    const char* to = direction == "in" ? "from" : direction == "out" ? "to" : "from and to";
    return {fmt::format("{} {} {} {} {}", json_text(parameters, "/mode", "drop"), way, target.node.name, to,
                        scope_text(packet_scope(topology_, target, parameters))),
            "remove the packet filter rules"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& parameters) const override {
    const auto scope = packet_scope(topology_, target, parameters);
    return scope.ok() ? cut_roles(topology_, target, *scope) : std::vector<TargetRole>{target.role};
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& parameters) const override {
    const auto scope = packet_scope(topology_, target, parameters);
    if (!scope.ok()) return scope.error();
    const auto mode = read_choice_of("network.partition", parameters, "mode", {"drop", "reject"});
    if (!mode.ok()) return mode.error();
    const auto direction = read_choice_of("network.partition", parameters, "direction", {"both", "in", "out"});
    if (!direction.ok()) return direction.error();
    AgentRequest out{"network.rules", scope_request(*scope), kEffect};
    out.parameters["action"] = *mode;
    out.parameters["direction"] = *direction;
    return out;
  }

 private:
  const Topology& topology_;
};

}  // namespace

std::unique_ptr<Fault> make_network_partition(const FaultDoors& doors) {
  return std::make_unique<NetworkPartition>(doors);
}

}  // namespace hadrill
