// Owns one connection of the far end: a socket inside the node, and what has to happen to it before it is over.
#pragma once

#include <optional>
#include <span>

#include "agent/flow.hpp"
#include "agent/frame_pipe.hpp"

namespace hadrill::agent {

class FarStream {
 public:
  /// `socket`: on its way to be connected; owned. `their_window`: what the near end takes before it gives credit.
  FarStream(std::uint32_t id, int socket, std::uint32_t their_window)
      : id_(id), socket_(socket), flow_(kStreamWindow, their_window) {}
  ~FarStream();
  FarStream(const FarStream&) = delete;
  FarStream& operator=(const FarStream&) = delete;

  int socket() const { return socket_; }

  // What the near end says. false: it broke the protocol.
  bool take_data(std::string_view bytes);
  bool take_finish();
  bool take_credit(std::uint32_t bytes) { return flow_.credited(bytes); }
  /// What is under way may still be sent until `give_up_ns` (CLOCK_MONOTONIC).
  void take_close(std::int64_t give_up_ns);
  /// Ends the connection with a reset.
  void reset();

  /// What epoll, edge-triggered, says of the socket.
  void take_events() { readable_ = writable_ = true; }

  /// Does what can be done now, reading at most one chunk, and only when `may_read`. How it ended, once it has; then
  /// the stream has to go.
  std::optional<Ended> advance(FramePipe& pipe, std::span<char> chunk, bool may_read, std::int64_t now_ns);
  /// Whether there may be more to read at once.
  bool wants_turn() const { return !connecting_ && !closing() && readable_ && !far_finished_ && flow_.may_send() > 0; }
  bool closing() const { return close_until_ns_.has_value(); }

 private:
  std::optional<Ended> connect_further(FramePipe& pipe, std::int64_t now_ns);
  void write(FramePipe& pipe);
  std::optional<Ended> read(FramePipe& pipe, std::span<char> chunk, std::int64_t now_ns);
  std::optional<Ended> over(std::int64_t now_ns);

  std::uint32_t id_;
  int socket_;
  Flow flow_;
  ByteQueue to_far_;
  bool connecting_ = true;
  bool readable_ = false;
  bool writable_ = false;
  bool near_finished_ = false;  ///< no more data comes from the near end
  bool shut_ = false;           ///< and the socket was told
  bool far_finished_ = false;   ///< the peer sent its FIN
  int write_error_ = 0;         ///< writing failed; what the peer sent before is still read
  std::optional<std::int64_t> close_until_ns_;
};

}  // namespace hadrill::agent
