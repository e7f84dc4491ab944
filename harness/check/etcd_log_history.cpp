#include "check/etcd_log_history.hpp"

#include <algorithm>

namespace hadrill {
namespace {

std::optional<EtcdLogEntry> read_entry(const Event& event) {
  const std::string what = json_text(event.data, "/what");
  const auto at = json_integer(event.data, "/atNs");
  const auto uncertainty = json_natural(event.data, "/uncertaintyNs");
  EtcdLogEntry entry;
  entry.member = json_text(event.data, "/member");
  entry.leads = what == "leads";
  entry.leader = json_text(event.data, "/leader");
  if (!at || !uncertainty || !json_natural(event.data, "/term") || entry.member.empty()) return std::nullopt;
  if (!entry.leads && (what != "lost" || entry.leader.empty())) return std::nullopt;
  entry.at = {Instant{*at} - Duration(*uncertainty), Instant{*at} + Duration(*uncertainty)};
  return entry;
}

bool overlap(const Interval& a, const Interval& b) { return a.begin <= b.end && b.begin <= a.end; }

Interval common(const Interval& a, const Interval& b) { return {std::max(a.begin, b.begin), std::min(a.end, b.end)}; }

}  // namespace

std::vector<EtcdLogEntry> read_etcd_log_entries(const EventLog& events, Instant until) {
  std::vector<EtcdLogEntry> entries;
  for (const Event& event : events.events) {
    if (event.type != event_type::etcd_logged) continue;
    auto entry = read_entry(event);
    if (entry && entry->at.end <= until) entries.push_back(std::move(*entry));
  }
  return entries;
}

std::vector<Reign> etcd_reigns(const std::vector<EtcdLook>& looks, const std::vector<EtcdLogEntry>& entries) {
  std::vector<Reign> reigns = reigns_of(looks);
  for (Reign& reign : reigns) {
    const auto dated = std::find_if(entries.begin(), entries.end(), [&](const EtcdLogEntry& entry) {
      return entry.leads && entry.member == reign.holder && overlap(entry.at, reign.began);
    });
    if (dated == entries.end()) continue;
    reign.began = common(reign.began, dated->at);
    reign.dated_by_log = true;
  }
  return reigns;
}

void date_by_log(Interval& missed, const std::vector<EtcdLogEntry>& entries, const std::string& leader, Instant from) {
  const EtcdLogEntry* first = nullptr;
  for (const EtcdLogEntry& entry : entries) {
    if (entry.leads || entry.leader != leader || entry.member == leader) continue;
    if (entry.at.end < from || entry.at.begin > missed.end) continue;
    if (first == nullptr || entry.at.end < first->at.end) first = &entry;
  }
  if (first != nullptr) missed = {std::max(first->at.begin, from), std::min(first->at.end, missed.end)};
}

}  // namespace hadrill
