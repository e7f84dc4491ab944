#include "scenario/sli_definitions.hpp"

namespace hadrill {

const std::vector<SliDefinition>& sli_definitions() {
  using Kind = SliRef::Kind;
  static const std::vector<SliDefinition> all{
      {Kind::longest_outage, kSliOfProber, "longest_outage", "The longest connected stretch of time that it was down"},
      {Kind::total_outage, kSliOfProber, "total_outage", "All the time that it was down, together"},
      {Kind::availability, kSliOfProber, "availability", "The share of the window from the fault on that it was up"},
      {Kind::served_again, kSliOfProber, "served_again",
       "From the fault to the first of 20 requests in a row, over at least 2 s, that are answered in time"},
      {Kind::failover, kSliOfLeader, "failover", "From the fault until another instance leads"},
      {Kind::leader_works, kSliOfLeader, "work", "From the fault to the first work that the new leader is seen to do"},
      {Kind::others_led, kSliOfLeader, "others_led",
       "All the time from the fault on in which another instance led than the one at the fault"},
      {Kind::redundancy_restored, "", "redundancy.restored", "From the fault until every spare is back"},
      {Kind::nodes_not_ready, "", "nodes.not_ready",
       "From the fault until every node that it hits is called not Ready"},
      {Kind::others_not_ready, "", "nodes.others_not_ready",
       "All the time in which nodes that no fault hits are called not Ready, added over the nodes"},
      {Kind::pods_removed, "", "pods.removed",
       "From the fault until all pods of these nodes are out of their Services"},
      {Kind::pods_replaced, "", "pods.replaced",
       "From the fault until others are Ready in the place of the pods that were thrown out"},
  };
  return all;
}

bool is_about_nodes(SliRef::Kind kind) {
  return kind == SliRef::Kind::nodes_not_ready || kind == SliRef::Kind::pods_removed ||
         kind == SliRef::Kind::pods_replaced;
}

bool is_about_spared(SliRef::Kind kind) {
  return kind == SliRef::Kind::others_led || kind == SliRef::Kind::others_not_ready;
}

}  // namespace hadrill
