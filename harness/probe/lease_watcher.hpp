// Owns one watch of the Leases by which leaders are elected, through one API server; asked for again from where it
// ended.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "history/event.hpp"
#include "probe/companion.hpp"
#include "probe/lease_object.hpp"

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

class LeaseWatcher final : public Companion {
 public:
  /// Between the end of a stream and the next request: adds at most this to a gap in the stream.
  static constexpr Duration kPause = std::chrono::milliseconds(200);
  /// Without a byte for this long, before and after the first one, it is given up. Leases of kube-system are renewed
  /// every 2 s by leaders and every 10 s by API servers, so that a stream that is alive is never silent for longer.
  static constexpr Duration kSilenceTimeout = std::chrono::seconds(15);
  static constexpr Duration kListTimeout = std::chrono::seconds(5);
  /// A Lease is below 2 kB.
  static constexpr std::size_t kLongestLine = 256UL * 1024;

  /// `base`: of an API server; `through`: its node. The book must outlive the watcher.
  LeaseWatcher(std::string base, std::string through, LeaseBook& book)
      : base_(std::move(base)), through_(std::move(through)), book_(book) {}

  Instant due() const override;
  void act(Instant now, Courier& courier) override;
  void ended(std::uint64_t ticket, const http::Transfer& transfer) override;
  /// What slots do is nothing to wait for.
  bool settled() const override { return true; }
  void stop(Courier& courier) override;

 private:
  enum class State { idle, listing, watching };

  void list_ended(const http::Transfer& transfer);
  void watch_ended(const http::Transfer& transfer);
  void take(std::string_view piece, Instant at);
  void take_line(std::string_view line, Instant at);

  std::string base_;
  std::string through_;
  LeaseBook& book_;
  State state_ = State::idle;
  std::uint64_t ticket_ = 0;
  Instant next_;                         ///< idle: when to ask
  Instant asked_;                        ///< watching: when it was
  std::optional<std::int64_t> version_;  ///< everything up to it was told; nullopt: a list has to say
  std::string buffer_;                   ///< of a line that is not whole yet
  bool heard_ = false;
  bool expired_ = false;
  bool cancelled_ = false;
  bool stopped_ = false;
  std::string trouble_;  ///< why it is given up
};

}  // namespace hadrill
