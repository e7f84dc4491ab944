// Owns what the audit can find wrong, and the list of what it found.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hadrill::audit {

/// A promise of the API that was broken. docs/audit.md says for each why no correct cluster can do it.
enum class Violation : std::uint8_t {
  lost_write,           ///< an acknowledged write is in no final read, or was overwritten as if it had never been
  stale_read,           ///< a consistent read returned less than was acknowledged before it began
  reads_went_back,      ///< a consistent read returned less than somebody had seen before it began
  list_disagrees,       ///< a list that is older than what was known, or than an object in it
  version_order,        ///< a write got a version that is not above one known before it began, or its precondition's
  shared_precondition,  ///< two writes of one object succeeded on the same version of it
  broken_chain,         ///< a write succeeded on a version that was not the one before it
  refused_applied,      ///< a write that was refused happened
  unfounded_refusal,    ///< 409 or 404 although nothing else had changed the object
  foreign_value,        ///< a value that no write of this run made
  two_versions,         ///< a version with two values, or a write with two versions
  seen_before_written,  ///< a value was seen before its write began
  watch_gap,            ///< a watch passed over a write that happened
  watch_disorder,       ///< an event or bookmark older than what the watch had already told
  watch_duplicate,      ///< an event twice
  watch_stall,          ///< nothing from an open stream although its server knew of a write
  watch_wrong_event,    ///< the wrong type of event, or a deletion that nobody asked for
};
inline constexpr std::size_t kViolations = 17;

/// "lost_write", ... as in ids and JSON.
std::string to_string(Violation violation);

struct AuditFinding {
  Violation violation{};
  std::string text;  ///< one or two sentences that name the operations with their instants
  /// Of operations.jsonl, all that the text speaks of: enough to check it by hand.
  std::vector<std::uint32_t> lines;
};

/// Keeps the first few of each kind, counts all.
class FindingList {
 public:
  static constexpr std::size_t kExamples = 10;

  /// `describe` makes the AuditFinding; called only for those that are kept.
  template <typename Describe>
  void add(Violation violation, Describe&& describe) {
    std::size_t& count = counts_[static_cast<std::size_t>(violation)];
    if (++count > kExamples) return;
    AuditFinding finding = describe();
    finding.violation = violation;
    examples_.push_back(std::move(finding));
  }

  std::size_t count(Violation violation) const { return counts_[static_cast<std::size_t>(violation)]; }
  std::size_t total() const;
  const std::vector<AuditFinding>& examples() const { return examples_; }

 private:
  std::array<std::size_t, kViolations> counts_{};
  std::vector<AuditFinding> examples_;
};

}  // namespace hadrill::audit
