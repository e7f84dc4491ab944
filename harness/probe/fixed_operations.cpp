#include "probe/fixed_operations.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/json.hpp"
#include "kube/api.hpp"

namespace hadrill {
namespace {

constexpr const char* kReadPath = "/api/v1/namespaces/default";

std::string_view without_end(std::string_view body) {
  while (!body.empty() && (body.back() == '\n' || body.back() == ' ')) body.remove_suffix(1);
  return body;
}

/// The object asked for, whole: JSON of the API ends with a closing bracket and a line end.
bool is_default_namespace(std::string_view body) {
  return without_end(body).ends_with('}') && body.find(R"("kind":"Namespace")") != std::string_view::npos &&
         body.find(R"("name":"default")") != std::string_view::npos;
}

bool is_healthy(std::string_view body) {
  const auto document = parse_json(body, "health");
  return document.ok() && json_text(*document, "/health") == "true";
}

/// A GET of one URL whose good bodies are told by a predicate.
class FixedGet final : public Operation {
 public:
  FixedGet(const OperationPlace& place, const std::string& path, bool (*right)(std::string_view))
      : deadline_(place.deadline), right_(right) {
    request_.url = place.base + path;
  }
  std::optional<http::Request> request(const Slot& /*slot*/) override { return request_; }
  Outcome outcome(const Slot& /*slot*/, const http::Transfer& transfer, Duration latency) override {
    return outcome_of(transfer, latency, deadline_, right_);
  }

 private:
  http::Request request_;
  Duration deadline_;
  bool (*right_)(std::string_view);
};

class Readyz final : public Operation {
 public:
  Readyz(const OperationPlace& place, NoteSink note) : deadline_(place.deadline), note_(std::move(note)) {
    request_.url = place.base + "/readyz?verbose";
  }
  std::optional<http::Request> request(const Slot& /*slot*/) override { return request_; }
  Outcome outcome(const Slot& /*slot*/, const http::Transfer& transfer, Duration latency) override {
    const Outcome outcome = outcome_of(transfer, latency, deadline_, [](std::string_view body) {
      return without_end(body).ends_with("readyz check passed");
    });
    // Only an answer says something about the checks.
    if (transfer.ending == http::Ending::response) tell(kube::failing_checks(transfer.body), transfer.done);
    return outcome;
  }

 private:
  void tell(const std::string& failing, Instant at) {
    if (failing == told_) return;
    told_ = failing;
    if (note_) note_(failing, at);
  }

  http::Request request_;
  Duration deadline_;
  NoteSink note_;
  std::string told_;
};

class Echo final : public Operation {
 public:
  explicit Echo(const OperationPlace& place) : deadline_(place.deadline) {
    request_.method = "POST";
    request_.url = place.base + "/echo";
  }
  std::optional<http::Request> request(const Slot& slot) override {
    request_.body = sent_in(slot);
    return request_;
  }
  Outcome outcome(const Slot& slot, const http::Transfer& transfer, Duration latency) override {
    return outcome_of(transfer, latency, deadline_, [&](std::string_view body) { return body == sent_in(slot); });
  }

 private:
  /// Different in every slot, so that an answer to another one is not taken for this one's.
  static std::string sent_in(const Slot& slot) {
    return fmt::format(R"({{"prober":{},"sequence":{}}})", slot.prober, slot.sequence);
  }

  http::Request request_;
  Duration deadline_;
};

}  // namespace

std::unique_ptr<Operation> make_read(const OperationPlace& place) {
  return std::make_unique<FixedGet>(place, kReadPath, &is_default_namespace);
}

std::unique_ptr<Operation> make_cached_read(const OperationPlace& place) {
  return std::make_unique<FixedGet>(place, fmt::format("{}?resourceVersion=0", kReadPath), &is_default_namespace);
}

std::unique_ptr<Operation> make_readyz(const OperationPlace& place, NoteSink note) {
  return std::make_unique<Readyz>(place, std::move(note));
}

std::unique_ptr<Operation> make_health(const OperationPlace& place) {
  return std::make_unique<FixedGet>(place, "/health", &is_healthy);
}

std::unique_ptr<Operation> make_get(const OperationPlace& place, const std::string& path) {
  return std::make_unique<FixedGet>(place, path, [](std::string_view body) { return !body.empty(); });
}

std::unique_ptr<Operation> make_echo(const OperationPlace& place) { return std::make_unique<Echo>(place); }

}  // namespace hadrill
