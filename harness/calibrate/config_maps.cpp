#include "calibrate/config_maps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace hadrill::calibrate {
namespace {

constexpr int kCreated = 201;
constexpr int kBadRequest = 400;
constexpr int kNotFound = 404;
constexpr int kConflict = 409;

constexpr const char* kDefaultNamespace =
    R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"default","resourceVersion":"5"}})";

server::Response answer(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

server::Response refusal(int code, const std::string& reason) {
  return answer(code, Json{{"kind", "Status"}, {"reason", reason}, {"code", code}}.dump());
}

bool is_listed(const Json& object) { return json_get<Json>(object, "/metadata/labels/hadrill-listed").has_value(); }

/// The value of `name` in a query; empty when it is not there.
std::string_view parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    if (one.starts_with(name) && one.size() > name.size() && one[name.size()] == '=')
      return one.substr(name.size() + 1);
  }
  return {};
}

}  // namespace

/// Tells every change after a version, unless it is the one that lies.
class ConfigMaps::Watch final : public server::Source {
 public:
  Watch(const std::vector<Change>& changes, std::int64_t after, Lie lie, std::atomic<std::size_t>& lies_told)
      : changes_(changes), lie_(lie), lies_told_(lies_told) {
    const auto next =
        std::find_if(changes.begin(), changes.end(), [after](const Change& change) { return change.version > after; });
    next_ = static_cast<std::size_t>(next - changes.begin());
  }

  std::string take() override {
    std::string lines;
    for (; next_ < changes_.size(); ++next_) {
      ++told_;
      const std::string& line = changes_[next_].line;
      if (told_ == kLyingAt && lie_ != Lie::none) {
        if (lie_ == Lie::swap_events) held_back_ = line;
        continue;
      }
      lines += line + std::exchange(held_back_, {});
      if (told_ == kLyingAt + 1 && lie_ != Lie::none) ++lies_told_;
    }
    return lines;
  }

 private:
  static constexpr int kLyingAt = 10;
  const std::vector<Change>& changes_;
  Lie lie_;
  std::atomic<std::size_t>& lies_told_;
  std::size_t next_ = 0;
  int told_ = 0;
  std::string held_back_;
};

server::Response ConfigMaps::handle(const server::Request& request) {
  const std::string path = request.path.substr(0, request.path.find('?'));
  if (path == "/api/v1/namespaces/default") return answer(200, kDefaultNamespace);
  if (path == "/readyz") return answer(200, "readyz check passed\n");
  if (path.find("/configmaps") != std::string::npos) return objects(request, path);
  return refusal(kNotFound, "NotFound");
}

server::Response ConfigMaps::objects(const server::Request& request, const std::string& path) {
  constexpr std::string_view kObjects = "/configmaps/";
  if (const std::size_t at = path.find(kObjects); at != std::string::npos) {
    const std::string name = path.substr(at + kObjects.size());
    return request.method == "PUT" ? replace(name, request.body) : get(name);
  }
  if (request.method == "POST") return create(request.body);
  const std::size_t question = request.path.find('?');
  const std::string query = question == std::string::npos ? "" : request.path.substr(question + 1);
  return parameter(query, "watch").empty() ? list(query) : watch(query);
}

server::Response ConfigMaps::get(const std::string& name) const {
  const auto found = objects_.find(name);
  return found == objects_.end() ? refusal(kNotFound, "NotFound") : answer(200, found->second.dump());
}

server::Response ConfigMaps::list(const std::string& query) const {
  const bool only_listed = query.find("hadrill-listed") != std::string::npos;
  const bool only_one = !parameter(query, "limit").empty();
  Json items = Json::array();
  for (const auto& [name, object] : objects_) {
    if (only_one && !items.empty()) break;
    if (!only_listed || is_listed(object)) items.push_back(object);
  }
  return answer(200, Json{{"kind", "ConfigMapList"},
                          {"metadata", {{"resourceVersion", std::to_string(version_)}}},
                          {"items", std::move(items)}}
                         .dump());
}

server::Response ConfigMaps::watch(const std::string& query) {
  const std::string_view from = parameter(query, "resourceVersion");
  std::int64_t after = 0;
  std::from_chars(from.data(), from.data() + from.size(), after);
  server::Response response;
  const bool lies = (lie_ == Lie::miss_event || lie_ == Lie::swap_events) && !std::exchange(lying_watch_, true);
  response.source = std::make_unique<Watch>(changes_, after, lies ? lie_ : Lie::none, lies_told_);
  return response;
}

server::Response ConfigMaps::create(const std::string& body) {
  auto object = parse_json(body, "object");
  if (!object.ok()) return refusal(kBadRequest, "BadRequest");
  const std::string name = json_text(*object, "/metadata/name");
  if (objects_.contains(name)) return refusal(kConflict, "AlreadyExists");
  return answer(kCreated, store(name, std::move(*object), "ADDED"));
}

server::Response ConfigMaps::replace(const std::string& name, const std::string& body) {
  auto object = parse_json(body, "object");
  if (!object.ok()) return refusal(kBadRequest, "BadRequest");
  const auto found = objects_.find(name);
  if (found == objects_.end()) return refusal(kNotFound, "NotFound");
  constexpr const char* kVersion = "/metadata/resourceVersion";
  if (json_text(*object, kVersion) != json_text(found->second, kVersion)) return refusal(kConflict, "Conflict");
  return answer(200, store(name, std::move(*object), "MODIFIED"));
}

std::string ConfigMaps::store(const std::string& name, Json object, const char* type) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  newest_ = name;
  before_newest_ = objects_.contains(name) ? objects_[name] : Json();
  objects_[name] = object;
  changes_.push_back({version_, fmt::format("{}\n", Json{{"type", type}, {"object", object}}.dump())});
  return object.dump();
}

void ConfigMaps::lose_newest() {
  if (newest_.empty()) return;
  ++lies_told_;
  if (before_newest_.is_null()) {
    objects_.erase(newest_);
  } else {
    objects_[newest_] = before_newest_;
  }
}

}  // namespace hadrill::calibrate
