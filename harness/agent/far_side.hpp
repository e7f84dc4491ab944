// Owns the far end of a tunnel: all its connections, multiplexed over one pipe pair. One thread, no listening socket.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "agent/dialler.hpp"
#include "agent/far_stream.hpp"

namespace hadrill::agent {

class FarSide {
 public:
  /// `in` and `out` are made non-blocking and stay the caller's; pipes or sockets.
  FarSide(int in, int out, Dialler& dialler);
  ~FarSide();
  FarSide(const FarSide&) = delete;
  FarSide& operator=(const FarSide&) = delete;

  enum class End {
    input_ended,     ///< the near end is gone or has no more use for us
    output_gone,     ///< nobody reads what we say
    violation,       ///< the near end broke the protocol
    other_protocol,  ///< it speaks another version; ours was told
    not_a_pipe,      ///< `in` or `out` cannot be waited for
  };
  /// Serves until it ends, then resets every connection that was not over.
  End serve();

  // The steps of serve(), for who has to keep control in between.
  std::optional<End> begin();
  /// Waits at most `longest_ms` (-1: for ever) for something to do and does it. Set: how it ended.
  std::optional<End> turn(int longest_ms);

 private:
  std::optional<End> take_frames();
  bool take(const Frame& frame);
  std::optional<End> take_hello(const Frame& frame);
  void open(std::uint32_t id, const Destination& destination);
  bool take_stream_frame(const Frame& frame, FarStream& stream);
  void advance_streams();
  std::optional<End> flush();
  int wait_ms() const;

  FramePipe pipe_;
  Dialler& dialler_;
  int epoll_ = -1;
  bool greeted_ = false;
  bool output_watched_ = false;
  std::uint32_t their_window_ = 0;
  std::unordered_map<std::uint32_t, std::unique_ptr<FarStream>> streams_;
  std::vector<std::uint32_t> ready_;  ///< streams with something to do; a number may be in it twice or be gone
  std::map<std::uint32_t, std::int64_t> closing_;  ///< until when, CLOCK_MONOTONIC
  std::array<char, kLongestPayload> chunk_{};
};

}  // namespace hadrill::agent
