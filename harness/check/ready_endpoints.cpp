#include "check/ready_endpoints.hpp"

#include "check/workload_clock.hpp"
#include "history/event.hpp"

namespace hadrill {

std::map<std::string, std::string> ready_endpoints(const EventLog& events, const ServiceRef& service, Instant t0) {
  std::map<std::string, std::string> ready;
  for (const Event& event : events.events) {
    if (event.type != event_type::endpoint_changed || event.at >= t0) continue;
    const std::string name_space = json_text(event.data, "/namespace");
    if (name_space != service.namespace_ || json_text(event.data, "/service") != service.name) continue;
    const std::string pod = name_space + "/" + json_text(event.data, "/pod");
    ready.erase(pod);
    if (json_get<bool>(event.data, "/ready").value_or(false) && !is_gone(event))
      ready.emplace(pod, json_text(event.data, "/node"));
  }
  return ready;
}

}  // namespace hadrill
