// The model's watchers: each follows the commits with a random lag, is closed and resumed, has its version compacted
// away, and gets bookmarks.
#include <algorithm>

#include "audit/model.hpp"

namespace hadrill::test {

class ModelWatcher {
 public:
  ModelWatcher(Model& model, std::uint16_t vantage) : model_(model), vantage_(vantage) {}

  void run() {
    add(WatchStep::requested, seen_);
    while (next_ < model_.commits_.size()) {
      if (commit().version <= seen_) {
        ++next_;
        continue;
      }
      now_ = model_.soon(std::max(now_, commit().at), 3);
      if (model_.chance(4)) {
        reopen();
        continue;
      }
      if (model_.chance(5)) add(WatchStep::bookmark, seen_);
      if (!tell_wrongly()) tell(commit());
    }
    now_ = model_.soon(now_, 20);
    add(WatchStep::stopped);
  }

 private:
  const Model::Commit& commit(std::size_t ahead = 0) const { return model_.commits_[next_ + ahead]; }

  void add(WatchStep step, Version version = 0, ObjectNumber object = 0, WriteId id = 0) {
    model_.history_.watches.push_back({version, id, now_, 0, object, vantage_, 0, step});
  }

  /// Not before it happened.
  void add_event(const Model::Commit& commit) {
    now_ = std::max(now_, commit.at);
    add(commit.created ? WatchStep::added : WatchStep::modified, commit.version, commit.object, commit.id);
  }

  void tell(const Model::Commit& commit) {
    add_event(commit);
    if (model_.strike(Defect::repeat_event, 10)) add_event(commit);
    seen_ = commit.version;
    ++next_;
  }

  /// Defects that need the next event as well: something newer has to be told at once, or the stream might end before.
  bool tell_wrongly() {
    if (next_ + 1 >= model_.commits_.size()) return false;
    const Write& write = model_.history_.writes[static_cast<std::size_t>(commit().id - 1)];
    const bool drop = write.outcome == WriteOutcome::acknowledged && model_.strike(Defect::drop_event, 10);
    const bool swap = !drop && model_.strike(Defect::swap_events, 10);
    if (!drop && !swap) return false;
    add_event(commit(1));
    if (swap) add_event(commit());
    seen_ = commit(1).version;
    next_ += 2;
    return true;
  }

  void reopen() {
    add(WatchStep::closed);
    now_ = model_.soon(now_, 100);
    if (model_.chance(10)) {
      add(WatchStep::expired);
      List list;
      list.invoked = now_;
      list.returned = model_.soon(now_, 5);
      list.version = revision_at(now_);
      list.vantage = vantage_;
      list.scope = ListScope::partial;
      model_.history_.lists.push_back(list);
      seen_ = list.version;
      now_ = list.returned;
    }
    add(WatchStep::requested, seen_);
  }

  Version revision_at(Instant at) const {
    const auto& revisions = model_.revisions_;
    const auto after = std::upper_bound(revisions.begin(), revisions.end(), at,
                                        [](Instant when, const auto& entry) { return when < entry.first; });
    return std::prev(after)->second;
  }

  Model& model_;
  std::uint16_t vantage_;
  Instant now_{1'000'000'000};
  Version seen_ = 1000;
  std::size_t next_ = 0;
};

void Model::watch(std::uint16_t vantage) { ModelWatcher(*this, vantage).run(); }

}  // namespace hadrill::test
