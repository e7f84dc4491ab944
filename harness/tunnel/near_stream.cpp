#include "tunnel/near_stream.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>

namespace hadrill::tunnel {
namespace {

/// Time the last bytes of a client that closed its socket may wait for the far side to take them.
constexpr auto kLinger = std::chrono::seconds(5);

Cause cause_of_error(int error_number) {
  switch (error_number) {
    case ECONNREFUSED:
      return Cause::refused;
    case ETIMEDOUT:
      return Cause::timed_out;
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENETUNREACH:
    case ENETDOWN:
    case EPERM:  // a packet filter or a network policy
    case EACCES:
      return Cause::unreachable;
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
    case EPROTO:
      return Cause::reset;
    default:
      return Cause::instrument;  // ENOBUFS, EADDRNOTAVAIL: nobody else's fault
  }
}

}  // namespace

Cause cause_of(const agent::Ended& ended) {
  switch (ended.how) {
    case agent::EndedHow::finished:
      return Cause::finished;
    case agent::EndedHow::refused:
    case agent::EndedHow::failed:
      return cause_of_error(ended.error_number);
    case agent::EndedHow::dropped:
      return Cause::closed_here;
    case agent::EndedHow::no_pod:
      return Cause::pod_gone;
    case agent::EndedHow::no_socket:
      return Cause::instrument;
  }
  return Cause::instrument;
}

bool NearStream::take_opened(Instant at) {
  if (open_) return false;
  open_ = true;
  record_->connected(at);
  return true;
}

bool NearStream::take_data(std::string_view bytes) {
  if (!open_ || far_finished_ || !flow_.received(bytes.size())) return false;
  if (!client_gone_) to_client_.push(bytes);
  return true;
}

bool NearStream::take_finish() {
  if (!open_ || far_finished_) return false;
  far_finished_ = true;
  return true;
}

void NearStream::take_ended(const agent::Ended& ended) {
  ended_ = ended;
  record_->end(cause_of(ended), ended.error_number, Instant{ended.at_ns});
}

bool NearStream::take_events(std::uint32_t events) {
  if (!near_.connected()) {
    if (!near_.accept()) return false;
    record_->client_taken();
    readable_ = true;
    return true;
  }
  near_.take_events(events);
  readable_ = true;
  return false;
}

void NearStream::abandon() { abandoned_ = !near_.connected(); }

bool NearStream::wants_turn() const {
  return near_.connected() && !client_finished_ && readable_ && flow_.may_send() > 0;
}

void NearStream::advance(agent::FramePipe& pipe, std::span<char> chunk, bool may_read, Instant now) {
  if (abandoned_) give_up_near(pipe, agent::FrameType::reset);
  hand_over(pipe);
  if (may_read && wants_turn() && !ended_) read(pipe, chunk);
  if (near_.connected() && near_.peer_closed() && !client_gone_ && !ended_) notice_client_gone(pipe, now);
  settle();
}

void NearStream::hand_over(agent::FramePipe& pipe) {
  if (!near_.connected()) return;
  if (!to_client_.empty()) {
    const auto written = near_.write(to_client_.front());
    if (!written) {
      to_client_.clear();  // the client is gone; epoll tells how
      return;
    }
    to_client_.pop(*written);
    const auto credit = flow_.passed_on(*written);
    if (credit && !ended_ && !far_finished_) agent::put_credit(pipe.frames(), id_, *credit);
  }
  if (far_finished_ && !finish_passed_on_ && to_client_.empty()) {
    near_.finish();
    finish_passed_on_ = true;
  }
}

void NearStream::read(agent::FramePipe& pipe, std::span<char> chunk) {
  std::string_view bytes;
  const auto most = std::min<std::size_t>({chunk.size() - 1, agent::kLongestPayload, flow_.may_send()});
  switch (near_.read(chunk, most, bytes)) {
    case NearSocket::Got::bytes:
      flow_.sent(bytes.size());
      agent::put_data(pipe.frames(), id_, bytes);
      break;
    case NearSocket::Got::nothing:
      readable_ = false;
      break;
    case NearSocket::Got::finished:
      client_finished_ = true;
      agent::put_plain(pipe.frames(), agent::FrameType::finish, id_);
      break;
    case NearSocket::Got::closed:
      give_up_near(pipe, agent::FrameType::close);
      break;
    case NearSocket::Got::reset:
      give_up_near(pipe, agent::FrameType::reset);
      break;
  }
}

void NearStream::notice_client_gone(agent::FramePipe& pipe, Instant now) {
  if (near_.peer_reset()) return give_up_near(pipe, agent::FrameType::reset);
  if (client_finished_) return give_up_near(pipe, agent::FrameType::close);
  // What it wrote last still waits to be read, for want of credit or of a turn.
  if (!give_up_) give_up_ = now + kLinger;
  if (now >= *give_up_) give_up_near(pipe, agent::FrameType::reset);
}

void NearStream::give_up_near(agent::FramePipe& pipe, agent::FrameType how) {
  if (!client_gone_ && !ended_) agent::put_plain(pipe.frames(), how, id_);
  client_finished_ = true;
  client_gone_ = true;
  give_up_.reset();
  to_client_.clear();
  near_.close_reset();
}

void NearStream::settle() {
  if (!ended_ || near_.closed()) return;
  if (!near_.connected()) {
    // A client that connects later is refused; one that waits to be taken is taken with the event that says so.
    if (ended_->how != agent::EndedHow::finished && to_client_.empty()) near_.close_reset();
    return;
  }
  if (!to_client_.empty() && !near_.peer_closed()) return;
  if (ended_->how == agent::EndedHow::finished) {
    near_.close_orderly();
  } else {
    near_.close_reset();
  }
}

void NearStream::fail(const std::string& why, Instant now) {
  record_->end(Cause::channel_lost, 0, now, why);
  ended_ = agent::Ended{agent::EndedHow::dropped, 0, now.ns};
  near_.close_reset();
}

}  // namespace hadrill::tunnel
