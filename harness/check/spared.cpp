#include "check/spared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/duration.hpp"
#include "check/failover.hpp"
#include "check/hit.hpp"
#include "check/workload_clock.hpp"
#include "history/event.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// Holders renew their Leases every 2 s and members of etcd are looked at every 500 ms: of a stretch at the end of the
/// window that is longer than this it is not known who led.
constexpr auto kUnobserved = 5s;

/// How long something lasted within the window, of which only bounds of its ends are known.
Bounds length_within(const Interval& from, const Interval& to, const Window& window) {
  const Instant begin = std::max(from.begin, window.t0_lower);
  const Instant end = std::min(to.end, window.end);
  const Instant surely_from = std::max(from.end, window.t0_upper);
  const Instant surely_to = std::min(to.begin, window.end);
  return {std::max(Duration::zero(), surely_to - surely_from), std::max(Duration::zero(), end - begin)};
}

void add(Bounds& total, const Bounds& more) {
  total.lower += more.lower;
  if (total.upper) total.upper = more.upper ? std::optional(*total.upper + *more.upper) : std::nullopt;
}

/// When a node that no fault hits stopped to be Ready, by its name; those that are Ready are not among them.
class NotReady {
 public:
  explicit NotReady(const Window& window) : window_(window) {}

  void tell(const Event& event, const std::string& node, bool ready) {
    const Interval told = told_in(event);
    if (event.at < window_.t0_lower) watched_ = true;
    if (!ready) {
      since_.emplace(node, told);
    } else if (const auto found = since_.find(node); found != since_.end()) {
      close(found->second, told);
      since_.erase(found);
    }
  }

  bool watched() const { return watched_; }

  Bounds total(std::string& nodes) {
    for (const auto& [node, since] : since_) {
      close(since, {window_.end, window_.end});
      nodes += (nodes.empty() ? "" : ", ") + node;
    }
    return total_;
  }

 private:
  void close(const Interval& since, const Interval& until) { add(total_, length_within(since, until, window_)); }

  const Window& window_;
  bool watched_ = false;
  std::map<std::string, Interval> since_;
  Bounds total_{Duration::zero(), Duration::zero()};
};

}  // namespace

std::optional<Bounds> others_led_time(const LeadershipResult& leadership, const Window& window, std::string& why) {
  const std::vector<Reign>& reigns = leadership.reigns;
  const Reign* leader = leader_at_t0(reigns, window);
  if (leader == nullptr) {
    why = leadership.not_measured.empty() ? "who led before T0 was not observed" : leadership.not_measured;
    return std::nullopt;
  }
  Bounds total{Duration::zero(), Duration::zero()};
  for (auto reign = leader + 1; reign != reigns.data() + reigns.size(); ++reign) {
    if (reign->holder == leader->holder || reign->began.begin > window.end) continue;
    const bool last = reign + 1 == reigns.data() + reigns.size();
    add(total, length_within(reign->began, last ? Interval{window.end, window.end} : (reign + 1)->began, window));
  }
  if (window.end - leadership.last_observed > kUnobserved) {
    why = fmt::format("nobody saw who led in the last {} of it",
                      format_seconds(window.end - leadership.last_observed, 1));
    total.upper.reset();
  } else if (leadership.unseen > 0) {
    why = "a holder was missed";
    total.upper.reset();
  }
  return total;
}

std::optional<Bounds> others_not_ready_time(const EventLog& events, const Window& window, std::string& why) {
  const std::set<std::string> touched = nodes_touched(events);
  NotReady nodes(window);
  for (const Event& event : events.events) {
    const std::string name = json_text(event.data, "/node");
    if (event.type != event_type::node_changed || event.at > window.end || touched.contains(name)) continue;
    nodes.tell(event, name, json_text(event.data, "/ready") == "True" && !is_gone(event));
  }
  if (!nodes.watched()) {
    why = "no node that was spared was watched before the fault";
    return std::nullopt;
  }
  std::string still;
  Bounds total = nodes.total(still);
  if (!still.empty()) why = still + " at the end of the window still";
  if (told_until(events, event_type::node_changed, window) < window.end) {
    why = "the watch of the nodes ended before the window";
    total.upper.reset();
  }
  return total;
}

}  // namespace hadrill
