// Owns one watch of nodes, endpoints or pods, and what of it is news: an event for each change that matters to users.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "history/event.hpp"
#include "probe/list_watch.hpp"
#include "probe/workload_object.hpp"

namespace hadrill {

class WorkloadWatcher final : public ListWatch {
 public:
  /// The API server sends a bookmark about every minute where nothing else happens.
  static constexpr Duration kSilenceTimeout = std::chrono::seconds(100);
  /// A node or pod is below 20 kB, a slice of 100 endpoints below 50 kB.
  static constexpr std::size_t kLongestLine = 1024UL * 1024;
  /// A stream that goes on where one ended tells first, and at once, what changed in between.
  static constexpr Duration kCatchUp = std::chrono::seconds(1);
  using Sink = std::function<void(const Event&)>;

  /// `base`: where the API is asked. What is there at the first list is told as well.
  WorkloadWatcher(std::string base, WorkloadKind kind, const std::string& namespace_, Sink sink)
      : ListWatch(std::move(base), workload_path(kind, namespace_), kSilenceTimeout, kLongestLine),
        kind_(kind),
        sink_(std::move(sink)) {}

 private:
  using States = std::map<std::string, Json>;  ///< facts by key

  std::optional<std::int64_t> take_list(const std::string& body, Instant at) override;
  std::optional<Line> take_object(std::string_view line, Instant at) override;
  void stream(const char* state, std::int64_t version, const std::string& reason, Instant at) override;

  /// The object is this now.
  void replace(const std::string& object, const std::vector<WorkloadState>& states, Instant at);
  void tell(Json facts, bool gone, Instant at) const;

  WorkloadKind kind_;
  Sink sink_;
  std::map<std::string, States> objects_;
  /// Until when everything was told.
  std::optional<Instant> told_until_;
  bool from_list_ = false;
  /// The same when the last stream ended, and until when one that goes on from there may be making up for the gap.
  std::optional<Instant> ended_from_;
  Instant catching_up_until_{};
};

}  // namespace hadrill
