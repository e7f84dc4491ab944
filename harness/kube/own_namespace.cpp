#include "kube/own_namespace.hpp"

#include "base/json.hpp"
#include "kube/answer.hpp"

namespace hadrill::kube {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTimeout = 5s;
constexpr auto kMakeTimeout = 60s;
constexpr auto kRemoveTimeout = 30s;
/// Between two tries of a request that was not answered as hoped.
constexpr auto kRetryPause = 200ms;
constexpr int kNotFound = 404;
constexpr int kConflict = 409;

http::Request request_to(const std::string& method, const std::string& url) {
  http::Request request;
  request.method = method;
  request.url = url;
  request.timeout = kRequestTimeout;
  return request;
}

}  // namespace

template <typename Accepted>
Status OwnNamespace::persist(const http::Request& request, Duration longest, const Interrupt& interrupt,
                             Accepted&& accepted) {
  const std::string where = request.method + " " + request.url;
  const Instant deadline = clock_.now() + longest;
  for (;;) {
    const http::Transfer transfer = client_.send(request, interrupt);
    if (interrupt.raised()) return interrupted_error(where);
    if (is_good(transfer) || accepted(transfer.status)) return Ok{};
    const Instant next = clock_.now() + kRetryPause;
    if (next >= deadline) return infrastructure_error(where, describe(transfer));
    if (!clock_.wait_until(next, interrupt)) return interrupted_error(where);
  }
}

Status OwnNamespace::make(const Interrupt& interrupt) {
  http::Request request = request_to("POST", base_ + "/api/v1/namespaces");
  request.body = Json{{"apiVersion", "v1"},
                      {"kind", "Namespace"},
                      {"metadata", {{"name", name_}, {"labels", {{"app.kubernetes.io/name", "hadrill"}}}}}}
                     .dump();
  return persist(request, kMakeTimeout, interrupt, [](int status) { return status == kConflict; });
}

Status OwnNamespace::remove(const Interrupt& interrupt) {
  // A conflict: it is being removed already.
  return persist(request_to("DELETE", base_ + "/api/v1/namespaces/" + name_), kRemoveTimeout, interrupt,
                 [](int status) { return status == kNotFound || status == kConflict; });
}

}  // namespace hadrill::kube
