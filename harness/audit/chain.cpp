// The checks of compare-and-swap: writes of one object replace each other one by one, and none is lost.
#include <fmt/format.h>

#include <algorithm>

#include "audit/describe.hpp"
#include "audit/oracles.hpp"

namespace hadrill::audit {
namespace {

/// What one write passed over is looked at for this many versions, newest first: enough to tell, whatever the history.
constexpr std::size_t kMostSkipped = 64;

/// What a write passed over: versions between its precondition and its own.
void report_skip(const Facts& facts, const Write& write, std::span<const KnownVersion> skipped, LostWrites& lost,
                 FindingList& findings) {
  const Describer describe(facts.history);
  const Write* rival = nullptr;
  for (const KnownVersion& version : skipped.last(std::min(kMostSkipped, skipped.size()))) {
    if (version.id == 0) continue;
    const Write& other = facts.write(version.id);
    if (other.precondition == write.precondition) rival = &other;
    const auto index = static_cast<std::size_t>(other.id - 1);
    if (other.outcome != WriteOutcome::acknowledged || lost.writes[index]) continue;
    lost.writes[index] = true;
    findings.add(Violation::lost_write, [&] {
      return AuditFinding{
          {},
          fmt::format("{} was overwritten as if it had never been: by {}.", describe(other), describe(write)),
          {other.line, other.returned_line, write.line}};
    });
  }
  if (rival != nullptr) {
    return findings.add(Violation::shared_precondition, [&] {
      return AuditFinding{
          {},
          fmt::format("two writes succeeded on the same version: {}, and {}.", describe(*rival), describe(write)),
          {rival->line, write.line}};
    });
  }
  findings.add(Violation::broken_chain, [&] {
    return AuditFinding{{},
                        fmt::format("{} succeeded although version {} was there by then, from {}.", describe(write),
                                    skipped.back().version, describe(skipped.back().known_from)),
                        {write.line, describe.line_of(skipped.back().known_from)}};
  });
}

void check_chain_of(const Facts& facts, ObjectNumber object, LostWrites& lost, FindingList& findings) {
  const auto versions = facts.versions_of(object);
  const auto below = [](const KnownVersion& known, Version version) { return known.version < version; };
  for (const KnownVersion& version : versions) {
    // A value with several versions is a finding already; its chain is that of the first.
    if (version.id == 0 || facts.applied[static_cast<std::size_t>(version.id - 1)] != version.version) continue;
    const Write& write = facts.write(version.id);
    const auto own = std::lower_bound(versions.begin(), versions.end(), version.version, below);
    const auto after = std::lower_bound(versions.begin(), versions.end(), write.precondition + 1, below);
    if (after < own) report_skip(facts, write, {after, own}, lost, findings);
    const bool known =
        write.precondition == 0 || (after != versions.begin() && std::prev(after)->version == write.precondition);
    if (known || write.precondition >= version.version) continue;
    findings.add(Violation::broken_chain, [&] {
      const Describer describe(facts.history);
      return AuditFinding{
          {}, fmt::format("{} succeeded on a version that nobody has ever seen.", describe(write)), {write.line}};
    });
  }
}

/// Who else may have changed an object by some instant, and beyond which version.
class Changes {
 public:
  Changes(const Facts& facts, ObjectNumber object, const std::vector<Instant>& unresolved)
      : versions_(facts.versions_of(object)), earliest_(versions_.size() + 1, kLatest) {
    for (std::size_t i = versions_.size(); i > 0; --i) {
      const WriteId id = versions_[i - 1].id;
      // When somebody else's write began is not known.
      const Instant invoked = id == 0 ? Instant{} : facts.write(id).invoked;
      earliest_[i - 1] = std::min(earliest_[i], invoked);
    }
    for (const Instant invoked : unresolved) unresolved_ = std::min(unresolved_, invoked);
    if (const auto reads = facts.reads_of(object); !reads.empty()) last_read_ = reads.back().invoked;
  }

  bool may_have_happened(Version beyond, Instant before) const {
    const auto after =
        std::upper_bound(versions_.begin(), versions_.end(), beyond,
                         [](Version version, const KnownVersion& known) { return version < known.version; });
    // Had an unresolved write happened by then, a later read would have found its value, or one written on top of it,
    // for which somebody had to see it first.
    const bool excused = unresolved_ < before && last_read_ <= before;
    return earliest_[static_cast<std::size_t>(after - versions_.begin())] < before || excused;
  }

 private:
  std::span<const KnownVersion> versions_;
  std::vector<Instant> earliest_;  ///< by version: the earliest beginning of it and all later ones
  Instant unresolved_ = kLatest;
  Instant last_read_;
};

bool claims_a_change(const Write& write) {
  constexpr int kConflict = 409;
  constexpr int kNotFound = 404;
  return write.outcome == WriteOutcome::refused &&
         (write.status == kConflict || (write.status == kNotFound && write.precondition > 0));
}

}  // namespace

void check_chain(const Facts& facts, LostWrites& lost, FindingList& findings) {
  for (ObjectNumber object = 0; object < facts.objects; ++object) check_chain_of(facts, object, lost, findings);
}

LostWrites check_lost_writes(const Facts& facts, FindingList& findings) {
  LostWrites lost{std::vector<bool>(facts.objects, false), std::vector<bool>(facts.history.writes.size(), false)};
  const Describer describe(facts.history);
  for (ObjectNumber object = 0; object < facts.objects; ++object) {
    const ReadFact* newest = nullptr;
    for (const ReadFact& read : facts.reads_of(object)) {
      if (read.final && (newest == nullptr || read.version > newest->version)) newest = &read;
    }
    if (newest == nullptr) continue;
    for (const KnownVersion& version : facts.versions_of(object)) {
      if (version.id == 0 || version.version <= newest->version) continue;
      const Write& write = facts.write(version.id);
      // One that was acknowledged only after the read began need not be in it.
      if (write.outcome != WriteOutcome::acknowledged || write.returned >= newest->invoked) continue;
      lost.objects[object] = true;
      lost.writes[static_cast<std::size_t>(write.id - 1)] = true;
      findings.add(Violation::lost_write, [&] {
        return AuditFinding{
            {},
            fmt::format("{} is in no read after the run; the newest is {}.", describe(write), describe(newest->source)),
            {write.line, write.returned_line, describe.line_of(newest->source)}};
      });
    }
  }
  return lost;
}

void check_refusals(const Facts& facts, FindingList& findings) {
  std::vector<std::vector<const Write*>> refused(facts.objects);
  std::vector<std::vector<Instant>> unresolved(facts.objects);
  for (const Write& write : facts.history.writes) {
    if (claims_a_change(write)) refused[write.object].push_back(&write);
    if (write.outcome == WriteOutcome::indeterminate && !is_resolved(facts, write))
      unresolved[write.object].push_back(write.invoked);
  }
  for (ObjectNumber object = 0; object < facts.objects; ++object) {
    if (refused[object].empty()) continue;
    const Changes changes(facts, object, unresolved[object]);
    for (const Write* write : refused[object]) {
      if (changes.may_have_happened(write->precondition, write->returned)) continue;
      findings.add(Violation::unfounded_refusal, [&] {
        const Describer describe(facts.history);
        return AuditFinding{{},
                            fmt::format("{}, but nothing else had changed the object.", describe(*write)),
                            {write->line, write->returned_line}};
      });
    }
  }
}

}  // namespace hadrill::audit
