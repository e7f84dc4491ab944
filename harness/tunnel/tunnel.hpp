// Owns the way into one node: the channel to the agent there, the thread that carries streams over it, and opening it
// again when it was lost.
#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "base/interrupt.hpp"
#include "base/result.hpp"
#include "process/channel.hpp"
#include "tunnel/mux.hpp"

namespace hadrill::tunnel {

/// "10.96.0.1:443" seen from a node, or from inside a pod of it when `pod_uid` is not empty. Error: usage.
Result<agent::Destination> parse_destination(const std::string& address, std::string pod_uid = {});

struct TunnelOptions {
  std::string node;                                  ///< its name in events and errors
  Command command;                                   ///< runs `hadrill-agent tunnel` there; its timeout is not used
  Duration greet_within = std::chrono::seconds(20);  ///< starting the command and the first answer of the agent
  PulseLimits pulse;
  /// Waits before the channel is opened again: the first, doubled each time it fails, up to the longest.
  Duration reopen_first = std::chrono::milliseconds(100);
  Duration reopen_longest = std::chrono::seconds(5);
};

/// What became of the channel. Between `lost` and `reopened` nothing was seen of the node.
struct TunnelEvent {
  enum class Kind { lost, reopened };
  Kind kind = Kind::lost;
  std::string node;
  Instant at;
  std::string reason;  ///< of `lost`, in words
};

/// Called from the tunnel's thread.
using OnTunnelEvent = std::function<void(const TunnelEvent&)>;

class Tunnel {
 public:
  /// Opens the channel and waits for the agent's first word. Error: infrastructure, interrupted.
  static Result<std::unique_ptr<Tunnel>> start(TunnelOptions options, OnTunnelEvent on_event,
                                               const Interrupt& interrupt);
  /// Ends the channel, and with it every stream (Cause::channel_lost).
  ~Tunnel();
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  /// A stream to `destination`. Returns at once, whatever the state of channel and destination: the stream tells.
  /// Safe from any thread.
  std::unique_ptr<Stream> open(const agent::Destination& destination);

  /// Whether streams can be opened now.
  bool connected() const { return inbox_->is_open(); }
  /// From the harness to the agent and back, last measured.
  std::optional<Duration> round_trip() const { return pulse_->round_trip(); }
  /// How long the channel has been leaving a question unanswered.
  Duration silent() const { return pulse_->silent(MonotonicClock().now()); }
  /// Whether the thread runs before all ordinary ones (SCHED_RR), as the probers' does. Needs CAP_SYS_NICE; without it
  /// the tunnel may be late on a busy machine, which round_trip() shows.
  bool realtime_priority() const { return realtime_known_.get(); }

 private:
  /// One life of the channel.
  struct Life {
    std::unique_ptr<Channel> channel;
    std::unique_ptr<Mux> mux;
  };

  Tunnel(TunnelOptions options, OnTunnelEvent on_event);
  Result<Life> begin(const Interrupt& interrupt);
  void serve(Life life);
  /// nullopt when the tunnel is to end.
  std::optional<Life> begin_again();
  void tell(TunnelEvent::Kind kind, std::string reason);

  TunnelOptions options_;
  OnTunnelEvent on_event_;
  std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  std::shared_ptr<Pulse> pulse_ = std::make_shared<Pulse>();
  std::atomic<std::uint64_t> next_ticket_;
  std::promise<bool> realtime_;
  std::shared_future<bool> realtime_known_{realtime_.get_future()};
  Interrupt stop_;
  std::jthread thread_;
};

}  // namespace hadrill::tunnel
