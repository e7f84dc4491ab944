// The checks against real time: nothing that began after a version was known may fall behind it.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "audit/describe.hpp"
#include "audit/oracles.hpp"

namespace hadrill::audit {
namespace {

/// Of one object or of all: the greatest version known before an instant that only moves forward.
class KnownBefore {
 public:
  /// `versions`: by known_by.
  explicit KnownBefore(std::vector<KnownVersion> versions) : versions_(std::move(versions)) {}

  /// nullptr: nothing was known yet.
  const KnownVersion* advance(Instant to) {
    for (; next_ < versions_.size() && versions_[next_].known_by < to; ++next_) {
      if (greatest_ == nullptr || versions_[next_].version > greatest_->version) greatest_ = &versions_[next_];
    }
    return greatest_;
  }

 private:
  std::vector<KnownVersion> versions_;
  std::size_t next_ = 0;
  const KnownVersion* greatest_ = nullptr;
};

std::vector<KnownVersion> by_known_instant(std::vector<KnownVersion> versions) {
  // What nobody of us wrote is a finding by itself; what it displaces need not be told again.
  std::erase_if(versions, [](const KnownVersion& version) { return version.id == 0; });
  std::sort(versions.begin(), versions.end(),
            [](const KnownVersion& a, const KnownVersion& b) { return a.known_by < b.known_by; });
  return versions;
}

AuditFinding behind(const Describer& describe, const std::string& what, std::uint32_t line, const KnownVersion& known) {
  return {{},
          fmt::format("{} is behind version {} of {}, which was known {} from {}.", what, known.version,
                      object_name(known.object), describe.at(known.known_by), describe(known.known_from)),
          {line, describe.line_of(known.known_from)}};
}

/// The same as versions that are known from their acknowledgement, which may be later than their first sighting.
std::vector<KnownVersion> acknowledged(const Facts& facts, std::span<const KnownVersion> versions) {
  std::vector<KnownVersion> acknowledged;
  for (KnownVersion version : versions) {
    if (version.id == 0 || facts.write(version.id).outcome != WriteOutcome::acknowledged) continue;
    version.known_by = facts.write(version.id).returned;
    acknowledged.push_back(version);
  }
  return acknowledged;
}

/// `missed`: the greatest version acknowledged before the read, if any; `known`: the greatest known by anybody.
void report_read(const Facts& facts, const ReadFact& read, const KnownVersion* missed, const KnownVersion& known,
                 FindingList& findings) {
  const Describer describe(facts.history);
  const std::uint32_t line = describe.line_of(read.source);
  const auto what = [&] {
    const std::string text = describe(read.source);
    if (read.source.kind != OperationRef::Kind::list) return text;
    return text + (read.version == 0 ? fmt::format(" without {}", object_name(read.object))
                                     : fmt::format(" with version {} of {}", read.version, object_name(read.object)));
  };
  if (missed == nullptr || missed->version <= read.version) {
    return findings.add(Violation::reads_went_back, [&] { return behind(describe, what(), line, known); });
  }
  findings.add(Violation::stale_read, [&] {
    const Write& write = facts.write(missed->id);
    return AuditFinding{{},
                        fmt::format("{} missed {}, acknowledged before the read began.", what(), describe(write)),
                        {line, write.line, write.returned_line}};
  });
}

}  // namespace

void check_version_order(const Facts& facts, FindingList& findings) {
  const Describer describe(facts.history);
  std::vector<const Write*> writes;
  for (const Write& write : facts.history.writes) {
    if (facts.applied[static_cast<std::size_t>(write.id - 1)] > 0) writes.push_back(&write);
  }
  std::sort(writes.begin(), writes.end(), [](const Write* a, const Write* b) { return a->invoked < b->invoked; });
  KnownBefore known_before(by_known_instant(facts.versions));
  for (const Write* write : writes) {
    const Version version = facts.applied[static_cast<std::size_t>(write->id - 1)];
    if (version <= write->precondition) {
      findings.add(Violation::version_order, [&] {
        return AuditFinding{{}, fmt::format("{} did not make the version grow.", describe(*write)), {write->line}};
      });
    }
    const KnownVersion* known = known_before.advance(write->invoked);
    if (known == nullptr || version > known->version) continue;
    findings.add(Violation::version_order, [&] { return behind(describe, describe(*write), write->line, *known); });
  }
}

void check_reads(const Facts& facts, const LostWrites& lost, FindingList& findings) {
  for (ObjectNumber object = 0; object < facts.objects; ++object) {
    const auto versions = facts.versions_of(object);
    KnownBefore known_before(by_known_instant({versions.begin(), versions.end()}));
    KnownBefore acknowledged_before(by_known_instant(acknowledged(facts, versions)));
    for (const ReadFact& read : facts.reads_of(object)) {
      const KnownVersion* known = known_before.advance(read.invoked);
      const KnownVersion* missed = acknowledged_before.advance(read.invoked);
      if (known == nullptr || read.version >= known->version) continue;
      if (read.final && lost.objects[object]) continue;
      report_read(facts, read, missed, *known, findings);
    }
  }
}

void check_lists(const Facts& facts, FindingList& findings) {
  const Describer describe(facts.history);
  std::vector<const List*> lists;
  for (const List& list : facts.history.lists) lists.push_back(&list);
  std::sort(lists.begin(), lists.end(), [](const List* a, const List* b) { return a->invoked < b->invoked; });
  KnownBefore known_before(by_known_instant(facts.versions));
  for (const List* list : lists) {
    const KnownVersion* known = known_before.advance(list->invoked);
    if (known != nullptr && list->version < known->version) {
      findings.add(Violation::list_disagrees, [&] { return behind(describe, describe(*list), list->line, *known); });
    }
    for (const ListItem& item : list->items) {
      if (item.version <= list->version) continue;
      findings.add(Violation::list_disagrees, [&] {
        return AuditFinding{{},
                            fmt::format("{} holds {} at version {}, which is newer than the list.", describe(*list),
                                        object_name(item.object), item.version),
                            {list->line}};
      });
    }
  }
}

}  // namespace hadrill::audit
