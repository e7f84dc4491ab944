#include "probe/count_operation.hpp"

#include <fmt/format.h>

#include "base/json.hpp"

namespace hadrill {
namespace {

class Count final : public Operation {
 public:
  Count(const OperationPlace& place, const std::string& path, const std::string& run, std::uint16_t prober,
        CounterSink sink)
      : deadline_(place.deadline), prefix_(counter_prefix(run)), prober_(prober), sink_(std::move(sink)) {
    request_.method = "POST";
    request_.url = place.base + path;
  }

  std::optional<http::Request> request(const Slot& slot) override {
    request_.body = Json{{"id", prefix_ + step(slot)}}.dump();
    return request_;
  }

  Outcome outcome(const Slot& slot, const http::Transfer& transfer, Duration latency) override {
    CounterStep taken{step(slot), transfer.server_name.substr(0, transfer.server_name.find(' ')), 0, transfer.done};
    const auto right = [&](const std::string& body) {
      const auto document = parse_json(body, "counter");
      if (!document.ok() || json_text(*document, "/id") != prefix_ + taken.step) return false;
      taken.value = json_get<std::int64_t>(*document, "/value").value_or(0);
      return taken.value > 0 && !taken.pod.empty();
    };
    const Outcome outcome = outcome_of(transfer, latency, deadline_, right);
    // A late answer is an answer: the step was acknowledged.
    if (taken.value > 0 && (outcome == Outcome::ok || outcome == Outcome::slow)) sink_(taken);
    return outcome;
  }

 private:
  std::string step(const Slot& slot) const { return fmt::format("{}.{}", prober_, slot.sequence); }

  http::Request request_;
  Duration deadline_;
  std::string prefix_;
  std::uint16_t prober_;
  CounterSink sink_;
};

}  // namespace

std::string counter_prefix(const std::string& run) { return run + "."; }

std::unique_ptr<Operation> make_count(const OperationPlace& place, const std::string& path, const std::string& run,
                                      std::uint16_t prober, CounterSink sink) {
  return std::make_unique<Count>(place, path, run, prober, std::move(sink));
}

}  // namespace hadrill
