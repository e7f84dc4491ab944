#include "audit/watches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "audit/describe.hpp"
#include "audit/stalls.hpp"
#include "base/duration.hpp"

namespace hadrill::audit {
namespace {

/// Versions (begin, end] of which a watcher has to have had every event.
struct Range {
  Version begin = 0;
  Version end = 0;
};

/// Follows what one watcher was told, in order.
class Follower {
 public:
  Follower(const Facts& facts, std::uint16_t vantage, FindingList& findings)
      : facts_(facts), findings_(findings), describe_(facts.history) {
    result_.vantage = vantage;
  }

  void take(const WatchRecord& record) {
    switch (record.step) {
      case WatchStep::requested:
        return requested(record);
      case WatchStep::added:
      case WatchStep::modified:
      case WatchStep::deleted:
        ++result_.events;
        heard(record);
        return event(record);
      case WatchStep::bookmark:
        ++result_.bookmarks;
        heard(record);
        return bookmark(record);
      case WatchStep::closed:
        ++result_.closes;
        if (alive_ && !broke_) broke_ = record.at;
        alive_ = false;
        return;
      case WatchStep::stopped:
        return;
      case WatchStep::expired:
        ++result_.expired;
        expired_ = true;
        return;
    }
  }

  /// `by_version`: every version of ours that existed, of all objects.
  WatcherResult finish(const std::vector<const KnownVersion*>& by_version) {
    if (broke_) ++result_.open_gaps;
    for (const Range& range : ranges_) check_range(range, by_version);
    count_deliveries();
    result_.gaps = statistics_of(std::move(gaps_));
    return result_;
  }

 private:
  void requested(const WatchRecord& record) {
    ++result_.requests;
    if (ranges_.empty() || record.version != ranges_.back().end) {
      // Elsewhere than where it was: after a list, or because it did not go on from the end.
      if (!ranges_.empty() && record.version < ranges_.back().end) seen_.clear();
      if (!ranges_.empty() && expired_) skipped_.push_back({ranges_.back().end, record.version});
      ranges_.push_back({record.version, record.version});
    }
    expired_ = false;
    told_ = nullptr;
  }

  void heard(const WatchRecord& record) {
    alive_ = true;
    if (ranges_.empty()) ranges_.push_back({record.version - 1, record.version - 1});
    if (!broke_) return;
    gaps_.push_back(record.at - *broke_);
    broke_.reset();
  }

  void event(const WatchRecord& record) {
    check_type(record);
    Range& range = ranges_.back();
    const bool is_new = seen_.insert(record.version).second;
    if (record.version > range.end) {
      range.end = record.version;
    } else {
      repeat(record, is_new);
    }
    told_ = &record;
    if (seen_ever_.insert(record.version).second) delivered_.push_back(&record);
  }

  void bookmark(const WatchRecord& record) {
    Range& range = ranges_.back();
    if (record.version < range.end) repeat(record, true);
    range.end = std::max(range.end, record.version);
    told_ = &record;
  }

  /// Something that is not newer than what was told before.
  void repeat(const WatchRecord& record, bool is_new) {
    const Violation violation = is_new ? Violation::watch_disorder : Violation::watch_duplicate;
    findings_.add(violation, [&] {
      AuditFinding finding{{},
                           fmt::format("{} came although everything up to version {} had been told", describe_(record),
                                       ranges_.back().end),
                           {record.line}};
      if (told_ != nullptr) {
        finding.text += fmt::format("; the last before was {}", describe_(*told_));
        finding.lines.push_back(told_->line);
      }
      finding.text += ".";
      return finding;
    });
  }

  void check_type(const WatchRecord& record) {
    const bool ours = record.id > 0 && record.id <= static_cast<WriteId>(facts_.history.writes.size());
    const bool creates = ours && facts_.write(record.id).precondition == 0;
    const bool right = record.step != WatchStep::deleted && (!ours || creates == (record.step == WatchStep::added));
    if (right) return;
    findings_.add(Violation::watch_wrong_event, [&] {
      const std::string why = record.step == WatchStep::deleted ? std::string("nobody deleted it")
                                                                : "it belongs to " + describe_(facts_.write(record.id));
      return AuditFinding{{}, fmt::format("{}, but {}.", describe_(record), why), {record.line}};
    });
  }

  void check_range(const Range& range, const std::vector<const KnownVersion*>& by_version) {
    const auto above = [](Version version, const KnownVersion* known) { return version < known->version; };
    auto next = std::upper_bound(by_version.begin(), by_version.end(), range.begin, above);
    for (; next != by_version.end() && (*next)->version <= range.end; ++next) {
      if (!seen_ever_.contains((*next)->version)) gap(**next);
    }
  }

  void gap(const KnownVersion& known) {
    findings_.add(Violation::watch_gap, [&] {
      const Write& write = facts_.write(known.id);
      const auto after = std::find_if(delivered_.begin(), delivered_.end(),
                                      [&](const WatchRecord* record) { return record->version > known.version; });
      AuditFinding finding{
          {},
          fmt::format("{} was never told about {} (version {})", watcher(), describe_(write), known.version),
          {write.line}};
      if (after != delivered_.end()) {
        finding.text += fmt::format(", but about what came after: {}", describe_(**after));
        finding.lines.push_back((*after)->line);
      }
      finding.text += ".";
      return finding;
    });
  }

  std::string watcher() const {
    const auto& vantages = facts_.history.header.vantages;
    return result_.vantage < vantages.size() ? vantages[result_.vantage].name : std::string("a watcher");
  }

  /// Newer than where it first began, and not passed over after a 410, when a list tells where things stand.
  bool is_owed(Version version) const {
    return version > ranges_.front().begin &&
           std::none_of(skipped_.begin(), skipped_.end(),
                        [version](const Range& range) { return version > range.begin && version <= range.end; });
  }

  void count_deliveries() {
    if (ranges_.empty()) return;
    std::vector<Duration> latencies;
    for (const WatchRecord* record : delivered_) {
      if (record->id == 0 || record->id > static_cast<WriteId>(facts_.history.writes.size())) continue;
      const Write& write = facts_.write(record->id);
      if (write.outcome != WriteOutcome::acknowledged || write.version != record->version) continue;
      if (write.version <= ranges_.front().begin) continue;
      latencies.push_back(std::max(record->at - write.returned, Duration::zero()));
    }
    for (const Write& write : facts_.history.writes) {
      if (write.outcome == WriteOutcome::acknowledged && is_owed(write.version)) ++result_.owed;
    }
    result_.delivered = latencies.size();
    result_.delivery = statistics_of(std::move(latencies));
  }

  const Facts& facts_;
  FindingList& findings_;
  Describer describe_;
  WatcherResult result_;
  std::vector<Range> ranges_;
  std::vector<Range> skipped_;        ///< from the last event before a 410 to the list after it
  bool expired_ = false;              ///< a 410 came since the last request
  std::unordered_set<Version> seen_;  ///< events since it last began further back
  std::unordered_set<Version> seen_ever_;
  std::vector<const WatchRecord*> delivered_;  ///< events, each version once, in order
  std::vector<Duration> gaps_;
  std::optional<Instant> broke_;       ///< the stream ended and nothing has come since
  bool alive_ = false;                 ///< this stream has told something
  const WatchRecord* told_ = nullptr;  ///< on this stream
};

std::vector<const KnownVersion*> ours_by_version(const Facts& facts) {
  std::vector<const KnownVersion*> versions;
  for (const KnownVersion& version : facts.versions) {
    if (version.id != 0) versions.push_back(&version);
  }
  std::sort(versions.begin(), versions.end(),
            [](const KnownVersion* a, const KnownVersion* b) { return a->version < b->version; });
  return versions;
}

}  // namespace

std::vector<WatcherResult> check_watches(const Facts& facts, const WatchLimits& limits, FindingList& findings) {
  const std::vector<const KnownVersion*> by_version = ours_by_version(facts);
  const auto& vantages = facts.history.header.vantages;
  std::vector<std::vector<const WatchRecord*>> records(vantages.size());
  for (const WatchRecord& record : facts.history.watches) records[record.vantage].push_back(&record);
  std::vector<WatcherResult> results;
  for (std::size_t i = 0; i < vantages.size(); ++i) {
    if (!vantages[i].watches) continue;
    const auto vantage = static_cast<std::uint16_t>(i);
    Follower follower(facts, vantage, findings);
    for (const WatchRecord* record : records[vantage]) follower.take(*record);
    results.push_back(follower.finish(by_version));
    results.back().longest_stall = check_stalls(facts, vantage, records[vantage], limits.stall, findings);
  }
  return results;
}

}  // namespace hadrill::audit
