#include "probe/lease_object.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "kube/api.hpp"
#include "probe/watch_stream.hpp"

namespace hadrill {
namespace {

constexpr const char* kLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
/// No Lease is held for longer; a greater number would not fit a Duration.
constexpr std::int64_t kLongestLeaseSeconds = 1'000'000;

bool is_watched(const Json& object) {
  const std::string name = json_text(object, "/metadata/name");
  return name == kControllerManagerLease || name == kSchedulerLease;
}

LeaseState state_of(const Json& object, std::int64_t version) {
  LeaseState state;
  state.name = json_text(object, "/metadata/name");
  state.version = version;
  state.holder = json_text(object, "/spec/holderIdentity");
  state.transitions = std::max<std::int64_t>(0, json_get<std::int64_t>(object, "/spec/leaseTransitions").value_or(0));
  const auto seconds = json_get<std::int64_t>(object, "/spec/leaseDurationSeconds").value_or(0);
  state.duration = std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kLongestLeaseSeconds));
  state.renewed_ns = kube::parse_time(json_text(object, "/spec/renewTime")).value_or(0);
  state.acquired_ns = kube::parse_time(json_text(object, "/spec/acquireTime")).value_or(0);
  return state;
}

}  // namespace

std::string leases_path() { return kLeases; }

std::optional<LeaseList> read_lease_list(std::string_view body) {
  const auto document = parse_json(body, "leases");
  if (!document.ok() || json_text(*document, "/kind") != "LeaseList") return std::nullopt;
  const auto version = version_of(*document);
  if (!version) return std::nullopt;
  LeaseList list{*version, {}};
  for (const Json& item : json_array(*document, "/items")) {
    const auto item_version = version_of(item);
    if (!item_version) return std::nullopt;
    if (is_watched(item)) list.leases.push_back(state_of(item, *item_version));
  }
  return list;
}

std::optional<LeaseLine> read_lease_line(std::string_view line) {
  const auto envelope = read_watch_envelope(line);
  if (!envelope) return std::nullopt;
  const auto& [kind, type, object, reason] = *envelope;
  LeaseLine out;
  if (kind != WatchEnvelope::Kind::told) {
    out.kind = kind == WatchEnvelope::Kind::expired ? LeaseLine::Kind::expired : LeaseLine::Kind::failed;
    out.reason = reason;
    return out;
  }
  const auto version = version_of(object);
  if (!version) return std::nullopt;
  out.version = *version;
  if (type == "BOOKMARK" || type == "DELETED") return out;
  if (type != "ADDED" && type != "MODIFIED") return std::nullopt;
  if (!is_watched(object)) return out;
  out.kind = LeaseLine::Kind::changed;
  out.lease = state_of(object, *version);
  return out;
}

}  // namespace hadrill
