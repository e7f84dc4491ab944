// The HTTP door for many requests, with a server played by the test: it answers, streams, hangs and breaks when it
// likes, on a manual clock.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "http/engine.hpp"
#include "support/manual_clock.hpp"

namespace hadrill::test {

class ScriptedEngine final : public http::Engine {
 public:
  explicit ScriptedEngine(ManualClock& clock) : clock_(clock) {}

  /// The server: called for each request when it arrives; it calls answer, push and break_off, now or later.
  std::function<void(std::uint64_t id, const http::Request& request)> server;

  /// A whole response after `takes`.
  void answer(std::uint64_t id, Duration takes, int status, const std::string& body) {
    at(takes, id, [=, this](Running& running) {
      if (running.request.on_body && status == 200) running.request.on_body(body, clock_.now());
      end(id, http::Ending::response, status, running.request.on_body && status == 200 ? "" : body, "");
    });
  }
  /// A piece of a stream.
  void push(std::uint64_t id, Duration takes, const std::string& piece) {
    at(takes, id, [=, this](Running& running) {
      running.last_heard = clock_.now();
      running.request.on_body(piece, clock_.now());
    });
  }
  void break_off(std::uint64_t id, Duration takes, http::Ending ending, const std::string& reason = "broken") {
    at(takes, id, [=, this](Running& /*running*/) { end(id, ending, 0, "", reason); });
  }
  /// Serial of the certificate that the server at `url_prefix` shows.
  std::map<std::string, std::string> serials;

  void start(std::uint64_t id, std::uint16_t /*lane*/, const http::Request& request) override {
    running_[id] = {request, clock_.now(), clock_.now()};
    urls.push_back(request.method + " " + request.url);
    if (server) server(id, request);
  }
  void cancel(std::uint64_t id) override {
    if (running_.contains(id)) end(id, http::Ending::other, 0, "", "cancelled");
  }
  std::size_t in_flight() const override { return running_.size(); }

  std::vector<http::Finished> drive_until(Instant deadline, const Interrupt& interrupt) override {
    if (on_drive) on_drive();
    while (finished_.empty() && !interrupt.raised() && step(deadline)) {
    }
    if (finished_.empty()) clock_.wait_until(deadline, interrupt);
    return std::exchange(finished_, {});
  }

  std::vector<std::string> urls;  ///< "METHOD URL" of every request, in order
  std::function<void()> on_drive;

 private:
  struct Running {
    http::Request request;
    Instant started;
    Instant last_heard;
  };
  struct Due {
    Instant at;
    std::uint64_t id;
    std::function<void(Running&)> act;
  };

  void at(Duration takes, std::uint64_t id, std::function<void(Running&)> act) {
    due_.push_back({clock_.now() + takes, id, std::move(act)});
  }

  /// The next thing that happens until `deadline`; false: nothing does.
  bool step(Instant deadline) {
    const auto next =
        std::min_element(due_.begin(), due_.end(), [](const Due& a, const Due& b) { return a.at < b.at; });
    const auto silent = std::min_element(running_.begin(), running_.end(), [](const auto& a, const auto& b) {
      return times_out(a.second) < times_out(b.second);
    });
    const bool timeout = silent != running_.end() && (next == due_.end() || times_out(silent->second) < next->at);
    if (timeout) {
      if (times_out(silent->second) > deadline) return false;
      move_to(times_out(silent->second));
      end(silent->first, http::Ending::timeout, 0, "", "timed out");
      return true;
    }
    if (next == due_.end() || next->at > deadline) return false;
    const Due due = *next;
    due_.erase(next);
    move_to(due.at);
    if (const auto found = running_.find(due.id); found != running_.end()) due.act(found->second);
    return true;
  }

  void move_to(Instant at) {
    if (at > clock_.now()) clock_.wait_until(at, Interrupt::never());
  }
  static Instant times_out(const Running& running) { return running.last_heard + running.request.timeout; }

  void end(std::uint64_t id, http::Ending ending, int status, std::string body, std::string reason) {
    const Running running = running_.at(id);
    running_.erase(id);
    http::Transfer transfer;
    transfer.ending = ending;
    transfer.status = status;
    transfer.body = std::move(body);
    transfer.reason = std::move(reason);
    transfer.sent = running.started;
    transfer.done = clock_.now();
    for (const auto& [prefix, serial] : serials) {
      if (running.request.url.starts_with(prefix)) transfer.certificate_serial = serial;
    }
    finished_.push_back({id, std::move(transfer)});
  }

  ManualClock& clock_;
  std::map<std::uint64_t, Running> running_;
  std::vector<Due> due_;
  std::vector<http::Finished> finished_;
};

}  // namespace hadrill::test
