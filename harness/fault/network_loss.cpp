// network.loss: some of the packets between a node and its peers are dropped, at random, each way by itself.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"
#include "fault/peers.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kEffect = 40s;
constexpr double kUsual = 30;
constexpr double kAll = 100;

double percent_of(const Json& parameters) { return json_get<double>(parameters, "/percent").value_or(kUsual); }

class NetworkLoss final : public AgentFault {
 public:
  explicit NetworkLoss(const FaultDoors& doors) : AgentFault(doors.agents), topology_(doors.topology) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    return {fmt::format("drop {:g} % of the packets ({}) between {} and {}", percent_of(parameters),
                        json_text(parameters, "/direction", "both"), target.node.name,
                        scope_text(packet_scope(topology_, target, parameters))),
            "remove the packet filter rules"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& parameters) const override {
    if (percent_of(parameters) < kAll) return {};
    const auto scope = packet_scope(topology_, target, parameters);  // all of them lost is a partition
    return scope.ok() ? cut_roles(topology_, target, *scope) : std::vector<TargetRole>{target.role};
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& parameters) const override {
    const auto scope = packet_scope(topology_, target, parameters);
    if (!scope.ok()) return scope.error();
    const auto direction = read_choice_of("network.loss", parameters, "direction", {"both", "in", "out"});
    if (!direction.ok()) return direction.error();
    const double percent = percent_of(parameters);
    if (!(percent > 0 && percent <= kAll))
      return usage_error("network.loss", "percent has to be more than 0 and at most 100");
    AgentRequest out{"network.rules", scope_request(*scope), kEffect};
    out.parameters["action"] = "drop";
    out.parameters["direction"] = *direction;
    out.parameters["percent"] = percent;
    return out;
  }

 private:
  const Topology& topology_;
};

}  // namespace

std::unique_ptr<Fault> make_network_loss(const FaultDoors& doors) { return std::make_unique<NetworkLoss>(doors); }

}  // namespace hadrill
