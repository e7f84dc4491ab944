#include "audit/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "audit/describe.hpp"

namespace hadrill::audit {
namespace {

/// One look at a value. Acknowledgements are looks too: they tell the version.
struct Sighting {
  Version version = 0;
  WriteId id = 0;
  Instant at;
  OperationRef source;
  ObjectNumber object = 0;
};

OperationRef ref(OperationRef::Kind kind, std::size_t index) { return {kind, static_cast<std::uint32_t>(index)}; }

class Gatherer {
 public:
  Gatherer(const OperationHistory& history, FindingList& findings)
      : facts_{history, {}, {}, std::vector<Version>(history.writes.size(), 0), 0, {}, {}},
        findings_(findings),
        describe_(history) {}

  Facts gather() && {
    look_at_writes();
    look_at_reads();
    look_at_lists();
    look_at_watches();
    settle_versions();
    std::sort(facts_.reads.begin(), facts_.reads.end(), [](const ReadFact& a, const ReadFact& b) {
      return std::tie(a.object, a.invoked) < std::tie(b.object, b.invoked);
    });
    index();
    return std::move(facts_);
  }

 private:
  using Kind = OperationRef::Kind;

  void see(const Sighting& sighting) {
    facts_.objects = std::max(facts_.objects, sighting.object + 1);
    Sighting known = sighting;
    if (!is_ours(sighting)) {
      known.id = 0;
      findings_.add(Violation::foreign_value, [&] {
        return AuditFinding{{},
                            fmt::format("version {} of {} was made by no write of this run: seen in {}.",
                                        sighting.version, object_name(sighting.object), describe_(sighting.source)),
                            {describe_.line_of(sighting.source)}};
      });
    } else {
      check_time(sighting);
    }
    sightings_.push_back(known);
  }

  bool is_ours(const Sighting& sighting) const {
    return sighting.id > 0 && sighting.id <= static_cast<WriteId>(facts_.history.writes.size()) &&
           facts_.write(sighting.id).object == sighting.object;
  }

  void check_time(const Sighting& sighting) {
    const Write& write = facts_.write(sighting.id);
    if (sighting.at >= write.invoked) return;
    findings_.add(Violation::seen_before_written, [&] {
      return AuditFinding{
          {},
          fmt::format("the value of {} was seen before: in {}.", describe_(write), describe_(sighting.source)),
          {write.line, describe_.line_of(sighting.source)}};
    });
  }

  void look_at_writes() {
    const auto& writes = facts_.history.writes;
    for (std::size_t i = 0; i < writes.size(); ++i) {
      facts_.objects = std::max(facts_.objects, writes[i].object + 1);
      if (writes[i].outcome != WriteOutcome::acknowledged) continue;
      see({writes[i].version, writes[i].id, writes[i].returned, ref(Kind::write, i), writes[i].object});
    }
  }

  void look_at_reads() {
    const auto& reads = facts_.history.reads;
    for (std::size_t i = 0; i < reads.size(); ++i) {
      const Read& read = reads[i];
      facts_.objects = std::max(facts_.objects, read.object + 1);
      facts_.reads.push_back(
          {read.version, read.invoked, ref(Kind::read, i), read.object, read.purpose == ReadPurpose::final});
      if (read.version > 0) see({read.version, read.id, read.returned, ref(Kind::read, i), read.object});
    }
  }

  void look_at_lists() {
    const auto& lists = facts_.history.lists;
    std::vector<bool> there(facts_.history.header.listed);
    for (std::size_t i = 0; i < lists.size(); ++i) {
      const List& list = lists[i];
      std::fill(there.begin(), there.end(), false);
      for (const ListItem& item : list.items) {
        if (item.object < there.size()) there[item.object] = true;
        see({item.version, item.id, list.returned, ref(Kind::list, i), item.object});
        facts_.reads.push_back({item.version, list.invoked, ref(Kind::list, i), item.object, false});
      }
      if (list.scope != ListScope::listed) continue;
      for (ObjectNumber object = 0; object < there.size(); ++object) {
        if (there[object]) continue;
        facts_.objects = std::max(facts_.objects, object + 1);
        facts_.reads.push_back({0, list.invoked, ref(Kind::list, i), object, false});
      }
    }
  }

  void look_at_watches() {
    const auto& watches = facts_.history.watches;
    for (std::size_t i = 0; i < watches.size(); ++i) {
      const WatchRecord& record = watches[i];
      // A deletion has a version of its own and the value of the last write.
      if (!record.is_event() || record.step == WatchStep::deleted) continue;
      see({record.version, record.id, record.at, ref(Kind::watch, i), record.object});
    }
  }

  /// One KnownVersion per version, with its earliest sighting; the write of each version and the version of each write.
  void settle_versions() {
    std::sort(sightings_.begin(), sightings_.end(), [](const Sighting& a, const Sighting& b) {
      return std::tie(a.object, a.version, a.at) < std::tie(b.object, b.version, b.at);
    });
    for (const Sighting& sighting : sightings_) {
      const bool known = !facts_.versions.empty() && facts_.versions.back().object == sighting.object &&
                         facts_.versions.back().version == sighting.version;
      if (!known) {
        facts_.versions.push_back({sighting.version, sighting.id, sighting.at, sighting.source, sighting.object});
        bind(sighting);
      } else if (facts_.versions.back().id != sighting.id) {
        two_values(facts_.versions.back(), sighting);
        // What the version of a foreign value was is clear as soon as one of ours has it.
        if (facts_.versions.back().id == 0) facts_.versions.back().id = sighting.id;
        bind(sighting);
      }
    }
    sightings_ = {};
  }

  void bind(const Sighting& sighting) {
    if (sighting.id == 0) return;
    Version& version = facts_.applied[static_cast<std::size_t>(sighting.id - 1)];
    const Write& write = facts_.write(sighting.id);
    if (version == 0) {
      version = sighting.version;
      if (write.outcome == WriteOutcome::refused) refused_applied(write, sighting);
      return;
    }
    if (version == sighting.version) return;
    findings_.add(Violation::two_versions, [&] {
      return AuditFinding{{},
                          fmt::format("the value of {} has two versions: {}, and {} in {}.", describe_(write), version,
                                      sighting.version, describe_(sighting.source)),
                          {write.line, describe_.line_of(sighting.source)}};
    });
  }

  void refused_applied(const Write& write, const Sighting& sighting) {
    findings_.add(Violation::refused_applied, [&] {
      return AuditFinding{{},
                          fmt::format("{} happened all the same: its value was seen in {}.", describe_(write),
                                      describe_(sighting.source)),
                          {write.line, describe_.line_of(sighting.source)}};
    });
  }

  void two_values(const KnownVersion& known, const Sighting& sighting) {
    findings_.add(Violation::two_versions, [&] {
      return AuditFinding{{},
                          fmt::format("version {} of {} has two values: that of write {} in {}, and that of write {} "
                                      "in {}.",
                                      known.version, object_name(known.object), known.id, describe_(known.known_from),
                                      sighting.id, describe_(sighting.source)),
                          {describe_.line_of(known.known_from), describe_.line_of(sighting.source)}};
    });
  }

  template <typename Entry>
  static std::vector<std::uint32_t> firsts(const std::vector<Entry>& entries, ObjectNumber objects) {
    std::vector<std::uint32_t> first(objects + 1, 0);
    for (const Entry& entry : entries) ++first[entry.object + 1];
    for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
    return first;
  }

  void index() {
    facts_.first_version = firsts(facts_.versions, facts_.objects);
    facts_.first_read = firsts(facts_.reads, facts_.objects);
  }

  Facts facts_;
  FindingList& findings_;
  Describer describe_;
  std::vector<Sighting> sightings_;
};

template <typename Entry>
std::span<const Entry> slice(const std::vector<Entry>& entries, const std::vector<std::uint32_t>& first,
                             ObjectNumber object) {
  return std::span(entries).subspan(first[object], first[object + 1] - first[object]);
}

}  // namespace

std::span<const KnownVersion> Facts::versions_of(ObjectNumber object) const {
  return slice(versions, first_version, object);
}

std::span<const ReadFact> Facts::reads_of(ObjectNumber object) const { return slice(reads, first_read, object); }

Facts gather_facts(const OperationHistory& history, FindingList& findings) {
  return Gatherer(history, findings).gather();
}

}  // namespace hadrill::audit
