#include "audit/stalls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "audit/describe.hpp"
#include "base/duration.hpp"

namespace hadrill::audit {
namespace {

/// An answer that proves what its server knew.
struct Proof {
  Instant at;
  Version version = 0;
  OperationRef source;
};

/// Whether an answer came on the same way and from the same server as a stream.
class SameWay {
 public:
  SameWay(const OperationHeader& header, std::uint16_t watcher, std::uint16_t stream_server)
      : header_(header), watcher_(header.vantages[watcher]), server_(stream_server) {}

  bool operator()(std::uint16_t vantage, std::uint16_t server) const {
    if (header_.vantages[vantage].endpoint != watcher_.endpoint) return false;
    // Behind an API server's own address there is only that server.
    return watcher_.server != 0 || (server_ != 0 && server == server_);
  }

 private:
  const OperationHeader& header_;
  const Vantage& watcher_;
  std::uint16_t server_;
};

OperationRef ref(OperationRef::Kind kind, std::size_t index) { return {kind, static_cast<std::uint32_t>(index)}; }

/// In order of time, each greater than all before.
std::vector<Proof> proofs_of(const OperationHistory& history, const SameWay& same_way) {
  std::vector<Proof> proofs;
  for (std::size_t i = 0; i < history.writes.size(); ++i) {
    const Write& write = history.writes[i];
    if (write.outcome == WriteOutcome::acknowledged && same_way(write.vantage, write.server))
      proofs.push_back({write.returned, write.version, ref(OperationRef::Kind::write, i)});
  }
  for (std::size_t i = 0; i < history.reads.size(); ++i) {
    const Read& read = history.reads[i];
    if (same_way(read.vantage, read.server))
      proofs.push_back({read.returned, read.version, ref(OperationRef::Kind::read, i)});
  }
  for (std::size_t i = 0; i < history.lists.size(); ++i) {
    const List& list = history.lists[i];
    if (!same_way(list.vantage, list.server)) continue;
    // The list's own version may be that of something else; only objects of ours have events here.
    for (const ListItem& item : list.items)
      proofs.push_back({list.returned, item.version, ref(OperationRef::Kind::list, i)});
  }
  std::sort(proofs.begin(), proofs.end(), [](const Proof& a, const Proof& b) { return a.at < b.at; });
  std::vector<Proof> rising;
  for (const Proof& proof : proofs) {
    if (rising.empty() || proof.version > rising.back().version) rising.push_back(proof);
  }
  return rising;
}

/// One stream, from its request to its end.
struct Stream {
  Instant opened;
  std::optional<Instant> ended;
  std::uint16_t server = 0;
  std::vector<const WatchRecord*> told;  ///< what raised its version, the request first
};

std::vector<Stream> streams_of(const std::vector<const WatchRecord*>& records) {
  std::vector<Stream> streams;
  for (const WatchRecord* record : records) {
    if (record->step == WatchStep::requested) {
      streams.push_back({record->at, std::nullopt, 0, {record}});
      continue;
    }
    if (streams.empty() || streams.back().ended) continue;
    Stream& stream = streams.back();
    if (record->is_end()) {
      stream.ended = record->at;
      stream.server = record->server;
    } else if (record->version > stream.told.back()->version) {
      stream.told.push_back(record);
    }
  }
  return streams;
}

struct Stall {
  Duration length{};
  Proof proof;
};

/// The longest silence of a stream about what was proved to be known. `proofs`: of its way.
Stall longest_stall(const Stream& stream, const std::vector<Proof>& proofs) {
  Stall longest;
  if (!stream.ended) return longest;  // a torn history; its end is not known
  const auto later = [](Instant at, const Proof& proof) { return at < proof.at; };
  auto proof = std::upper_bound(proofs.begin(), proofs.end(), stream.opened, later);
  // The newest of those before it was opened counts from its opening.
  if (proof != proofs.begin()) --proof;
  for (; proof != proofs.end() && proof->at < *stream.ended; ++proof) {
    const auto told =
        std::lower_bound(stream.told.begin(), stream.told.end(), proof->version,
                         [](const WatchRecord* record, Version version) { return record->version < version; });
    const Instant until = told == stream.told.end() ? *stream.ended : (*told)->at;
    const Duration silence = until - std::max(proof->at, stream.opened);
    if (silence > longest.length) longest = {silence, *proof};
  }
  return longest;
}

}  // namespace

Duration check_stalls(const Facts& facts, std::uint16_t vantage, const std::vector<const WatchRecord*>& records,
                      Duration limit, FindingList& findings) {
  const OperationHeader& header = facts.history.header;
  const std::vector<Stream> streams = streams_of(records);
  // Behind a load balancer proofs differ by the server of the stream.
  std::vector<std::optional<std::vector<Proof>>> proofs(header.servers.size() + 1);
  Duration longest{};
  for (const Stream& stream : streams) {
    const std::size_t key = header.vantages[vantage].server != 0 ? 0 : stream.server;
    if (!proofs[key]) proofs[key] = proofs_of(facts.history, SameWay(header, vantage, stream.server));
    const Stall stall = longest_stall(stream, *proofs[key]);
    longest = std::max(longest, stall.length);
    if (stall.length <= limit) continue;
    findings.add(Violation::watch_stall, [&] {
      const Describer describe(facts.history);
      return AuditFinding{{},
                          fmt::format("the stream of {} opened {} told nothing up to version {} for {}, although its "
                                      "server knew of it: {}.",
                                      header.vantages[vantage].name, describe.at(stream.opened), stall.proof.version,
                                      format_seconds(stall.length), describe(stall.proof.source)),
                          {stream.told.front()->line, describe.line_of(stall.proof.source)}};
    });
  }
  return longest;
}

}  // namespace hadrill::audit
