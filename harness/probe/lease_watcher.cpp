#include "probe/lease_watcher.hpp"

namespace hadrill {

void LeaseBook::observed(const LeaseState& lease, const std::string& through, Instant at) {
  // Without a date there is no telling when it was written; its holder has not begun to use it yet.
  if (lease.renewed_ns == 0 || !told_.insert({lease.name, lease.version}).second) return;
  const ClockPair pair = clock_pair_();
  sink_({at,
         event_type::lease_observed,
         {{"lease", lease.name},
          {"through", through},
          {"version", lease.version},
          {"holder", lease.holder},
          {"transitions", lease.transitions},
          {"leaseDurationNs", lease.duration.count()},
          {"renewedNs", pair.instant_of(lease.renewed_ns).ns},
          {"acquiredNs", pair.instant_of(lease.acquired_ns != 0 ? lease.acquired_ns : lease.renewed_ns).ns}}});
}

void LeaseBook::stream(const std::string& through, const char* state, std::int64_t version, const std::string& reason,
                       Instant at) {
  Json data = {{"through", through}, {"state", state}, {"version", version}};
  if (!reason.empty()) data["reason"] = reason;
  sink_({at, event_type::lease_stream, std::move(data)});
}

std::optional<std::int64_t> LeaseWatcher::take_list(const std::string& body, Instant at) {
  const auto list = read_lease_list(body);
  if (!list) return std::nullopt;
  for (const LeaseState& lease : list->leases) book_.observed(lease, through_, at);
  return list->version;
}

std::optional<ListWatch::Line> LeaseWatcher::take_object(std::string_view line, Instant at) {
  const auto read = read_lease_line(line);
  if (!read) return std::nullopt;
  if (read->kind == LeaseLine::Kind::expired) return Line{Line::Kind::expired, 0, read->reason};
  if (read->kind == LeaseLine::Kind::failed) return Line{Line::Kind::failed, 0, read->reason};
  if (read->kind == LeaseLine::Kind::changed) book_.observed(read->lease, through_, at);
  return Line{Line::Kind::told, read->version, {}};
}

}  // namespace hadrill
