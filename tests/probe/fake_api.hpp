// ConfigMaps as an API server keeps them, in memory; tests break it on purpose.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "base/json.hpp"
#include "http/client.hpp"
#include "support/manual_clock.hpp"

namespace hadrill::test {

class FakeApi {
 public:
  using Reply = std::pair<int, std::string>;

  /// `url` with or without scheme and host. Watches are not answered here: see on_event.
  Reply handle(const std::string& method, const std::string& url, const std::string& body) {
    const std::size_t at = url.find("/api/");
    const std::string path = url.substr(at, url.find('?') - at);
    const std::size_t object_at = path.find("/configmaps/");
    if (object_at == std::string::npos) return method == "POST" ? create(body) : list();
    const std::string name = path.substr(object_at + std::string("/configmaps/").size());
    return method == "PUT" ? replace(name, body) : get(name);
  }

  /// Called with each line of a watch that sees everything.
  std::function<void(const std::string& line)> on_event;
  std::int64_t revision = 100;
  std::map<std::string, Json> objects;

  static Reply status(int code, const std::string& reason) {
    return {code, Json{{"kind", "Status"}, {"reason", reason}, {"code", code}}.dump()};
  }

 private:
  Reply get(const std::string& name) const {
    const auto found = objects.find(name);
    return found == objects.end() ? status(404, "NotFound") : Reply{200, found->second.dump()};
  }
  Reply list() const {
    Json items = Json::array();
    for (const auto& [name, object] : objects) {
      if (object.at("metadata").at("labels").contains("hadrill-listed")) items.push_back(object);
    }
    return {
        200,
        Json{{"kind", "ConfigMapList"}, {"metadata", {{"resourceVersion", std::to_string(revision)}}}, {"items", items}}
            .dump()};
  }
  Reply create(const std::string& body) {
    Json object = Json::parse(body);
    const std::string name = object["metadata"]["name"];
    if (objects.contains(name)) return status(409, "AlreadyExists");
    return {201, store(name, std::move(object), "ADDED")};
  }
  Reply replace(const std::string& name, const std::string& body) {
    Json object = Json::parse(body);
    if (!objects.contains(name)) return status(404, "NotFound");
    if (objects[name]["metadata"]["resourceVersion"] != object["metadata"]["resourceVersion"])
      return status(409, "Conflict");
    return {200, store(name, std::move(object), "MODIFIED")};
  }
  std::string store(const std::string& name, Json object, const char* type) {
    object["metadata"]["resourceVersion"] = std::to_string(++revision);
    objects[name] = object;
    if (on_event) on_event(Json{{"type", type}, {"object", object}}.dump() + "\n");
    return object.dump();
  }
};

/// FakeApi behind the door for single requests. Each takes 1 ms.
class FakeApiClient final : public http::Client {
 public:
  FakeApiClient(FakeApi& api, ManualClock& clock) : api_(api), clock_(clock) {}

  http::Transfer send(const http::Request& request, const Interrupt& /*interrupt*/) override {
    http::Transfer transfer;
    transfer.sent = clock_.now();
    ++sent;
    if (before && !before(request, transfer)) {
      clock_.advance(std::chrono::milliseconds(1));
      transfer.done = clock_.now();
      return transfer;
    }
    std::tie(transfer.status, transfer.body) = api_.handle(request.method, request.url, request.body);
    transfer.ending = http::Ending::response;
    if (after) after(request, transfer);
    clock_.advance(std::chrono::milliseconds(1));
    transfer.done = clock_.now();
    return transfer;
  }

  int sent = 0;
  /// False: the request never reaches the API, and `transfer` is the answer.
  std::function<bool(const http::Request&, http::Transfer&)> before;
  /// May spoil the answer.
  std::function<void(const http::Request&, http::Transfer&)> after;

 private:
  FakeApi& api_;
  ManualClock& clock_;
};

}  // namespace hadrill::test
