// Owns what the audit of a run is made from: every request that touched our own objects, and what watchers were told
// about them. On disk it is operations.jsonl, docs/audit.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "history/sample.hpp"

namespace hadrill {

/// A resourceVersion. The API promises that it is a number that grows with every write of any object of a type
/// (KEP-5504). 0: the object is not there.
using Version = std::int64_t;

/// Names one write within a run, counted from 1; it travels in the object that was written. 0: a value that no write of
/// this run made.
using WriteId = std::int64_t;

/// Number of one of our objects: ConfigMap register-NUMBER.
using ObjectNumber = std::uint32_t;

/// What is known about a write when its answer is there, or is not.
enum class WriteOutcome : std::uint8_t {
  acknowledged,   ///< 2xx with the object that was written: it happened
  refused,        ///< it did not happen and never will: 4xx, or no connection
  indeterminate,  ///< it may have happened, or may still: timeout, reset, 5xx, a body that is not what was asked for
};

/// A compare-and-swap of one object. Created when `precondition` is 0, replaced otherwise.
struct Write {
  WriteId id = 0;
  Version precondition = 0;  ///< the version that is to be replaced
  Version version = 0;       ///< the version it made; acknowledged ones only
  Instant invoked;           ///< it cannot have happened before
  Instant returned = kLatest;
  std::uint32_t line = 0;           ///< of its invocation in the file, counted from 1
  std::uint32_t returned_line = 0;  ///< 0: the file ends before its answer
  ObjectNumber object = 0;
  std::uint16_t vantage = 0;  ///< index into OperationHeader::vantages
  std::uint16_t server = 0;   ///< that answered: 1 + index into OperationHeader::servers; 0: unknown
  std::uint16_t status = 0;   ///< HTTP status of its answer, 0 for none
  WriteOutcome outcome = WriteOutcome::indeterminate;

  friend bool operator==(const Write&, const Write&) = default;
};

enum class ReadPurpose : std::uint8_t {
  probe,     ///< a prober's
  recovery,  ///< of an object whose last write is indeterminate
  final,     ///< after the run
};

/// A quorum read of one object that was answered; others are not recorded.
struct Read {
  Version version = 0;  ///< 0: 404, it is not there
  WriteId id = 0;
  Instant invoked;
  Instant returned;
  std::uint32_t line = 0;
  ObjectNumber object = 0;
  std::uint16_t vantage = 0;
  std::uint16_t server = 0;
  ReadPurpose purpose = ReadPurpose::probe;

  friend bool operator==(const Read&, const Read&) = default;
};

struct ListItem {
  ObjectNumber object = 0;
  Version version = 0;
  WriteId id = 0;

  friend bool operator==(const ListItem&, const ListItem&) = default;
};

enum class ListScope : std::uint8_t {
  listed,   ///< all objects below OperationHeader::listed
  partial,  ///< any of our objects: what is missing says nothing
};

/// A consistent list (without a resourceVersion in the request) that was answered.
struct List {
  Version version = 0;  ///< of the list: nothing newer than this had happened, nothing older is missing
  Instant invoked;
  Instant returned;
  std::uint32_t line = 0;
  std::uint16_t vantage = 0;
  std::uint16_t server = 0;
  ListScope scope = ListScope::listed;
  std::vector<ListItem> items;

  friend bool operator==(const List&, const List&) = default;
};

enum class WatchStep : std::uint8_t {
  requested,  ///< a watch of what is newer than `version` was asked for
  added,
  modified,
  deleted,
  bookmark,  ///< the server says that everything up to `version` was sent
  closed,    ///< the stream is over, for whatever reason but the next one
  stopped,   ///< we ended it, because the run is over
  expired,   ///< 410 Gone: `version` of the request is too old; a list has to follow
};

/// Something that happened to a watcher.
struct WatchRecord {
  Version version = 0;  ///< of the object, the bookmark or the request
  WriteId id = 0;       ///< events
  Instant at;
  std::uint32_t line = 0;
  ObjectNumber object = 0;  ///< events
  std::uint16_t vantage = 0;
  std::uint16_t server = 0;  ///< closed, stopped: who had served the stream
  WatchStep step = WatchStep::requested;

  bool is_event() const {
    return step == WatchStep::added || step == WatchStep::modified || step == WatchStep::deleted;
  }
  bool is_end() const { return step == WatchStep::closed || step == WatchStep::stopped; }
  friend bool operator==(const WatchRecord&, const WatchRecord&) = default;
};

/// Who asks, and on which way.
struct Vantage {
  std::string name;          ///< of the prober or watcher, e.g. "api.write"
  std::string endpoint;      ///< node name of what it connects to
  std::uint16_t server = 0;  ///< the API server behind that, when there is only one; 0: any, a load balancer chooses
  bool watches = false;      ///< a watcher: what it does is a stream

  friend bool operator==(const Vantage&, const Vantage&) = default;
};

struct OperationHeader {
  std::string run;                   ///< in every object, so that values of another run are told apart
  std::string name_space;            ///< of the objects
  std::vector<std::string> servers;  ///< node names of all API servers; each is to be read at the end
  std::vector<Vantage> vantages;
  ObjectNumber listed = 0;  ///< objects below this are what ListScope::listed lists

  friend bool operator==(const OperationHeader&, const OperationHeader&) = default;
};

/// A file read back. Everything is in file order, writes are by id. `dropped_bytes` > 0: the last line was torn by a
/// crash and left out.
struct OperationHistory {
  OperationHeader header;
  Instant begun;  ///< when the file was made
  std::vector<Write> writes;
  std::vector<Read> reads;
  std::vector<List> lists;
  std::vector<WatchRecord> watches;
  std::size_t dropped_bytes = 0;
};

/// "acknowledged", "refused", "indeterminate".
std::string to_string(WriteOutcome outcome);
/// "probe", "recovery", "final".
std::string to_string(ReadPurpose purpose);
/// "listed", "partial".
std::string to_string(ListScope scope);
/// "requested", "added", ...
std::string to_string(WatchStep step);

}  // namespace hadrill
