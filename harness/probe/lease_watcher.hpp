// Owns one watch of the Leases by which leaders are elected, through one API server; asked for again from where it
// ended.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "history/event.hpp"
#include "probe/lease_object.hpp"
#include "probe/list_watch.hpp"

namespace hadrill {

/// Where all watchers of Leases put what they are told: each version of each Lease once, by whom it was told first.
class LeaseBook {
 public:
  using Sink = std::function<void(const Event&)>;

  /// `clock_pair` reads both clocks together: Leases are dated by the wall clock, which all kind nodes share with us.
  LeaseBook(Sink sink, std::function<ClockPair()> clock_pair)
      : sink_(std::move(sink)), clock_pair_(std::move(clock_pair)) {}

  void observed(const LeaseState& lease, const std::string& through, Instant at);
  /// `state`: "opened", "ended" or "expired"; `version`: up to which the stream has told everything.
  void stream(const std::string& through, const char* state, std::int64_t version, const std::string& reason,
              Instant at);

 private:
  Sink sink_;
  std::function<ClockPair()> clock_pair_;
  std::set<std::pair<std::string, std::int64_t>> told_;  ///< name and version
};

class LeaseWatcher final : public ListWatch {
 public:
  /// Leases of kube-system are renewed every 2 s by leaders and every 10 s by API servers, so that a stream that is
  /// alive is never silent for longer.
  static constexpr Duration kSilenceTimeout = std::chrono::seconds(15);
  /// A Lease is below 2 kB.
  static constexpr std::size_t kLongestLine = 256UL * 1024;

  /// `base`: of an API server; `through`: its node. The book must outlive the watcher.
  LeaseWatcher(std::string base, std::string through, LeaseBook& book)
      : ListWatch(std::move(base), leases_path(), kSilenceTimeout, kLongestLine),
        through_(std::move(through)),
        book_(book) {}

 private:
  std::optional<std::int64_t> take_list(const std::string& body, Instant at) override;
  std::optional<Line> take_object(std::string_view line, Instant at) override;
  void stream(const char* state, std::int64_t version, const std::string& reason, Instant at) override {
    book_.stream(through_, state, version, reason, at);
  }

  std::string through_;
  LeaseBook& book_;
};

}  // namespace hadrill
