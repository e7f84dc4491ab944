// Owns what a client holds of a stream through a tunnel: a socket to connect, and the truth about how the far side
// fared.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "tunnel/near_socket.hpp"

namespace hadrill::tunnel {

enum class Phase { opening, open, ended };

/// Why a stream ended. The first six are what the destination and its network did, as a client there would have seen
/// it.
enum class Cause {
  none,          ///< it has not ended
  finished,      ///< both sides finished in order
  refused,       ///< connection refused
  unreachable,   ///< no route, network or host unreachable, or forbidden on the way
  timed_out,     ///< the far kernel gave up: no answer to connecting or to data
  reset,         ///< reset by the destination
  closed_here,   ///< the client closed its socket first
  pod_gone,      ///< no process of the pod runs on the node: this vantage point is gone
  channel_lost,  ///< the channel to the node broke, or there was none
  instrument,    ///< no socket could be had at one of the ends, or too many streams
};

/// The word of a cause in a report.
const char* to_string(Cause cause);
/// Whether the cause says nothing about the destination: such a sample is the instrument's trouble, not an outage.
bool says_nothing_of_destination(Cause cause);

struct StreamReport {
  Phase phase = Phase::opening;
  Cause cause = Cause::none;
  int error_number = 0;              ///< errno of the far side, 0 without
  std::string detail;                ///< in words, for causes of the instrument; else empty
  Instant asked;                     ///< when the client asked for the stream
  std::optional<Instant> connected;  ///< when the far side had connected, read there: no tunnel in between
  std::optional<Instant> ended;      ///< when the end was seen, where it was seen
  /// How long the channel has left a question unanswered by now, 0 when it answers. A request that timed out while this
  /// is large was not seen to fail by anybody.
  Duration channel_silent{};
};

/// Whether the channel answers, in numbers that both threads may read: a ping is sent now and then.
class Pulse {
 public:
  void asked(Instant at);
  void answered(Instant at);
  void forget();
  /// Since when the oldest unanswered question waits, 0 without one.
  Duration silent(Instant now) const;
  /// Of the last question that was answered.
  std::optional<Duration> round_trip() const;

 private:
  mutable std::mutex mutex_;
  std::optional<Instant> waiting_since_;
  std::optional<Duration> round_trip_;
};

/// What is known of one stream; written by the tunnel, read by the client.
class StreamRecord {
 public:
  explicit StreamRecord(Instant asked) { report_.asked = asked; }

  StreamReport report() const;
  void connected(Instant at);
  /// The first end counts.
  void end(Cause cause, int error_number, Instant at, std::string detail = {});
  /// The client's socket is connected with us, or will not be any more.
  void client_taken();
  bool is_client_taken() const;

 private:
  mutable std::mutex mutex_;
  StreamReport report_;
  bool client_taken_ = false;
};

class Inbox;

/// One stream, as its client holds it. It may outlive the tunnel. Dropped before its socket was connected, it gives the
/// stream up; afterwards dropping it only loses the report.
class Stream {
 public:
  Stream(std::shared_ptr<StreamRecord> record, std::shared_ptr<Pulse> pulse);
  Stream(std::uint64_t ticket, ClientSocket client, std::shared_ptr<StreamRecord> record, std::shared_ptr<Pulse> pulse,
         std::shared_ptr<Inbox> inbox);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// The socket to connect, non-blocking; the caller owns it from here on. -1 when there is none: report() tells why.
  int take_socket() { return client_.socket.release(); }
  /// What to give connect(2) with it: that succeeds at once, whatever becomes of the far side.
  const sockaddr_un& address() const { return client_.address; }
  socklen_t address_size() const { return client_.address_size; }

  StreamReport report() const;

 private:
  std::uint64_t ticket_ = 0;
  ClientSocket client_;
  std::shared_ptr<StreamRecord> record_;
  std::shared_ptr<Pulse> pulse_;
  std::shared_ptr<Inbox> inbox_;
};

}  // namespace hadrill::tunnel
