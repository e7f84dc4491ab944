#include "check/blind_spots.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "history/event.hpp"

namespace hadrill {
namespace {

/// A fault of the node as a whole, which takes whatever runs on it.
bool aims_at(const Event& event, const std::string& node) {
  if (event.type != event_type::fault_injecting) return false;
  const Json& targets = json_array(event.data, "/targets");
  return std::any_of(targets.begin(), targets.end(), [&](const Json& target) {
    const std::string role = json_text(target, "/role");
    return json_text(target, "/node") == node && (role == "control-plane" || role == "worker");
  });
}

bool is_of(const Event& event, const char* type, const std::string& node) {
  return event.type == type && json_text(event.data, "/node") == node;
}

/// From each pause of `node` until it was undone, or to the end.
IntervalSet pauses_of(const std::string& node, const std::vector<Event>& all) {
  IntervalSet pauses;
  for (auto begun = all.begin(); begun != all.end(); ++begun) {
    if (!aims_at(*begun, node) || json_text(begun->data, "/fault") != "node.pause") continue;
    const auto undone = std::find_if(begun, all.end(), [&](const Event& event) {
      return event.type == event_type::fault_undone &&
             json_text(event.data, "/step") == json_text(begun->data, "/step") &&
             json_text(event.data, "/target/node") == node;
    });
    pauses.push_back({begun->at, undone == all.end() ? kDistantFuture : undone->at});
  }
  return pauses;
}

}  // namespace

IntervalSet blind_spots(const ProberInfo& prober, const EventLog& events) {
  if (prober.through != probe_path::each_etcd_member) return {};
  const auto& all = events.events;
  IntervalSet spots = pauses_of(prober.endpoint, all);
  for (auto lost = all.begin(); lost != all.end(); ++lost) {
    if (!is_of(*lost, event_type::vantage_lost, prober.endpoint)) continue;
    const bool meant =
        std::any_of(all.begin(), lost, [&](const Event& event) { return aims_at(event, prober.endpoint); });
    if (!meant) continue;
    const auto back = std::find_if(lost, all.end(), [&](const Event& event) {
      return is_of(event, event_type::vantage_reopened, prober.endpoint);
    });
    spots.push_back({lost->at, back == all.end() ? kDistantFuture : back->at});
  }
  return spots;
}

}  // namespace hadrill
