#include "agent/far_side.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

constexpr int kEventsPerWait = 128;
/// Time the last bytes of a closed stream may take to leave.
constexpr std::int64_t kLingerNs = 5'000'000'000;
// What epoll tells of: stream numbers, and beside them the two ends of the pipe.
constexpr std::uint64_t kInput = 1ULL << 32;
constexpr std::uint64_t kOutput = 2ULL << 32;

void make_non_blocking(int descriptor) { fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK); }

bool watch(int epoll, int operation, int descriptor, std::uint32_t events, std::uint64_t name) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = name;  // NOLINT(cppcoreguidelines-pro-type-union-access): epoll's interface is a union
  return epoll_ctl(epoll, operation, descriptor, &event) == 0;
}

}  // namespace

FarSide::FarSide(int in, int out, Dialler& dialler)
    : pipe_(in, out), dialler_(dialler), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  make_non_blocking(in);
  make_non_blocking(out);
}

FarSide::~FarSide() { close(epoll_); }

FarSide::End FarSide::serve() {
  std::optional<End> end = begin();
  while (!end) end = turn(-1);
  // Whoever was in the middle of something must not take the end for an orderly one.
  for (auto& [id, stream] : streams_) stream->reset();
  streams_.clear();
  return *end;
}

std::optional<FarSide::End> FarSide::begin() {
  // The output is watched for its reader going away (EPOLLERR, always told); for room only while something waits.
  const bool watched = watch(epoll_, EPOLL_CTL_ADD, pipe_.in(), EPOLLIN, kInput) &&
                       watch(epoll_, EPOLL_CTL_ADD, pipe_.out(), 0, kOutput);
  if (!watched) return End::not_a_pipe;
  return std::nullopt;
}

std::optional<FarSide::End> FarSide::turn(int longest_ms) {
  std::array<epoll_event, kEventsPerWait> events{};
  const int wanted_ms = wait_ms();
  const bool shorter = longest_ms >= 0 && (wanted_ms < 0 || wanted_ms > longest_ms);
  const int count = epoll_wait(epoll_, events.data(), kEventsPerWait, shorter ? longest_ms : wanted_ms);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const std::uint64_t name = event.data.u64;  // NOLINT(cppcoreguidelines-pro-type-union-access)
    if (name == kInput) {
      if (const auto end = take_frames()) return end;
    } else if (name == kOutput) {
      if ((event.events & EPOLLERR) != 0) return End::output_gone;
    } else if (const auto found = streams_.find(static_cast<std::uint32_t>(name)); found != streams_.end()) {
      found->second->take_events();
      ready_.push_back(found->first);
    }
  }
  advance_streams();
  return flush();
}

int FarSide::wait_ms() const {
  // With the pipe full there is nothing to gain from another turn before it has room.
  if (!ready_.empty() && pipe_.waiting() < kPipeHighWater) return 0;
  if (closing_.empty()) return -1;
  const auto soonest = std::min_element(closing_.begin(), closing_.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
  const std::int64_t left_ns = soonest->second - monotonic_ns();
  return static_cast<int>(std::clamp<std::int64_t>(left_ns / 1'000'000 + 1, 1, 60'000));
}

std::optional<FarSide::End> FarSide::take_frames() {
  const FramePipe::Filled filled = pipe_.fill();
  if (filled == FramePipe::Filled::nothing) return std::nullopt;
  if (filled != FramePipe::Filled::some) return End::input_ended;
  Frame frame;
  FrameReader::Found found = FrameReader::Found::nothing;
  while ((found = pipe_.next(frame)) == FrameReader::Found::frame) {
    if (!greeted_) {
      if (const auto end = take_hello(frame)) return end;
    } else if (!take(frame)) {
      return End::violation;
    }
  }
  if (found == FrameReader::Found::violation) return End::violation;
  return std::nullopt;
}

std::optional<FarSide::End> FarSide::take_hello(const Frame& frame) {
  const auto hello = frame.type == FrameType::hello ? read_hello(frame.payload) : std::nullopt;
  if (!hello) return End::violation;
  put_hello(pipe_.frames(), Hello{});
  if (hello->protocol != kTunnelProtocol) {
    pipe_.flush();
    return End::other_protocol;
  }
  greeted_ = true;
  their_window_ = hello->window;
  return std::nullopt;
}

bool FarSide::take(const Frame& frame) {
  switch (frame.type) {
    case FrameType::ping:
      put_pong(pipe_.frames(), {read_ping(frame.payload), monotonic_ns()});
      return true;
    case FrameType::open: {
      const auto destination = read_open(frame.payload);
      if (!destination || streams_.contains(frame.stream)) return false;
      open(frame.stream, *destination);
      return true;
    }
    case FrameType::data:
    case FrameType::finish:
    case FrameType::credit:
    case FrameType::close:
    case FrameType::reset: {
      const auto found = streams_.find(frame.stream);
      // It was sent before our `ended` arrived there.
      if (found == streams_.end()) return true;
      ready_.push_back(frame.stream);
      return take_stream_frame(frame, *found->second);
    }
    default:
      return false;
  }
}

void FarSide::open(std::uint32_t id, const Destination& destination) {
  Dialled dialled{-1, EndedHow::no_socket, EMFILE};
  if (streams_.size() < kMostStreams) dialled = dialler_.dial(destination);
  if (dialled.socket >= 0) {
    auto stream = std::make_unique<FarStream>(id, dialled.socket, their_window_);
    if (watch(epoll_, EPOLL_CTL_ADD, dialled.socket, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, id)) {
      streams_.emplace(id, std::move(stream));
      return;
    }
    dialled = {-1, EndedHow::no_socket, errno};
  }
  put_ended(pipe_.frames(), id, {dialled.trouble, dialled.error_number, monotonic_ns()});
}

bool FarSide::take_stream_frame(const Frame& frame, FarStream& stream) {
  switch (frame.type) {
    case FrameType::data:
      return stream.take_data(frame.payload);
    case FrameType::finish:
      return stream.take_finish();
    case FrameType::credit:
      return stream.take_credit(read_credit(frame.payload));
    case FrameType::close:
      closing_[frame.stream] = monotonic_ns() + kLingerNs;
      stream.take_close(closing_[frame.stream]);
      return true;
    default:
      stream.reset();
      put_ended(pipe_.frames(), frame.stream, {EndedHow::dropped, 0, monotonic_ns()});
      closing_.erase(frame.stream);
      streams_.erase(frame.stream);
      return true;
  }
}

void FarSide::advance_streams() {
  const std::int64_t now_ns = monotonic_ns();
  for (const auto& [id, until_ns] : closing_) {
    if (until_ns <= now_ns) ready_.push_back(id);
  }
  std::vector<std::uint32_t> turn;
  turn.swap(ready_);
  std::sort(turn.begin(), turn.end());
  turn.erase(std::unique(turn.begin(), turn.end()), turn.end());
  for (const std::uint32_t id : turn) {
    const auto found = streams_.find(id);
    if (found == streams_.end()) continue;
    const bool may_read = pipe_.waiting() < kPipeHighWater;
    const auto ended = found->second->advance(pipe_, chunk_, may_read, now_ns);
    if (ended) {
      put_ended(pipe_.frames(), id, *ended);
      closing_.erase(id);
      streams_.erase(found);
    } else if (found->second->wants_turn()) {
      ready_.push_back(id);
    }
  }
}

std::optional<FarSide::End> FarSide::flush() {
  const FramePipe::Flushed flushed = pipe_.flush();
  if (flushed == FramePipe::Flushed::broken) return End::output_gone;
  // A near end that keeps the protocol cannot make this much wait.
  if (pipe_.waiting() > kPipeLimit) return End::violation;
  const bool blocked = flushed == FramePipe::Flushed::blocked;
  if (blocked != output_watched_) {
    watch(epoll_, EPOLL_CTL_MOD, pipe_.out(), blocked ? static_cast<std::uint32_t>(EPOLLOUT) : 0U, kOutput);
    output_watched_ = blocked;
  }
  return std::nullopt;
}

}  // namespace hadrill::agent
