#include "tunnel/tunnel.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/realtime.hpp"

namespace hadrill::tunnel {
namespace {

/// Time the rest of a lost channel gets to end by itself.
constexpr auto kLostGrace = std::chrono::milliseconds(200);

/// `why`, and what the command said when it ended, or was made to.
std::string with_last_words(const std::string& why, Channel& channel) {
  channel.end(kLostGrace);
  std::string text = why;
  if (const auto code = channel.exit_code()) text += fmt::format(", exit code {}", *code);
  const std::string said = last_lines(channel.error_tail(), 3);
  return said.empty() ? text : text + ": " + said;
}

}  // namespace

Result<agent::Destination> parse_destination(const std::string& address, std::string pod_uid) {
  const std::size_t colon = address.find(':');
  in_addr parsed{};
  std::uint16_t port = 0;
  const bool has_port = colon != std::string::npos;
  const char* begin = has_port ? address.data() + colon + 1 : nullptr;
  const char* end = address.data() + address.size();
  if (!has_port || inet_pton(AF_INET, address.substr(0, colon).c_str(), &parsed) != 1 ||
      std::from_chars(begin, end, port).ptr != end || port == 0)
    return usage_error("tunnel",
                       fmt::format("\"{}\" is not an IPv4 address and a port, such as 127.0.0.1:2379", address));
  agent::Destination to{ntohl(parsed.s_addr), port, std::move(pod_uid)};
  if (!agent::valid_pod_uid(to.pod_uid))
    return usage_error("tunnel", fmt::format("\"{}\" is not a pod's UID", to.pod_uid));
  return to;
}

Tunnel::Tunnel(TunnelOptions options, OnTunnelEvent on_event)
    : options_(std::move(options)), on_event_(std::move(on_event)), next_ticket_(kFirstTicket) {}

Result<std::unique_ptr<Tunnel>> Tunnel::start(TunnelOptions options, OnTunnelEvent on_event,
                                              const Interrupt& interrupt) {
  std::unique_ptr<Tunnel> tunnel(new Tunnel(std::move(options), std::move(on_event)));
  Result<Life> life = tunnel->begin(interrupt);
  if (!life.ok()) return life.error();
  tunnel->inbox_->open();
  tunnel->thread_ =
      std::jthread([self = tunnel.get(), first = std::move(*life)]() mutable { self->serve(std::move(first)); });
  return tunnel;
}

Tunnel::~Tunnel() { stop_.raise(); }

std::unique_ptr<Stream> Tunnel::open(const agent::Destination& destination) {
  const Instant now = MonotonicClock().now();
  auto record = std::make_shared<StreamRecord>(now);
  auto pair = NearSocket::make();
  if (!pair) {
    record->end(Cause::instrument, errno, now, fmt::format("no socket for the near end: {}", std::strerror(errno)));
    return std::make_unique<Stream>(record, pulse_);
  }
  OpenRequest request{next_ticket_++, destination, std::move(pair->near), record};
  const std::uint64_t ticket = request.ticket;
  if (const auto shut = inbox_->put(request)) {
    record->end(Cause::channel_lost, 0, now, *shut);
    return std::make_unique<Stream>(record, pulse_);
  }
  return std::make_unique<Stream>(ticket, std::move(pair->client), record, pulse_, inbox_);
}

Result<Tunnel::Life> Tunnel::begin(const Interrupt& interrupt) {
  const Instant deadline = MonotonicClock().now() + options_.greet_within;
  const std::string where = "tunnel into " + options_.node;
  auto channel = Channel::start(options_.command);
  if (!channel.ok()) {
    return infrastructure_error(where, channel.error().message, channel.error().detail);
  }
  Life life{std::move(*channel), nullptr};
  life.mux = std::make_unique<Mux>(life.channel->output(), life.channel->input(), *inbox_, *pulse_, options_.pulse);
  const Status greeted = life.mux->greet(deadline, interrupt);
  if (greeted.ok()) return life;
  if (greeted.error().kind == ErrorKind::interrupted) return greeted.error();
  return infrastructure_error(where, with_last_words(greeted.error().message, *life.channel),
                              command_line(options_.command));
}

void Tunnel::serve(Life life) {
  realtime_.set_value(raise_thread_priority());  // a late tunnel would look like a slow destination
  while (true) {
    std::string why = life.mux->run(stop_);
    if (stop_.raised()) return;
    why = with_last_words(why, *life.channel);
    tell(TunnelEvent::Kind::lost, why);
    std::optional<Life> next = begin_again();
    if (!next) return;
    life = std::move(*next);
    inbox_->open();
    tell(TunnelEvent::Kind::reopened, {});
  }
}

std::optional<Tunnel::Life> Tunnel::begin_again() {
  Duration wait = options_.reopen_first;
  while (true) {
    stop_.wait_for(wait);
    if (stop_.raised()) return std::nullopt;
    Result<Life> life = begin(stop_);
    if (life.ok()) return std::move(*life);
    inbox_->shut(life.error().text());
    wait = std::min(2 * wait, options_.reopen_longest);
  }
}

void Tunnel::tell(TunnelEvent::Kind kind, std::string reason) {
  if (on_event_) on_event_({kind, options_.node, MonotonicClock().now(), std::move(reason)});
}

}  // namespace hadrill::tunnel
