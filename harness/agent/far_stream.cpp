#include "agent/far_stream.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hadrill::agent {

FarStream::~FarStream() {
  if (socket_ >= 0) close(socket_);
}

bool FarStream::take_data(std::string_view bytes) {
  if (near_finished_ || closing() || !flow_.received(bytes.size())) return false;
  if (write_error_ == 0) to_far_.push(bytes);
  return true;
}

bool FarStream::take_finish() {
  if (near_finished_ || closing()) return false;
  near_finished_ = true;
  return true;
}

void FarStream::take_close(std::int64_t give_up_ns) { close_until_ns_ = give_up_ns; }

void FarStream::reset() {
  const linger at_once{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(socket_);
  socket_ = -1;
}

std::optional<Ended> FarStream::advance(FramePipe& pipe, std::span<char> chunk, bool may_read, std::int64_t now_ns) {
  if (connecting_) {
    if (closing()) return Ended{EndedHow::dropped, 0, now_ns};
    if (auto ended = connect_further(pipe, now_ns)) return ended;
    if (connecting_) return std::nullopt;
  }
  write(pipe);
  if (closing()) {
    if (to_far_.empty()) return Ended{EndedHow::dropped, 0, now_ns};
    if (now_ns < *close_until_ns_) return std::nullopt;
    reset();
    return Ended{EndedHow::dropped, ETIMEDOUT, now_ns};
  }
  if (may_read && wants_turn()) {
    if (auto ended = read(pipe, chunk, now_ns)) return ended;
  }
  return over(now_ns);
}

std::optional<Ended> FarStream::connect_further(FramePipe& pipe, std::int64_t now_ns) {
  if (!writable_) return std::nullopt;
  int error_number = 0;
  socklen_t size = sizeof error_number;
  getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error_number, &size);
  if (error_number != 0) return Ended{EndedHow::refused, error_number, now_ns};
  sockaddr_storage peer{};
  socklen_t peer_size = sizeof peer;
  if (getpeername(socket_, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0) {
    writable_ = false;  // not yet: another event will come
    return std::nullopt;
  }
  connecting_ = false;
  put_opened(pipe.frames(), id_, now_ns);
  return std::nullopt;
}

void FarStream::write(FramePipe& pipe) {
  while (!to_far_.empty() && writable_) {
    const std::string_view bytes = to_far_.front();
    const ssize_t size = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      writable_ = false;
    } else if (size < 0) {
      write_error_ = errno;
      readable_ = true;
      to_far_.clear();
    } else {
      to_far_.pop(static_cast<std::size_t>(size));
      const auto credit = flow_.passed_on(static_cast<std::size_t>(size));
      // No credit to who cannot use it: its frames must not outlive the stream's number.
      if (credit && !near_finished_ && !closing()) put_credit(pipe.frames(), id_, *credit);
    }
  }
  if (near_finished_ && !shut_ && to_far_.empty()) {
    shutdown(socket_, SHUT_WR);
    shut_ = true;
  }
}

std::optional<Ended> FarStream::read(FramePipe& pipe, std::span<char> chunk, std::int64_t now_ns) {
  const auto most = std::min<std::size_t>({chunk.size(), flow_.may_send(), kLongestPayload});
  ssize_t size = 0;
  do {
    size = recv(socket_, chunk.data(), most, 0);
  } while (size < 0 && errno == EINTR);
  if (size > 0) {
    flow_.sent(static_cast<std::size_t>(size));
    put_data(pipe.frames(), id_, std::string_view(chunk.data(), static_cast<std::size_t>(size)));
  } else if (size == 0) {
    far_finished_ = true;
    if (write_error_ == 0) put_plain(pipe.frames(), FrameType::finish, id_);
  } else if (errno == EAGAIN) {
    readable_ = false;
  } else {
    return Ended{EndedHow::failed, errno, now_ns};
  }
  return std::nullopt;
}

std::optional<Ended> FarStream::over(std::int64_t now_ns) {
  if (write_error_ != 0 && far_finished_) return Ended{EndedHow::failed, write_error_, now_ns};
  if (shut_ && far_finished_) return Ended{EndedHow::finished, 0, now_ns};
  return std::nullopt;
}

}  // namespace hadrill::agent
