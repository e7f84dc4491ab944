#include "check/lease_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/duration.hpp"
#include "check/lease_coverage.hpp"

namespace hadrill {
namespace {

/// No Lease is held for longer: a number beyond this comes from a damaged history.
constexpr Duration kLongestLease = std::chrono::hours(1000);

std::optional<LeaseRecord> read_record(const Event& event) {
  const auto version = json_natural(event.data, "/version");
  const auto transitions = json_natural(event.data, "/transitions");
  const auto duration = json_natural(event.data, "/leaseDurationNs");
  const auto renewed = json_integer(event.data, "/renewedNs");
  const auto acquired = json_integer(event.data, "/acquiredNs");
  const auto holder = json_get<std::string>(event.data, "/holder");
  if (!version || !transitions || !duration || !renewed || !acquired || !holder) return std::nullopt;
  if (Duration(*duration) > kLongestLease) return std::nullopt;
  LeaseRecord record{*version, *holder, *transitions, Duration(*duration), {*renewed}, {*acquired}, event.at};
  return record;
}

Reign begin_reign(const LeaseRecord& record, bool first) {
  Reign reign;
  reign.holder = record.holder;
  reign.node = node_of_holder(record.holder);
  reign.number = record.transitions;
  // At the first look it may have held the Lease for long: only what it says itself is known.
  reign.began = {std::min(record.acquired, record.seen), record.seen};
  if (first && record.acquired.ns <= 0) reign.began.begin = kDistantPast;
  reign.confirmed = record.written();
  reign.lease = record.duration;
  return reign;
}

void confirm(Reign& reign, const LeaseRecord& record) {
  if (reign.confirmations > 0) {
    reign.longest_gap = std::max(reign.longest_gap, record.written().begin - reign.confirmed.begin);
  }
  ++reign.confirmations;
  reign.confirmed = record.written();
  reign.lease = record.duration;
}

bool same_reign(const LeaseRecord& a, const LeaseRecord& b) {
  return a.holder == b.holder && a.transitions == b.transitions;
}

std::string who(const LeaseRecord& record) {
  return fmt::format("{} (transition {})", record.holder, record.transitions);
}

/// Sets LeaseRecord::gap.
void mark_gaps(const EventLog& events, std::vector<LeaseRecord>& records) {
  const std::vector<ToldRange> ranges = read_told_ranges(events);
  for (std::size_t i = 1; i < records.size(); ++i)
    records[i].gap = !told_all(ranges, records[i - 1].version, records[i].version);
}

/// `before` and `after`: of different holders, neither empty, and nothing observed between them.
std::optional<std::string> too_early(const LeaseRecord& before, const LeaseRecord& after) {
  // The latest instant at which it can have been taken, against the earliest at which it could have lapsed.
  const Duration since = after.written().end - before.written().begin;
  if (since >= before.duration) return std::nullopt;
  return fmt::format("{} took the Lease at most {} after {} had renewed it, which holds it for {}", who(after),
                     format_duration(since), who(before), format_duration(before.duration));
}

}  // namespace

std::string node_of_holder(const std::string& identity) { return identity.substr(0, identity.rfind('_')); }

std::vector<LeaseRecord> read_lease_records(const EventLog& events, const std::string& lease, Instant until) {
  std::vector<LeaseRecord> records;
  for (const Event& event : events.events) {
    if (event.type != event_type::lease_observed || event.at > until || json_text(event.data, "/lease") != lease)
      continue;
    if (auto record = read_record(event)) records.push_back(std::move(*record));
  }
  // Streams of several API servers tell the same; the first to tell a version bounds when it was written.
  std::stable_sort(records.begin(), records.end(), [](const LeaseRecord& a, const LeaseRecord& b) {
    return a.version != b.version ? a.version < b.version : a.seen < b.seen;
  });
  records.erase(std::unique(records.begin(), records.end(),
                            [](const LeaseRecord& a, const LeaseRecord& b) { return a.version == b.version; }),
                records.end());
  mark_gaps(events, records);
  return records;
}

std::vector<Reign> reigns_of(const std::vector<LeaseRecord>& records) {
  std::vector<Reign> reigns;
  const LeaseRecord* before = nullptr;
  for (const LeaseRecord& record : records) {
    if (record.holder.empty()) {
      if (!reigns.empty() && !reigns.back().released) {
        reigns.back().released = true;
        reigns.back().confirmed = record.written();
      }
    } else {
      if (before == nullptr || reigns.empty() || !same_reign(*before, record))
        reigns.push_back(begin_reign(record, reigns.empty()));
      confirm(reigns.back(), record);
    }
    before = &record;
  }
  return reigns;
}

Interval free_from(const Reign& reign) {
  if (reign.released) return reign.confirmed;
  return {reign.confirmed.begin + reign.lease, reign.confirmed.end + reign.lease};
}

namespace {

/// Follows the versions in order.
class SafetyWalk {
 public:
  void take(const LeaseRecord& record) {
    if (record.holder.empty()) {
      if (before_ != nullptr && !before_->holder.empty()) end_reign(*before_);
    } else if (over_.contains({record.holder, record.transitions})) {
      safety_.violations.push_back(fmt::format("{} renewed the Lease after {}", who(record), loss(*before_)));
    } else if (before_ != nullptr && !before_->holder.empty() && !same_reign(*before_, record)) {
      end_reign(*before_);
      take_over(*before_, record);
    }
    before_ = &record;
  }

  LeaseSafety result() && { return std::move(safety_); }

 private:
  void end_reign(const LeaseRecord& last) { over_.insert({last.holder, last.transitions}); }

  static std::string loss(const LeaseRecord& before) {
    return before.holder.empty() ? "giving it up" : who(before) + " had taken it";
  }

  void take_over(const LeaseRecord& before, const LeaseRecord& after) {
    if (after.transitions <= before.transitions) {
      safety_.violations.push_back(
          fmt::format("{} took the Lease from {} without counting a transition", who(after), who(before)));
    } else {
      safety_.unseen += static_cast<std::size_t>(after.transitions - before.transitions - 1);
    }
    // Across a gap it may have been given up unseen, and then nobody has to wait.
    if (after.gap || after.transitions > before.transitions + 1) {
      ++safety_.unjudged;
      return;
    }
    ++safety_.takeovers;
    if (auto early = too_early(before, after)) safety_.violations.push_back(std::move(*early));
  }

  LeaseSafety safety_;
  const LeaseRecord* before_ = nullptr;
  std::set<std::pair<std::string, std::int64_t>> over_;  ///< reigns that have ended
};

}  // namespace

LeaseSafety judge_lease(const std::vector<LeaseRecord>& records) {
  SafetyWalk walk;
  for (const LeaseRecord& record : records) walk.take(record);
  return std::move(walk).result();
}

}  // namespace hadrill
