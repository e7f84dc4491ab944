// The HTTP door for many requests without a network: each request ends as its lane's script says, on a manual clock.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "http/engine.hpp"
#include "support/manual_clock.hpp"

namespace hadrill::test {

/// How a request will end: after `takes`, as `ending`. No `takes`: never.
struct Fate {
  std::optional<Duration> takes;
  http::Ending ending = http::Ending::response;
  int status = 200;
  std::string body = R"({"kind":"Namespace","metadata":{"name":"default"}})";
  bool opened_connection = false;
  std::string certificate_serial = {};
};

class FakeEngine final : public http::Engine {
 public:
  /// `fate`: of the n-th request of a lane.
  FakeEngine(ManualClock& clock, std::function<Fate(std::uint16_t lane, int n)> fate)
      : clock_(clock), fate_(std::move(fate)) {}

  void start(std::uint64_t id, std::uint16_t lane, const http::Request& request) override {
    started.push_back({lane, clock_.now(), request});
    const int n = static_cast<int>(std::count_if(started.begin(), started.end(),
                                                 [&](const Start& one) { return one.lane == lane; })) -
                  1;
    const Fate fate = fate_(lane, n);
    http::Transfer transfer;
    transfer.ending = fate.ending;
    transfer.status = fate.ending == http::Ending::response ? fate.status : 0;
    transfer.body = fate.body;
    transfer.opened_connection = fate.opened_connection;
    transfer.certificate_serial = fate.certificate_serial;
    transfer.sent = clock_.now();
    transfer.done = fate.takes ? clock_.now() + *fate.takes : Instant{INT64_MAX};
    running_.push_back({id, transfer});
  }

  std::vector<http::Finished> drive_until(Instant deadline, const Interrupt& interrupt) override {
    if (on_drive) on_drive();
    const auto next = std::min_element(running_.begin(), running_.end(),
                                       [](const auto& a, const auto& b) { return a.transfer.done < b.transfer.done; });
    std::vector<http::Finished> finished;
    if (next == running_.end() || next->transfer.done > deadline) {
      clock_.wait_until(deadline, interrupt);
      return finished;
    }
    clock_.wait_until(next->transfer.done, interrupt);
    finished.push_back(*next);
    running_.erase(next);
    return finished;
  }

  void cancel(std::uint64_t id) override {
    for (http::Finished& one : running_) {
      if (one.id != id) continue;
      one.transfer.ending = http::Ending::other;
      one.transfer.reason = "cancelled";
      one.transfer.done = clock_.now();
    }
  }

  std::size_t in_flight() const override { return running_.size(); }

  struct Start {
    std::uint16_t lane;
    Instant at;
    http::Request request;
  };
  std::vector<Start> started;
  std::function<void()> on_drive;  ///< called before each drive: a test's place to stop or to stall

 private:
  ManualClock& clock_;
  std::function<Fate(std::uint16_t, int)> fate_;
  std::vector<http::Finished> running_;
};

}  // namespace hadrill::test
