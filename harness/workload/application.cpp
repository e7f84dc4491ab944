#include "workload/application.hpp"

#include <nlohmann/json.hpp>

namespace hadrill::workload {
namespace {

using Json = nlohmann::json;

const std::string kCounter = "/counter";

Reply told(int status, const Json& json) { return {status, json.dump() + "\n", false, false}; }
Reply wrong(int status, const std::string& why) { return told(status, {{"error", why}}); }

/// A discarded value when it is none, or not an object.
Json object_of(const std::string& body) {
  Json json = Json::parse(body, nullptr, false);
  return json.is_object() ? json : Json(Json::value_t::discarded);
}

Json to_json(const Entry& entry) { return {{"value", entry.value}, {"id", entry.id}, {"start", entry.start}}; }

}  // namespace

Reply Application::handle(const Request& request, Clock::time_point now) {
  Reply reply = answer(request, now);
  reply.close = mood_.draining();
  return reply;
}

Reply Application::answer(const Request& request, Clock::time_point now) {
  // Always reached: what it was told has to be taken back.
  if (request.path == "/control") return control(request, now);
  const Manner manner = mood_.at(now);
  if (manner == Manner::hang) return {0, "", true, false};
  if (manner == Manner::fail) return wrong(500, "told to fail");
  if (request.path == kCounter || request.path.starts_with(kCounter + "/")) return counter(request);
  if (request.method != "GET") return wrong(405, "only GET");
  if (request.path == "/") return who();
  if (request.path == "/state") return state(now);
  if (request.path == "/livez") return told(200, {{"live", true}});
  if (request.path == "/readyz") {
    const bool ready = manner != Manner::unready && !mood_.draining();
    return told(ready ? 200 : 503, {{"ready", ready}});
  }
  return wrong(404, "no such path");
}

Reply Application::control(const Request& request, Clock::time_point now) {
  if (request.method != "POST") return wrong(405, "only POST");
  const Json json = object_of(request.body);
  if (json.is_discarded() || !json.contains("manner") || !json["manner"].is_string())
    return wrong(400, R"(expected {"manner": "serve|hang|fail|unready", "forMs": 1000})");
  const auto manner = manner_named(json["manner"].get<std::string>());
  if (!manner) return wrong(400, "no such manner; there are serve, hang, fail, unready");
  const auto length = json.find("forMs");
  const bool whole = length != json.end() && length->is_number_unsigned();
  const auto most = static_cast<std::uint64_t>(Mood::kLongest.count());
  // Serving needs no length.
  const std::uint64_t wanted = whole ? length->get<std::uint64_t>() : *manner == Manner::serve ? most : 0;
  if (wanted > most || !mood_.take(*manner, milliseconds(wanted), now))
    return wrong(400, "forMs has to be 1 to " + std::to_string(most));
  return state(now);
}

Reply Application::counter(const Request& request) {
  if (!ledger_) return wrong(404, "no volume: started without --data");
  if (request.method == "GET") {
    const std::string prefix = request.path == kCounter ? "" : request.path.substr(kCounter.size() + 1);
    Json entries = Json::array();
    for (const Entry& entry : ledger_->entries()) {
      if (entry.id.starts_with(prefix)) entries.push_back(to_json(entry));
    }
    return told(200, {{"pod", identity_.pod}, {"start", identity_.start}, {"entries", std::move(entries)}});
  }
  if (request.method != "POST" || request.path != kCounter) return wrong(405, "only GET, and POST without a prefix");
  const Json json = object_of(request.body);
  const bool has_id = !json.is_discarded() && json.contains("id") && json["id"].is_string();
  if (!has_id || !Ledger::good_id(json["id"].get<std::string>()))
    return wrong(400, R"(expected {"id": "1 to 64 letters, digits, -, _ and ."})");
  const auto entry = ledger_->step(json["id"].get<std::string>());
  return entry ? told(200, to_json(*entry)) : wrong(500, "the volume does not take it");
}

Reply Application::who() const {
  return told(200, {{"pod", identity_.pod}, {"node", identity_.node}, {"start", identity_.start}});
}

Reply Application::state(Clock::time_point now) const {
  return told(200, {{"manner", to_string(mood_.at(now))}, {"draining", mood_.draining()}});
}

}  // namespace hadrill::workload
