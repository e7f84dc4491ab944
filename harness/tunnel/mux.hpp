// Owns one life of a channel at the near end: the streams multiplexed over it, from the first frame until it is lost.
// Used by one thread.
#pragma once

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/interrupt.hpp"
#include "base/result.hpp"
#include "tunnel/near_stream.hpp"

namespace hadrill::tunnel {

/// When to ask whether the channel answers, and when to stop believing it.
struct PulseLimits {
  Duration ask_every = std::chrono::milliseconds(500);
  Duration silent_at_most = std::chrono::seconds(30);
};

/// The first ticket a stream may have: smaller ones are other things that the near end waits for.
inline constexpr std::uint64_t kFirstTicket = 16;

class Mux {
 public:
  /// `in` is read, `out` written: non-blocking, the caller's.
  Mux(int in, int out, Inbox& inbox, Pulse& pulse, PulseLimits limits);
  ~Mux();
  Mux(const Mux&) = delete;
  Mux& operator=(const Mux&) = delete;

  /// Agrees on the protocol with the agent. Error: infrastructure, interrupted.
  Status greet(Instant deadline, const Interrupt& interrupt);
  /// Carries streams until the channel is lost, and tells why; "stopped" when `stop` was raised. Every stream has ended
  /// then, with Cause::channel_lost.
  std::string run(const Interrupt& stop);

  // The steps of run(), for who has to keep control in between. Set: why the channel is lost.
  using Lost = std::optional<std::string>;
  Lost begin(const Interrupt& stop);
  /// Waits at most `longest` for something to do and does it.
  Lost turn(const Interrupt& stop, Duration longest);
  /// Ends every stream.
  void end(const std::string& why);

  /// Streams not over yet.
  std::size_t streams() const { return streams_.size(); }

 private:
  Lost take_frames();
  bool take(const agent::Frame& frame);
  bool take_stream_frame(const agent::Frame& frame);
  bool take_ended(const agent::Frame& frame, NearStream& stream);
  bool take_pong(const agent::Frame& frame);
  void take_inbox();
  void add(OpenRequest request);
  void take_events(std::uint64_t ticket, std::uint32_t events);
  void watch_stream(std::uint64_t ticket, int operation);
  void advance_streams(Instant now);
  void advance(std::uint64_t ticket, Instant now);
  Lost check_pulse(Instant now);
  Lost flush();
  Duration wait_time(Instant now) const;

  struct Entry {
    std::unique_ptr<NearStream> stream;
    bool room_watched = false;
  };

  agent::FramePipe pipe_;
  Inbox& inbox_;
  Pulse& pulse_;
  PulseLimits limits_;
  int epoll_ = -1;
  bool output_watched_ = false;
  std::uint32_t their_window_ = 0;
  std::unordered_map<std::uint64_t, Entry> streams_;          ///< by ticket
  std::unordered_map<std::uint32_t, std::uint64_t> tickets_;  ///< of the stream numbers in use
  std::vector<std::uint32_t> free_ids_;
  std::uint32_t next_id_ = 1;
  std::vector<std::uint64_t> ready_;  ///< tickets with something to do
  std::unordered_map<std::uint64_t, Instant> deadlines_;
  Instant next_ping_;
  std::optional<std::uint64_t> ping_waiting_;
  std::uint64_t next_ping_token_ = 1;
  std::array<char, agent::kLongestPayload + 1> chunk_{};
};

}  // namespace hadrill::tunnel
