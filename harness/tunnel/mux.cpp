#include "tunnel/mux.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cassert>

#include "base/duration.hpp"

namespace hadrill::tunnel {
namespace {

using agent::Frame;
using agent::FramePipe;
using agent::FrameReader;
using agent::FrameType;

constexpr int kEventsPerWait = 128;
constexpr const char* kViolation = "the agent broke the tunnel protocol";
constexpr const char* kEnded = "the agent's output ended";
// What epoll tells of: tickets, which begin behind these.
constexpr std::uint64_t kInput = 0;
constexpr std::uint64_t kOutput = 1;
constexpr std::uint64_t kInbox = 2;
constexpr std::uint64_t kStop = 3;

bool watch(int epoll, int operation, int descriptor, std::uint32_t events, std::uint64_t name) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = name;  // NOLINT(cppcoreguidelines-pro-type-union-access): epoll's interface is a union
  return epoll_ctl(epoll, operation, descriptor, &event) == 0;
}

Instant now_() { return MonotonicClock().now(); }

timespec to_timespec(Duration left) {
  left = std::max(left, Duration::zero());
  return {left.count() / 1'000'000'000, left.count() % 1'000'000'000};
}

}  // namespace

Mux::Mux(int in, int out, Inbox& inbox, Pulse& pulse, PulseLimits limits)
    : pipe_(in, out), inbox_(inbox), pulse_(pulse), limits_(limits), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  assert(epoll_ >= 0);
}

Mux::~Mux() { close(epoll_); }

Status Mux::greet(Instant deadline, const Interrupt& interrupt) {
  agent::put_hello(pipe_.frames(), {});
  while (true) {
    if (pipe_.flush() == FramePipe::Flushed::broken) return infrastructure_error("tunnel", kEnded);
    std::array<pollfd, 2> entries{pollfd{pipe_.in(), POLLIN, 0}, pollfd{interrupt.descriptor(), POLLIN, 0}};
    const timespec timeout = to_timespec(deadline - now_());
    ppoll(entries.data(), entries.size(), &timeout, nullptr);
    if (interrupt.raised()) return interrupted_error("tunnel");
    const FramePipe::Filled filled = pipe_.fill();
    if (filled == FramePipe::Filled::end || filled == FramePipe::Filled::broken)
      return infrastructure_error("tunnel", kEnded);
    Frame frame;
    const FrameReader::Found found = pipe_.next(frame);
    if (found == FrameReader::Found::frame && frame.type == FrameType::hello) {
      const auto hello = agent::read_hello(frame.payload);
      if (!hello) return infrastructure_error("tunnel", kViolation);
      if (hello->protocol != agent::kTunnelProtocol) {
        return infrastructure_error(
            "tunnel", fmt::format("the agent speaks version {} of the tunnel protocol, this is {}", hello->protocol,
                                  agent::kTunnelProtocol));
      }
      their_window_ = hello->window;
      return Ok{};
    }
    if (found != FrameReader::Found::nothing) return infrastructure_error("tunnel", kViolation);
    if (now_() >= deadline) return infrastructure_error("tunnel", "the agent did not say hello in time");
  }
}

std::string Mux::run(const Interrupt& stop) {
  Lost lost = begin(stop);
  while (!lost) lost = turn(stop, Duration::max());
  end(*lost);
  return *lost;
}

Mux::Lost Mux::begin(const Interrupt& stop) {
  watch(epoll_, EPOLL_CTL_ADD, pipe_.in(), EPOLLIN, kInput);
  watch(epoll_, EPOLL_CTL_ADD, pipe_.out(), 0, kOutput);
  watch(epoll_, EPOLL_CTL_ADD, inbox_.descriptor(), EPOLLIN, kInbox);
  watch(epoll_, EPOLL_CTL_ADD, stop.descriptor(), EPOLLIN, kStop);
  next_ping_ = now_();
  take_inbox();
  return take_frames();  // what came together with the hello
}

Mux::Lost Mux::turn(const Interrupt& stop, Duration longest) {
  std::array<epoll_event, kEventsPerWait> events{};
  const timespec timeout = to_timespec(std::min(longest, wait_time(now_())));
  const int count = epoll_pwait2(epoll_, events.data(), kEventsPerWait, &timeout, nullptr);
  if (stop.raised()) return "stopped";
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const std::uint64_t name = event.data.u64;  // NOLINT(cppcoreguidelines-pro-type-union-access)
    if (name == kInput) {
      if (auto lost = take_frames()) return lost;
    } else if (name == kOutput) {
      if ((event.events & EPOLLERR) != 0) return kEnded;
    } else if (name == kInbox) {
      take_inbox();
    } else {
      take_events(name, event.events);
    }
  }
  const Instant now = now_();
  if (auto lost = check_pulse(now)) return lost;
  advance_streams(now);
  return flush();
}

Duration Mux::wait_time(Instant now) const {
  if (!ready_.empty() && pipe_.waiting() < agent::kPipeHighWater) return Duration::zero();
  Instant until = ping_waiting_ ? now + limits_.ask_every : next_ping_;
  for (const auto& [ticket, at] : deadlines_) until = std::min(until, at);
  return until - now;
}

Mux::Lost Mux::check_pulse(Instant now) {
  if (ping_waiting_) {
    if (pulse_.silent(now) <= limits_.silent_at_most) return std::nullopt;
    return fmt::format("the agent did not answer for {}", format_duration(limits_.silent_at_most));
  }
  if (now < next_ping_) return std::nullopt;
  ping_waiting_ = next_ping_token_++;
  next_ping_ = now + limits_.ask_every;
  agent::put_ping(pipe_.frames(), *ping_waiting_);
  pulse_.asked(now);
  return std::nullopt;
}

void Mux::take_inbox() {
  Inbox::Content content = inbox_.take();
  for (OpenRequest& request : content.requests) add(std::move(request));
  for (const std::uint64_t ticket : content.abandoned) {
    const auto found = streams_.find(ticket);
    if (found == streams_.end()) continue;
    take_events(ticket, 0);  // perhaps it did connect
    found->second.stream->abandon();
    ready_.push_back(ticket);
  }
}

void Mux::add(OpenRequest request) {
  if (streams_.size() >= agent::kMostStreams) {
    request.record->end(Cause::instrument, 0, now_(),
                        fmt::format("more than {} streams at a time", agent::kMostStreams));
    return;  // its listening socket goes with it, and the client sees that
  }
  if (free_ids_.empty()) free_ids_.push_back(next_id_++);
  const std::uint32_t id = free_ids_.back();
  free_ids_.pop_back();
  agent::put_open(pipe_.frames(), id, request.destination);
  const std::uint64_t ticket = request.ticket;
  tickets_[id] = ticket;
  streams_[ticket] = {std::make_unique<NearStream>(id, std::move(request), their_window_), false};
  watch_stream(ticket, EPOLL_CTL_ADD);
}

void Mux::watch_stream(std::uint64_t ticket, int operation) {
  Entry& entry = streams_.at(ticket);
  entry.room_watched = entry.stream->wants_room();
  std::uint32_t events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  // Only while something waits for it: every read of the client would wake us.
  if (entry.room_watched) events |= EPOLLOUT;
  watch(epoll_, operation, entry.stream->descriptor(), events, ticket);
}

void Mux::take_events(std::uint64_t ticket, std::uint32_t events) {
  const auto found = streams_.find(ticket);
  if (found == streams_.end()) return;
  if (found->second.stream->take_events(events)) watch_stream(ticket, EPOLL_CTL_ADD);
  ready_.push_back(ticket);
}

void Mux::advance_streams(Instant now) {
  for (const auto& [ticket, at] : deadlines_) {
    if (at <= now) ready_.push_back(ticket);
  }
  std::vector<std::uint64_t> turn;
  turn.swap(ready_);
  std::sort(turn.begin(), turn.end());
  turn.erase(std::unique(turn.begin(), turn.end()), turn.end());
  for (const std::uint64_t ticket : turn) advance(ticket, now);
}

void Mux::advance(std::uint64_t ticket, Instant now) {
  const auto found = streams_.find(ticket);
  if (found == streams_.end()) return;
  Entry& entry = found->second;
  entry.stream->advance(pipe_, chunk_, pipe_.waiting() < agent::kPipeHighWater, now);
  if (entry.stream->over()) {
    deadlines_.erase(ticket);
    streams_.erase(found);
    return;
  }
  if (entry.stream->wants_turn()) ready_.push_back(ticket);
  if (entry.stream->wants_room() != entry.room_watched && entry.stream->descriptor() >= 0)
    watch_stream(ticket, EPOLL_CTL_MOD);
  if (const auto at = entry.stream->deadline()) {
    deadlines_[ticket] = *at;
  } else {
    deadlines_.erase(ticket);
  }
}

Mux::Lost Mux::flush() {
  const FramePipe::Flushed flushed = pipe_.flush();
  if (flushed == FramePipe::Flushed::broken) return kEnded;
  const bool blocked = flushed == FramePipe::Flushed::blocked;
  if (blocked != output_watched_) {
    watch(epoll_, EPOLL_CTL_MOD, pipe_.out(), blocked ? static_cast<std::uint32_t>(EPOLLOUT) : 0U, kOutput);
    output_watched_ = blocked;
  }
  return std::nullopt;
}

void Mux::end(const std::string& why) {
  for (OpenRequest& request : inbox_.shut(why)) request.record->end(Cause::channel_lost, 0, now_(), why);
  for (auto& [ticket, entry] : streams_) entry.stream->fail(why, now_());
  streams_.clear();
  tickets_.clear();
  pulse_.forget();
}

}  // namespace hadrill::tunnel
