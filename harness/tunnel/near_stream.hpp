// Owns one stream at the near end: between a client's socket and the frames of its number.
#pragma once

#include "agent/flow.hpp"
#include "agent/frame_pipe.hpp"
#include "tunnel/inbox.hpp"

namespace hadrill::tunnel {

class NearStream {
 public:
  NearStream(std::uint32_t id, OpenRequest request, std::uint32_t their_window)
      : id_(id),
        near_(std::move(request.near)),
        record_(std::move(request.record)),
        flow_(agent::kStreamWindow, their_window) {}

  std::uint32_t id() const { return id_; }
  int descriptor() const { return near_.descriptor(); }

  // What the far end says. false: it broke the protocol.
  bool take_opened(Instant at);
  bool take_data(std::string_view bytes);
  bool take_finish();
  bool take_credit(std::uint32_t bytes) { return open_ && flow_.credited(bytes); }
  /// Its number is free from here on; what the client has not read yet is still handed over.
  void take_ended(const agent::Ended& ended);

  /// What epoll says of descriptor(). True when the client has just connected: then descriptor() is another one.
  bool take_events(std::uint32_t events);
  /// The client dropped the stream before it connected.
  void abandon();

  /// Does what can be done now, reading at most one chunk (agent::kLongestPayload and one byte), and only when
  /// `may_read`.
  void advance(agent::FramePipe& pipe, std::span<char> chunk, bool may_read, Instant now);
  /// Whether there may be more to read at once.
  bool wants_turn() const;
  /// Whether epoll has to tell when the client's socket takes more.
  bool wants_room() const { return !to_client_.empty() && near_.connected(); }
  /// Whether somebody has to look again at an instant without being told by epoll.
  std::optional<Instant> deadline() const { return give_up_; }
  /// Both ends are through with it.
  bool over() const { return ended_ && near_.closed(); }

  /// Ends it here and now because of the channel.
  void fail(const std::string& why, Instant now);

 private:
  void hand_over(agent::FramePipe& pipe);
  void read(agent::FramePipe& pipe, std::span<char> chunk);
  void notice_client_gone(agent::FramePipe& pipe, Instant now);
  void give_up_near(agent::FramePipe& pipe, agent::FrameType how);
  void settle();

  std::uint32_t id_;
  NearSocket near_;
  std::shared_ptr<StreamRecord> record_;
  agent::Flow flow_;
  agent::ByteQueue to_client_;
  bool open_ = false;  ///< the far side is connected
  bool readable_ = false;
  bool client_finished_ = false;  ///< the far end was told finish, close or reset: nothing more is sent
  bool client_gone_ = false;      ///< and of those, close or reset
  bool far_finished_ = false;
  bool finish_passed_on_ = false;
  bool abandoned_ = false;
  std::optional<agent::Ended> ended_;
  std::optional<Instant> give_up_;  ///< the client closed its socket; until then its last bytes may wait for credit
};

/// What an end that the far side tells means.
Cause cause_of(const agent::Ended& ended);

}  // namespace hadrill::tunnel
