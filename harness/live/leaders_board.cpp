#include "live/leaders_board.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"

namespace hadrill::live {
namespace {

using namespace std::chrono_literals;

/// A look that is older says nothing about now.
constexpr Duration kOldLook = 3s;

std::string age(Instant then, Instant now) {
  return format_seconds(std::max(Duration::zero(), now - then), 1) + " ago";
}

}  // namespace

void LeadersBoard::keep(const Event& event, const std::string& subject, const std::string& said) {
  std::size_t same = 0;
  for (std::size_t i = told_.size(); i > 0; --i) {
    if (told_[i - 1].first != subject) continue;
    if (told_[i - 1].second != said) break;
    // The latest stands for those between it and the first.
    if (++same == 1) continue;
    const auto latest = std::find(told_.rbegin(), told_.rend(), std::pair(subject, said)).base() - 1;
    kept_.events.erase(kept_.events.begin() + (latest - told_.begin()));
    told_.erase(latest);
    break;
  }
  kept_.events.push_back(event);
  told_.emplace_back(subject, said);
}

bool LeadersBoard::see(const Event& event) {
  const auto text = [&event](const char* pointer) { return json_text(event.data, pointer); };
  // Faults and work are no news about leaders by themselves.
  if (event.type == event_type::fault_proven || event.type == event_type::fault_injecting ||
      event.type == event_type::useful_work || event.type == event_type::leadership_observing)
    keep(event, event.type, std::to_string(told_.size()));
  if (event.type == event_type::etcd_member)
    keep(event, text("/node"),
         fmt::format("{} {} {}", text("/member"), text("/leader"), json_natural(event.data, "/term").value_or(0)));
  if (event.type == event_type::lease_observed)
    keep(event, text("/lease"),
         fmt::format("{} {}", text("/holder"), json_natural(event.data, "/transitions").value_or(0)));
  // Read as the judge reads them.
  if (event.type == event_type::etcd_member) {
    EventLog one;
    one.events.push_back(event);
    for (EtcdLook& look : read_etcd_looks(one, kLatest)) looks_[look.node] = std::move(look);
    return true;
  }
  if (event.type == event_type::lease_observed) {
    EventLog one;
    one.events.push_back(event);
    const std::string name = json_text(event.data, "/lease");
    for (LeaseRecord& record : read_lease_records(one, name, kLatest)) {
      const auto known = leases_.find(name);
      if (known == leases_.end() || known->second.version < record.version) leases_[name] = std::move(record);
    }
    return true;
  }
  return event.type == event_type::lease_stream || event.type == event_type::etcd_logged;
}

LeaderRow LeadersBoard::etcd(Instant now) const {
  LeaderRow row{component::etcd, "", "not observed", true};
  const EtcdLook* leader = nullptr;
  for (const auto& [node, look] : looks_) {
    row.detail = "no member says that it leads";
    if (!look.leads() || now - look.look.end > kOldLook) continue;
    if (leader == nullptr || look.term > leader->term) leader = &look;
  }
  if (leader == nullptr) return row;
  return {component::etcd, leader->node, fmt::format("term {}", leader->term), false};
}

LeaderRow LeadersBoard::lease(const std::string& component, const std::string& name, Instant now) const {
  const auto found = leases_.find(name);
  if (found == leases_.end()) return {component, "", "not observed", true};
  const LeaseRecord& record = found->second;
  if (record.holder.empty()) return {component, "", "the Lease was given up", true};
  const Instant free = record.renewed + record.duration;
  const std::string who = node_of_holder(record.holder);
  if (free < now) return {component, who, "Lease lapsed " + age(free, now), true};
  return {component, who.empty() ? record.holder : who, "renewed " + age(record.renewed, now), false};
}

std::vector<LeaderRow> LeadersBoard::rows(Instant now) const {
  return {etcd(now), lease(component::controller_manager, "kube-controller-manager", now),
          lease(component::scheduler, "kube-scheduler", now)};
}

}  // namespace hadrill::live
