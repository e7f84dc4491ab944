#include "audit/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hadrill::audit {
namespace {

/// 1 + index of the API server that answered; 0: not known.
std::size_t server_of(const OperationHistory& history, std::uint16_t vantage, std::uint16_t server) {
  return server != 0 ? server : history.header.vantages[vantage].server;
}

void count_writes(const Facts& facts, Coverage& coverage) {
  std::vector<bool> written(facts.objects, false);
  for (const Write& write : facts.history.writes) {
    ++coverage.writes;
    written[write.object] = true;
    coverage.acknowledged += write.outcome == WriteOutcome::acknowledged ? 1 : 0;
    coverage.refused += write.outcome == WriteOutcome::refused ? 1 : 0;
    coverage.indeterminate += write.outcome == WriteOutcome::indeterminate ? 1 : 0;
    coverage.resolved += is_resolved(facts, write) ? 1 : 0;
  }
  coverage.objects = static_cast<std::size_t>(std::count(written.begin(), written.end(), true));
}

/// By object: the end of its last acknowledged write; kLatest for objects that nobody has written.
std::vector<Instant> last_acknowledged(const Facts& facts) {
  std::vector<Instant> last(facts.objects, kLatest);
  for (const Write& write : facts.history.writes) {
    Instant& at = last[write.object];
    if (at == kLatest) at = Instant{};
    if (write.outcome == WriteOutcome::acknowledged) at = std::max(at, write.returned);
  }
  return last;
}

void count_reads(const Facts& facts, Coverage& coverage) {
  const OperationHistory& history = facts.history;
  const std::vector<Instant> last = last_acknowledged(facts);
  std::vector<std::vector<bool>> read_finally(history.header.servers.size() + 1,
                                              std::vector<bool>(facts.objects, false));
  for (const Read& read : history.reads) {
    const std::size_t server = server_of(history, read.vantage, read.server);
    if (server > 0) ++coverage.servers[server - 1].reads;
    if (read.purpose == ReadPurpose::final && read.invoked > last[read.object])
      read_finally[server][read.object] = true;
  }
  for (const List& list : history.lists) {
    const std::size_t server = server_of(history, list.vantage, list.server);
    if (server > 0) ++coverage.servers[server - 1].reads;
  }
  for (std::size_t i = 0; i < coverage.servers.size(); ++i) {
    const auto& read = read_finally[i + 1];
    coverage.servers[i].final_reads = static_cast<std::size_t>(std::count(read.begin(), read.end(), true));
  }
}

}  // namespace

Coverage measure_coverage(const Facts& facts) {
  Coverage coverage;
  coverage.reads = facts.history.reads.size();
  coverage.lists = facts.history.lists.size();
  coverage.watch_events =
      static_cast<std::size_t>(std::count_if(facts.history.watches.begin(), facts.history.watches.end(),
                                             [](const WatchRecord& record) { return record.is_event(); }));
  for (const std::string& name : facts.history.header.servers) coverage.servers.push_back({name});
  count_writes(facts, coverage);
  count_reads(facts, coverage);
  return coverage;
}

std::vector<std::string> below_floors(const Coverage& coverage, const Floors& floors) {
  std::vector<std::string> missing;
  if (coverage.operations() == 0) missing.emplace_back("there are no operations");
  if (coverage.acknowledged < floors.acknowledged) {
    missing.push_back(
        fmt::format("only {} writes were acknowledged; needed: {}", coverage.acknowledged, floors.acknowledged));
  }
  if (coverage.open_share() > floors.indeterminate_share) {
    missing.push_back(fmt::format("of {} writes it is not known whether they happened, {:.0f} %; allowed: {:.0f} %",
                                  coverage.indeterminate - coverage.resolved, 100 * coverage.open_share(),
                                  100 * floors.indeterminate_share));
  }
  if (coverage.servers.empty()) missing.emplace_back("no API server was to be read at the end");
  for (const Coverage::Server& server : coverage.servers) {
    if (server.final_reads >= coverage.objects) continue;
    missing.push_back(fmt::format("only {} of {} objects were read from {} after the run", server.final_reads,
                                  coverage.objects, server.name));
  }
  return missing;
}

}  // namespace hadrill::audit
