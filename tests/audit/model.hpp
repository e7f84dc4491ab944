// A correct cluster as a model, with random clients, random failures and random delays; and the same cluster with one
// defect. What it makes is a history.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "history/operation.hpp"

namespace hadrill::test {

/// What is wrong with the cluster, once.
enum class Defect {
  none,
  lose_write,      ///< acknowledges a write and forgets it
  stale_read,      ///< answers a read with what was there before a write that was acknowledged
  stale_list,      ///< a list with an old version
  ignore_version,  ///< takes a write on a version that is not the last one
  apply_refused,   ///< carries out a write that it refused
  refuse_for_fun,  ///< answers 409 when nothing has changed
  version_back,    ///< gives a write a version that is not greater than all before
  drop_event,
  swap_events,
  repeat_event,
};

struct ModelOptions {
  std::uint64_t seed = 1;
  int writes = 200;
  ObjectNumber objects = 8;
  Defect defect = Defect::none;
};

/// One run. Every operation takes effect at one instant between its invocation and its return; an indeterminate write
/// also later, or never.
class Model {
 public:
  explicit Model(const ModelOptions& options);

  OperationHistory run();
  /// Whether the defect found an occasion.
  bool struck() const { return struck_; }

 private:
  friend class ModelWatcher;

  struct State {
    Version version = 0;
    WriteId id = 0;
    Instant acknowledged = kLatest;  ///< of this version; kLatest: not yet
  };
  struct Object {
    State now;
    State before;
    bool busy = false;      ///< somebody writes or reads it back
    bool doubtful = false;  ///< its last write is indeterminate
    int pending = 0;        ///< writes that may still happen
    Version believed = 0;   ///< what the next write goes by
  };
  struct Commit {
    Instant at;
    Version version = 0;
    ObjectNumber object = 0;
    WriteId id = 0;
    bool created = false;
  };

  std::int64_t draw(std::int64_t least, std::int64_t most);
  bool chance(int percent) { return draw(1, 100) <= percent; }
  bool strike(Defect defect, int percent = 30);
  void later(Instant at, std::function<void()> act) { agenda_.emplace(at, std::move(act)); }
  Instant soon(Instant from, int longest_ms) { return from + Duration(draw(1'000, longest_ms * 1'000'000LL)); }

  void start_write(Instant now);
  void send_write(Instant now, ObjectNumber number);
  void effect(Instant now, WriteId id, bool answer);
  Version commit(Instant now, Object& object, const Write& write);
  void end_write(Instant now, WriteId id, WriteOutcome outcome, Version version = 0, std::uint16_t status = 0);
  void start_read(Instant now, ObjectNumber number, ReadPurpose purpose, std::uint16_t vantage);
  void start_list(Instant now);
  void finish();
  void watch(std::uint16_t vantage);

  ModelOptions options_;
  std::mt19937_64 random_;
  std::multimap<Instant, std::function<void()>> agenda_;
  std::vector<Object> objects_;
  std::vector<Commit> commits_;
  std::vector<std::pair<Instant, Version>> revisions_;
  std::set<WriteId> rogue_;  ///< whose version is not looked at
  Version revision_ = 1000;
  Instant end_;
  int left_ = 0;
  bool struck_ = false;
  OperationHistory history_;
};

}  // namespace hadrill::test
