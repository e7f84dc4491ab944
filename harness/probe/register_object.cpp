#include "probe/register_object.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "probe/watch_stream.hpp"

namespace hadrill {
namespace {

constexpr const char* kNameLabel = "app.kubernetes.io/name";
constexpr const char* kNameValue = "hadrill";
constexpr const char* kListedLabel = "hadrill-listed";
constexpr const char* kListedValue = "true";
/// "app.kubernetes.io/name=hadrill" in a URL.
constexpr const char* kOursSelector = "labelSelector=app.kubernetes.io%2Fname%3Dhadrill";
constexpr const char* kListedSelector = "labelSelector=hadrill-listed%3Dtrue";
constexpr std::string_view kNamePrefix = "register-";

std::optional<ObjectNumber> number_of(std::string_view name) {
  if (!name.starts_with(kNamePrefix)) return std::nullopt;
  constexpr std::int64_t kMost = 1 << 20;
  const auto number = natural(name.substr(kNamePrefix.size()));
  return number && *number < kMost ? std::optional(static_cast<ObjectNumber>(*number)) : std::nullopt;
}

std::optional<RegisterState> state_of(const Json& object, const std::string& run) {
  const auto number = number_of(json_text(object, "/metadata/name"));
  const auto version = version_of(object);
  if (!number || !version) return std::nullopt;
  const bool ours = json_text(object, "/data/run") == run;
  return RegisterState{*number, *version, ours ? natural(json_text(object, "/data/write")).value_or(0) : 0};
}

}  // namespace

std::string RegisterPlace::collection() const { return fmt::format("/api/v1/namespaces/{}/configmaps", name_space); }

std::string RegisterPlace::object(ObjectNumber number) const {
  return fmt::format("{}/{}{}", collection(), kNamePrefix, number);
}

std::string RegisterPlace::list_path() const { return fmt::format("{}?{}", collection(), kListedSelector); }

std::string RegisterPlace::version_path() const { return fmt::format("{}?{}&limit=1", collection(), kOursSelector); }

std::string RegisterPlace::watch_path(Version version) const {
  return fmt::format("{}?{}&watch=1&allowWatchBookmarks=true&resourceVersion={}", collection(), kOursSelector, version);
}

std::string register_body(const RegisterPlace& place, ObjectNumber number, WriteId id, Version precondition) {
  Json metadata = {{"name", fmt::format("{}{}", kNamePrefix, number)}, {"labels", {{kNameLabel, kNameValue}}}};
  if (number < place.listed) metadata["labels"][kListedLabel] = kListedValue;
  if (precondition > 0) metadata["resourceVersion"] = std::to_string(precondition);
  const Json object = {{"apiVersion", "v1"},
                       {"kind", "ConfigMap"},
                       {"metadata", std::move(metadata)},
                       {"data", {{"run", place.run}, {"write", std::to_string(id)}}}};
  return object.dump();
}

std::optional<RegisterState> read_register(std::string_view body, const std::string& run) {
  const auto document = parse_json(body, "object");
  if (!document.ok() || json_text(*document, "/kind") != "ConfigMap") return std::nullopt;
  return state_of(*document, run);
}

std::optional<RegisterList> read_register_list(std::string_view body, const std::string& run) {
  const auto document = parse_json(body, "list");
  if (!document.ok() || json_text(*document, "/kind") != "ConfigMapList") return std::nullopt;
  const auto version = version_of(*document);
  if (!version) return std::nullopt;
  RegisterList list{*version, {}};
  for (const Json& item : json_array(*document, "/items")) {
    const auto state = state_of(item, run);
    if (!state) return std::nullopt;
    list.items.push_back(*state);
  }
  return list;
}

std::optional<WatchLine> read_watch_line(std::string_view line, const std::string& run) {
  const auto envelope = read_watch_envelope(line);
  if (!envelope) return std::nullopt;
  const auto& [kind, type, object, reason] = *envelope;
  WatchLine out;
  if (kind != WatchEnvelope::Kind::told) {
    out.kind = kind == WatchEnvelope::Kind::expired ? WatchLine::Kind::expired : WatchLine::Kind::failed;
    out.reason = reason;
    return out;
  }
  if (type == "BOOKMARK") {
    const auto version = version_of(object);
    if (!version) return std::nullopt;
    out.kind = WatchLine::Kind::bookmark;
    out.state.version = *version;
    return out;
  }
  const auto state = state_of(object, run);
  if (!state || (type != "ADDED" && type != "MODIFIED" && type != "DELETED")) return std::nullopt;
  out.state = *state;
  out.step = type == "ADDED" ? WatchStep::added : type == "MODIFIED" ? WatchStep::modified : WatchStep::deleted;
  return out;
}

}  // namespace hadrill
