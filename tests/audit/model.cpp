#include "audit/model.hpp"

#include <algorithm>

namespace hadrill::test {
namespace {

constexpr std::uint16_t kLb = 0;
constexpr std::uint16_t kDirect1 = 1;
constexpr std::uint16_t kFinal1 = 3;
constexpr std::uint16_t kFirstWatcher = 5;
constexpr std::uint16_t kWatchers = 3;
constexpr std::uint16_t kConflict = 409;

}  // namespace

Model::Model(const ModelOptions& options)
    : options_(options), random_(options.seed), objects_(options.objects), left_(options.writes) {
  history_.header = {"r1",
                     "ns",
                     {"n1", "n2"},
                     {{"api.write", "lb", 0, false},
                      {"api.direct.n1", "n1", 1, false},
                      {"api.direct.n2", "n2", 2, false},
                      {"final.n1", "n1", 1, false},
                      {"final.n2", "n2", 2, false},
                      {"api.watch", "lb", 0, true},
                      {"watch.n1", "n1", 1, true},
                      {"watch.n2", "n2", 2, true}},
                     options.objects / 2};
}

std::int64_t Model::draw(std::int64_t least, std::int64_t most) {
  return least + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most - least + 1));
}

bool Model::strike(Defect defect, int percent) {
  if (options_.defect != defect || struck_ || !chance(percent)) return false;
  struck_ = true;
  return true;
}

OperationHistory Model::run() {
  Instant now{1'000'000'000};
  revisions_.emplace_back(now, revision_);
  for (int i = 0; i < options_.writes; ++i) {
    now = soon(now, 10);
    later(now, [this, now] { start_write(now); });
    if (chance(60)) {
      later(now, [this, now] {
        start_read(now, static_cast<ObjectNumber>(draw(0, options_.objects - 1)), ReadPurpose::probe,
                   static_cast<std::uint16_t>(kDirect1 + draw(0, 1)));
      });
    }
    if (chance(10)) later(now, [this, now] { start_list(now); });
  }
  while (!agenda_.empty()) {
    const auto first = agenda_.begin();
    end_ = first->first;
    const auto act = std::move(first->second);
    agenda_.erase(first);
    act();
  }
  finish();
  return std::move(history_);
}

/// Of a free object if there is one; one in doubt is read first.
void Model::start_write(Instant now) {
  const auto first = static_cast<ObjectNumber>(draw(0, options_.objects - 1));
  for (ObjectNumber i = 0; i < options_.objects; ++i) {
    const ObjectNumber object = (first + i) % options_.objects;
    if (objects_[object].busy) continue;
    objects_[object].busy = true;
    if (objects_[object].doubtful) return start_read(now, object, ReadPurpose::recovery, kLb);
    return send_write(now, object);
  }
}

void Model::send_write(Instant now, ObjectNumber number) {
  Object& object = objects_[number];
  Write write;
  write.id = static_cast<WriteId>(history_.writes.size()) + 1;
  write.object = number;
  write.precondition = object.believed;
  write.invoked = now;
  const bool settled = object.pending == 0 && object.now.version == object.believed && object.now.version > 0;
  if (settled && object.before.version > 0 && strike(Defect::ignore_version)) {
    write.precondition = object.before.version;
    rogue_.insert(write.id);
  }
  history_.writes.push_back(write);
  const WriteId id = write.id;
  const Instant at = soon(now, 10);
  const Instant back = soon(at, 10);
  if (settled && strike(Defect::refuse_for_fun))
    return later(back, [=, this] { end_write(back, id, WriteOutcome::refused, 0, kConflict); });
  const auto fate = draw(1, 100);
  if (fate <= 80 || rogue_.contains(id)) return later(at, [=, this] { effect(at, id, true); });
  if (fate <= 86) {
    if (settled && strike(Defect::apply_refused)) later(at, [=, this] { effect(at, id, false); });
    return later(back, [=, this] { end_write(back, id, WriteOutcome::refused); });
  }
  // Nobody knows: it happens in time, late, or never.
  if (fate <= 93) {
    ++object.pending;
    later(at, [=, this] { effect(at, id, false); });
  } else if (fate <= 96) {
    ++object.pending;
    const Instant late = soon(back, 500);
    later(late, [=, this] { effect(late, id, false); });
  }
  later(back, [=, this] { end_write(back, id, WriteOutcome::indeterminate); });
}

void Model::effect(Instant now, WriteId id, bool answer) {
  const Write write = history_.writes[static_cast<std::size_t>(id - 1)];
  Object& object = objects_[write.object];
  if (!answer && object.pending > 0) --object.pending;
  const Instant back = soon(now, 10);
  if (object.now.version != write.precondition && !rogue_.contains(id)) {
    if (answer) later(back, [=, this] { end_write(back, id, WriteOutcome::refused, 0, kConflict); });
    return;
  }
  if (answer && object.now.version > 0 && strike(Defect::lose_write)) {
    const Version version = ++revision_;
    return later(back, [=, this] { end_write(back, id, WriteOutcome::acknowledged, version); });
  }
  const Version version = commit(now, object, write);
  if (answer) later(back, [=, this] { end_write(back, id, WriteOutcome::acknowledged, version); });
}

Version Model::commit(Instant now, Object& object, const Write& write) {
  // Other objects are written too.
  revision_ += draw(1, 3);
  Version version = revision_;
  // Below a version of another object that was acknowledged before this write began.
  const bool occasion =
      write.precondition == 0 && std::any_of(objects_.begin(), objects_.end(),
                                             [&](const Object& one) { return one.now.acknowledged < write.invoked; });
  if (occasion && strike(Defect::version_back, 100)) version = 500;
  object.before = object.now;
  object.now = {version, write.id, kLatest};
  commits_.push_back({now, version, write.object, write.id, write.precondition == 0});
  revisions_.emplace_back(now, revision_);
  return version;
}

void Model::end_write(Instant now, WriteId id, WriteOutcome outcome, Version version, std::uint16_t status) {
  Write& write = history_.writes[static_cast<std::size_t>(id - 1)];
  write.returned = now;
  write.returned_line = 1;
  write.outcome = outcome;
  write.version = version;
  write.status = status;
  Object& object = objects_[write.object];
  object.busy = false;
  object.doubtful = outcome == WriteOutcome::indeterminate || status == kConflict;
  if (outcome != WriteOutcome::acknowledged) return;
  object.believed = version;
  if (object.now.version == version) object.now.acknowledged = now;
}

void Model::start_read(Instant now, ObjectNumber number, ReadPurpose purpose, std::uint16_t vantage) {
  const Instant at = soon(now, 10);
  later(at, [=, this] {
    Object& object = objects_[number];
    const bool stale = object.now.acknowledged < now && strike(Defect::stale_read);
    const State found = stale ? object.before : object.now;
    const Instant back = soon(at, 10);
    Read read;
    read.object = number;
    read.purpose = purpose;
    read.vantage = vantage;
    read.version = found.version;
    read.id = found.id;
    read.invoked = now;
    read.returned = back;
    history_.reads.push_back(read);
    if (purpose != ReadPurpose::recovery) return;
    later(back, [=, this] {
      objects_[number].believed = found.version;
      objects_[number].busy = objects_[number].doubtful = false;
    });
  });
}

void Model::start_list(Instant now) {
  const Instant at = soon(now, 10);
  later(at, [=, this] {
    List list;
    list.version = revision_;
    list.invoked = now;
    list.returned = soon(at, 10);
    list.vantage = kLb;
    for (ObjectNumber object = 0; object < history_.header.listed; ++object) {
      const State& state = objects_[object].now;
      if (state.version > 0) list.items.push_back({object, state.version, state.id});
    }
    const bool known = std::any_of(objects_.begin(), objects_.end(),
                                   [&](const Object& object) { return object.now.acknowledged < now; });
    if (known && strike(Defect::stale_list)) {
      list.version = 1001;
      list.items.clear();
      list.scope = ListScope::partial;
    }
    history_.lists.push_back(list);
  });
}

/// Everything is read, and the watchers were told what they are told.
void Model::finish() {
  Instant now = end_;
  for (std::uint16_t server = 0; server < 2; ++server) {
    for (ObjectNumber object = 0; object < options_.objects; ++object) {
      now = now + std::chrono::milliseconds(1);
      const State& state = objects_[object].now;
      Read read;
      read.object = object;
      read.purpose = ReadPurpose::final;
      read.vantage = static_cast<std::uint16_t>(kFinal1 + server);
      read.version = state.version;
      read.id = state.id;
      read.invoked = now;
      read.returned = now + std::chrono::microseconds(500);
      history_.reads.push_back(read);
    }
  }
  for (std::uint16_t i = 0; i < kWatchers; ++i) watch(static_cast<std::uint16_t>(kFirstWatcher + i));
  std::uint32_t line = 1;
  for (Write& write : history_.writes) {
    write.line = ++line;
    if (write.returned_line != 0) write.returned_line = ++line;
  }
  for (Read& read : history_.reads) read.line = ++line;
  for (List& list : history_.lists) list.line = ++line;
  for (WatchRecord& record : history_.watches) record.line = ++line;
}

}  // namespace hadrill::test
