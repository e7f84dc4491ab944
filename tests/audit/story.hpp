// Histories written down by hand. Instants are milliseconds; every operation has a line, in the order of writing.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "audit/audit.hpp"

namespace hadrill::test {

/// Vantages of every story.
enum Who : std::uint16_t { kLb, kDirect1, kDirect2, kFinal1, kFinal2, kWatchLb, kWatch1, kWatch2 };

class Story {
 public:
  Story() {
    history.header = {"r1",
                      "ns",
                      {"n1", "n2"},
                      {{"api.write", "lb", 0, false},
                       {"api.direct.n1", "n1", 1, false},
                       {"api.direct.n2", "n2", 2, false},
                       {"final.n1", "n1", 1, false},
                       {"final.n2", "n2", 2, false}},
                      0};
  }
  /// With watchers, which otherwise would be missed.
  static Story watched() {
    Story story;
    auto& vantages = story.history.header.vantages;
    vantages.push_back({"api.watch", "lb", 0, true});
    vantages.push_back({"watch.n1", "n1", 1, true});
    vantages.push_back({"watch.n2", "n2", 2, true});
    return story;
  }

  Write& write(ObjectNumber object, int from, Version precondition) {
    Write write;
    write.id = static_cast<WriteId>(history.writes.size()) + 1;
    write.object = object;
    write.precondition = precondition;
    write.invoked = at(from);
    write.line = ++line;
    history.writes.push_back(write);
    return history.writes.back();
  }
  WriteId acknowledged(ObjectNumber object, int from, int to, Version precondition, Version version,
                       std::uint16_t vantage = kLb, std::uint16_t server = 0) {
    Write& one = write(object, from, precondition);
    one.vantage = vantage;
    one.server = server;
    return end(one, to, WriteOutcome::acknowledged, version);
  }
  WriteId indeterminate(ObjectNumber object, int from, int to, Version precondition) {
    return end(write(object, from, precondition), to, WriteOutcome::indeterminate, 0);
  }
  WriteId refused(ObjectNumber object, int from, int to, Version precondition, std::uint16_t status) {
    Write& one = write(object, from, precondition);
    one.status = status;
    return end(one, to, WriteOutcome::refused, 0);
  }

  std::uint32_t read(ObjectNumber object, int from, int to, Version version, WriteId id,
                     std::uint16_t vantage = kDirect1, ReadPurpose purpose = ReadPurpose::probe) {
    Read read;
    read.object = object;
    read.invoked = at(from);
    read.returned = at(to);
    read.version = version;
    read.id = id;
    read.vantage = vantage;
    read.purpose = purpose;
    read.line = ++line;
    history.reads.push_back(read);
    return line;
  }
  /// The object as it is found at the end, from both servers.
  void final(ObjectNumber object, int from, Version version, WriteId id) {
    read(object, from, from + 1, version, id, kFinal1, ReadPurpose::final);
    read(object, from + 1, from + 2, version, id, kFinal2, ReadPurpose::final);
  }
  std::uint32_t list(int from, int to, Version version, std::vector<ListItem> items,
                     ListScope scope = ListScope::listed, std::uint16_t vantage = kLb) {
    List list;
    list.invoked = at(from);
    list.returned = at(to);
    list.version = version;
    list.items = std::move(items);
    list.scope = scope;
    list.vantage = vantage;
    list.line = ++line;
    history.lists.push_back(list);
    return line;
  }

  std::uint32_t watch(std::uint16_t vantage, WatchStep step, int when, Version version = 0, ObjectNumber object = 0,
                      WriteId id = 0, std::uint16_t server = 0) {
    WatchRecord record;
    record.vantage = vantage;
    record.step = step;
    record.at = at(when);
    record.version = version;
    record.object = object;
    record.id = id;
    record.server = server;
    record.line = ++line;
    history.watches.push_back(record);
    return line;
  }
  /// The event of a write whose version is known.
  std::uint32_t told(std::uint16_t vantage, int when, WriteId id) {
    const Write& one = history.writes.at(static_cast<std::size_t>(id - 1));
    const WatchStep step = one.precondition == 0 ? WatchStep::added : WatchStep::modified;
    return watch(vantage, step, when, one.version, one.object, id);
  }

  static Instant at(int ms) { return {std::int64_t{ms} * 1'000'000}; }
  std::uint32_t line_of(WriteId id) const { return history.writes.at(static_cast<std::size_t>(id - 1)).line; }

  OperationHistory history;
  std::uint32_t line = 1;

 private:
  WriteId end(Write& write, int to, WriteOutcome outcome, Version version) {
    write.returned = at(to);
    write.outcome = outcome;
    write.version = version;
    if (outcome == WriteOutcome::acknowledged) write.status = 200;
    write.returned_line = ++line;
    return write.id;
  }
};

/// How many findings of each kind.
using Counts = std::map<audit::Violation, std::size_t>;

inline Counts counts_of(const audit::AuditResult& result) {
  Counts counts;
  for (std::size_t i = 0; i < audit::kViolations; ++i) {
    const auto violation = static_cast<audit::Violation>(i);
    if (result.findings.count(violation) > 0) counts[violation] = result.findings.count(violation);
  }
  return counts;
}

inline Counts findings_of(const Story& story) { return counts_of(audit::audit(story.history)); }

/// Whether a finding of this kind names all these lines.
inline bool names(const Story& story, audit::Violation violation, const std::set<std::uint32_t>& lines) {
  const audit::AuditResult result = audit::audit(story.history);
  return std::any_of(
      result.findings.examples().begin(), result.findings.examples().end(), [&](const audit::AuditFinding& finding) {
        return finding.violation == violation && std::all_of(lines.begin(), lines.end(), [&](std::uint32_t line) {
                 return std::find(finding.lines.begin(), finding.lines.end(), line) != finding.lines.end();
               });
      });
}

}  // namespace hadrill::test

namespace Catch {
template <>
struct StringMaker<hadrill::test::Counts> {
  static std::string convert(const hadrill::test::Counts& counts) {
    std::string text = "{";
    for (const auto& [violation, count] : counts)
      text += " " + hadrill::audit::to_string(violation) + ":" + std::to_string(count);
    return text + " }";
  }
};
}  // namespace Catch
