#include "probe/workload_watcher.hpp"

#include "probe/watch_stream.hpp"

namespace hadrill {
namespace {

const char* event_of(WorkloadKind kind) {
  switch (kind) {
    case WorkloadKind::node:
      return event_type::node_changed;
    case WorkloadKind::endpoint:
      return event_type::endpoint_changed;
    case WorkloadKind::pod:
      return event_type::pod_changed;
  }
  return "";
}

}  // namespace

void WorkloadWatcher::tell(Json facts, bool gone, Instant at) const {
  if (gone) facts["gone"] = true;
  // What a list finds, or a stream tells that goes on, may have happened at any time in the gap before it.
  const auto since = from_list_ ? told_until_ : at < catching_up_until_ ? ended_from_ : std::nullopt;
  if (since) facts["notBeforeNs"] = since->ns;
  sink_({at, event_of(kind_), std::move(facts)});
}

void WorkloadWatcher::replace(const std::string& object, const std::vector<WorkloadState>& states, Instant at) {
  States& known = objects_[object];
  States now;
  for (const WorkloadState& state : states) now.emplace(state.key, state.facts);
  for (const auto& [key, facts] : known) {
    if (!now.contains(key)) tell(facts, true, at);
  }
  for (const auto& [key, facts] : now) {
    const auto before = known.find(key);
    if (before == known.end() || before->second != facts) tell(facts, false, at);
  }
  known = std::move(now);
  if (known.empty()) objects_.erase(object);
}

std::optional<std::int64_t> WorkloadWatcher::take_list(const std::string& body, Instant at) {
  const auto list = read_workload_list(kind_, body);
  if (!list) return std::nullopt;
  from_list_ = true;
  std::vector<std::string> gone;
  for (const auto& [name, states] : objects_) {
    if (!list->objects.contains(name)) gone.push_back(name);
  }
  for (const std::string& name : gone) replace(name, {}, at);
  for (const auto& [name, states] : list->objects) replace(name, states, at);
  from_list_ = false;
  told_until_ = at;
  ended_from_.reset();
  return list->version;
}

std::optional<ListWatch::Line> WorkloadWatcher::take_object(std::string_view line, Instant at) {
  const auto envelope = read_watch_envelope(line);
  if (!envelope) return std::nullopt;
  const auto& [kind, type, object, reason] = *envelope;
  if (kind == WatchEnvelope::Kind::expired) return Line{Line::Kind::expired, 0, reason};
  if (kind == WatchEnvelope::Kind::failed) return Line{Line::Kind::failed, 0, reason};
  const auto version = version_of(object);
  if (!version) return std::nullopt;
  told_until_ = at;
  const std::string name = json_text(object, "/metadata/name");
  if (type == "ADDED" || type == "MODIFIED") {
    replace(name, workload_states(kind_, object), at);
  } else if (type == "DELETED") {
    replace(name, {}, at);
  } else if (type != "BOOKMARK") {
    return std::nullopt;
  }
  return Line{Line::Kind::told, *version, {}};
}

void WorkloadWatcher::stream(const char* state, std::int64_t version, const std::string& reason, Instant at) {
  if (state != std::string_view("opened")) {
    ended_from_ = told_until_;
  } else if (ended_from_) {
    catching_up_until_ = at + kCatchUp;
  }
  Json data = {{"of", event_of(kind_)}, {"state", state}, {"version", version}};
  if (!reason.empty()) data["reason"] = reason;
  sink_({at, event_type::workload_stream, std::move(data)});
}

}  // namespace hadrill
