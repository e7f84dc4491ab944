#include "run/leadership_observer.hpp"

namespace hadrill {

LeadershipObserver::LeadershipObserver(const Topology& topology, EtcdWays etcd, EtcdPace pace,
                                       std::function<void(const Event&)> events, std::function<ClockPair()> clock_pair)
    : events_(std::move(events)), pace_(pace), etcd_(std::move(etcd)), book_(events_, std::move(clock_pair)) {
  for (const Node& node : topology.with_role(NodeRole::control_plane)) {
    const auto base = node.api_base();
    if (!base) continue;
    through_.push_back(node.name);
    watchers_.push_back(std::make_unique<LeaseWatcher>(*base, node.name, book_));
  }
}

std::vector<Companion*> LeadershipObserver::companions() {
  std::vector<Companion*> companions;
  for (const auto& watcher : watchers_) companions.push_back(watcher.get());
  return companions;
}

void LeadershipObserver::start(Instant now) {
  events_(observing_event(now, through_, etcd_, pace_));
  if (!etcd_.engine || etcd_.members.empty()) return;
  std::vector<Companion*> companions;
  for (std::size_t i = 0; i < etcd_.members.size(); ++i) {
    // One after the other, so that a change of leader is seen by the first that is asked next.
    const Duration phase = pace_.bounded() / static_cast<std::int64_t>(etcd_.members.size());
    const Instant begin = now + phase * static_cast<std::int64_t>(i);
    pollers_.push_back(std::make_unique<EtcdPoller>(etcd_.members[i], pace_, begin, events_));
    companions.push_back(pollers_.back().get());
  }
  thread_ = std::make_unique<CompanionThread>(std::move(companions), *etcd_.engine);
}

Event observing_event(Instant now, const std::vector<std::string>& through, const EtcdWays& etcd,
                      const EtcdPace& pace) {
  Json members = Json::array();
  for (const EtcdPlace& member : etcd.members) members.push_back(member.node);
  Event event{now,
              event_type::leadership_observing,
              {{"leases", Json::array({kControllerManagerLease, kSchedulerLease})},
               {"through", through},
               {"etcd", std::move(members)},
               {"etcdPeriodNs", pace.bounded().count()}}};
  if (!etcd.missing.empty()) event.data["etcdNotObserved"] = etcd.missing;
  return event;
}

}  // namespace hadrill
