// Owns the looks at one member of etcd: what it says of itself, asked for again and again.
#pragma once

#include <algorithm>
#include <functional>
#include <string>

#include "history/event.hpp"
#include "history/sample.hpp"
#include "probe/companion.hpp"

namespace hadrill {

/// The pace of the looks at each member.
struct EtcdPace {
  static constexpr Duration kFastest = std::chrono::milliseconds(100);
  static constexpr Duration kSlowest = std::chrono::seconds(10);

  /// Between two looks, whatever became of the first: the resolution of everything that is read from them. An answer
  /// costs the member no disk access and no round of raft.
  Duration period = std::chrono::milliseconds(500);

  /// `period` within the limits.
  Duration bounded() const { return std::clamp(period, kFastest, kSlowest); }
};

/// How one member is asked.
struct EtcdPlace {
  std::string node;
  std::string base;                      ///< e.g. "https://127.0.0.1:2379", as seen from the node
  http::Connector* connector = nullptr;  ///< the way there; must outlive the poller
};

/// One look at a time: while a member does not answer, nothing piles up. Every look is told, also one without an
/// answer.
class EtcdPoller final : public Companion {
 public:
  using Sink = std::function<void(const Event&)>;

  /// Of one request: a lost one must not hide for long what the next would see.
  static constexpr Duration kTimeout = std::chrono::seconds(2);

  EtcdPoller(EtcdPlace place, const EtcdPace& pace, Instant start, Sink sink)
      : place_(std::move(place)), period_(pace.bounded()), next_(start), sink_(std::move(sink)) {}

  Instant due() const override { return asking_ || stopped_ ? kLatest : next_; }
  void act(Instant now, Courier& courier) override;
  void ended(std::uint64_t ticket, const http::Transfer& transfer) override;
  bool settled() const override { return true; }
  void stop(Courier& courier) override;

 private:
  EtcdPlace place_;
  Duration period_;
  Instant next_;
  Sink sink_;
  bool asking_ = false;
  bool stopped_ = false;
  std::uint64_t ticket_ = 0;
};

/// The event of a look: `t` is when it was answered or given up.
Event etcd_look(const std::string& node, const http::Transfer& transfer);

}  // namespace hadrill
