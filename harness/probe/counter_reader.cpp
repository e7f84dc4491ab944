#include "probe/counter_reader.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "probe/count_operation.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTimeout = 5s;
constexpr auto kAskAgain = 1s;
/// A step has a hundred bytes; a run has a few thousand.
constexpr std::size_t kLargestAnswer = 16UL * 1024 * 1024;

/// [["PROBER.SEQUENCE", value], ...]; nullopt: not an answer of a counter, whole.
std::optional<Json> steps_in(const std::string& body, const std::string& prefix) {
  const auto document = parse_json(body, "counter");
  if (!document.ok() || !document->is_object() || !document->contains("entries")) return std::nullopt;
  Json steps = Json::array();
  for (const Json& entry : json_array(*document, "/entries")) {
    const std::string id = json_text(entry, "/id");
    const auto value = json_get<std::int64_t>(entry, "/value");
    if (!id.starts_with(prefix) || !value) return std::nullopt;
    steps.push_back({id.substr(prefix.size()), *value});
  }
  return steps;
}

/// What it answers now; error in words.
Result<Json> ask(http::Client& client, const std::string& url, const std::string& prefix, const Interrupt& interrupt) {
  http::Request request;
  request.url = url + prefix;
  request.timeout = kRequestTimeout;
  request.body_limit = kLargestAnswer;
  const http::Transfer transfer = client.send(request, interrupt);
  if (transfer.ending != http::Ending::response) return infrastructure_error("counter", transfer.reason);
  if (!http::is_success(transfer.status))
    return infrastructure_error("counter", fmt::format("HTTP {}", transfer.status));
  auto steps = steps_in(transfer.body, prefix);
  if (!steps) return infrastructure_error("counter", "not an answer of a counter");
  return std::move(*steps);
}

}  // namespace

std::vector<Event> read_counters(http::Client& client, Clock& clock, const std::string& base, const std::string& run,
                                 const std::set<CounterPod>& pods, Instant deadline, const Interrupt& interrupt) {
  std::vector<Event> events;
  for (const CounterPod& pod : pods) {
    // Without a port the API takes the first that the pod has.
    const std::string url =
        fmt::format("{}/api/v1/namespaces/{}/pods/{}/proxy{}/", base, pod.name_space, pod.pod, pod.path);
    Result<Json> steps = ask(client, url, counter_prefix(run), interrupt);
    while (!steps.ok() && clock.now() < deadline && clock.wait_until(clock.now() + kAskAgain, interrupt))
      steps = ask(client, url, counter_prefix(run), interrupt);
    Json data = {{"service", pod.service + "." + pod.name_space}, {"pod", pod.pod}};
    if (steps.ok()) data["steps"] = std::move(*steps);
    if (!steps.ok()) data["reason"] = steps.error().message;
    events.push_back({clock.now(), event_type::counter_read, std::move(data)});
  }
  return events;
}

}  // namespace hadrill
