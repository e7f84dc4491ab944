#include "probe/watcher.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "probe/watch_stream.hpp"

namespace hadrill {
namespace {

constexpr int kOk = 200;
/// A list of one object, but a server may ignore the limit.
constexpr std::size_t kListLimit = 16UL * 1024 * 1024;

}  // namespace

Instant Watcher::due() const {
  switch (state_) {
    case State::idle:
      return stopped_ ? kLatest : next_;
    case State::listing:
      return kLatest;
    case State::watching:
      if (given_up_) return kLatest;
      if (!trouble_.empty()) return asked_;  // at once
      return heard_ ? kLatest : asked_ + kOpeningTimeout;
  }
  return kLatest;
}

void Watcher::act(Instant now, Courier& courier) {
  if (state_ == State::idle) return ask(now, courier);
  if (state_ != State::watching || given_up_) return;
  if (trouble_.empty()) trouble_ = "nothing came";
  given_up_ = true;
  courier.cancel(ticket_);
}

void Watcher::ask(Instant now, Courier& courier) {
  http::Request request;
  if (!version_) {
    request.url = base_ + access_.place.version_path();
    request.timeout = kListTimeout;
    request.body_limit = kListLimit;
    state_ = State::listing;
  } else {
    request.url = base_ + access_.place.watch_path(*version_);
    request.timeout = kSilenceTimeout;
    request.on_body = [this](std::string_view piece, Instant at) { take(piece, at); };
    state_ = State::watching;
    asked_ = now;
    heard_ = given_up_ = expired_ = false;
    trouble_.clear();
    buffer_.clear();
    record(WatchStep::requested, now, *version_);
  }
  ticket_ = courier.send(*this, request);
}

void Watcher::ended(std::uint64_t ticket, const http::Transfer& transfer) {
  if (ticket != ticket_ || state_ == State::idle) return;
  const State was = state_;
  state_ = State::idle;
  next_ = transfer.done + kPause;
  was == State::listing ? list_ended(transfer) : watch_ended(transfer);
}

void Watcher::list_ended(const http::Transfer& transfer) {
  if (transfer.ending != http::Ending::response || transfer.status != kOk) return;
  const auto answer = read_register_list(transfer.body, access_.place.run);
  if (!answer) return;
  List list;
  list.version = answer->version;
  list.invoked = transfer.sent;
  list.returned = std::max(transfer.done, access_.clock.now());
  list.vantage = vantage_;
  list.server = access_.servers.number(transfer.certificate_serial);
  list.scope = ListScope::partial;
  for (const RegisterState& state : answer->items) list.items.push_back({state.object, state.version, state.id});
  static_cast<void>(access_.log.list(list));
  version_ = answer->version;
  next_ = transfer.done;
}

void Watcher::watch_ended(const http::Transfer& transfer) {
  WatchRecord closed;
  closed.at = std::max(transfer.done, asked_);
  closed.vantage = vantage_;
  closed.server = access_.servers.number(transfer.certificate_serial);
  closed.step = stopped_ ? WatchStep::stopped : WatchStep::closed;
  std::string reason = why_ended(trouble_, transfer);
  if (!buffer_.empty()) reason += fmt::format("; cut within a line of {} bytes so far", buffer_.size());
  buffer_.clear();
  static_cast<void>(access_.log.watch(closed, reason));
  if (!expired_ && transfer.status != kGone) return;
  record(WatchStep::expired, closed.at);
  version_.reset();
}

void Watcher::take(std::string_view piece, Instant at) {
  if (!trouble_.empty() || stopped_) return;
  heard_ = true;
  take_lines(piece, kLongestLine, buffer_, trouble_, [this, at](std::string_view line) { take_line(line, at); });
}

void Watcher::take_line(std::string_view line, Instant at) {
  const auto read = read_watch_line(line, access_.place.run);
  if (!read) {
    trouble_ = fmt::format("no watch event: {}", line.substr(0, 200));
    return;
  }
  switch (read->kind) {
    case WatchLine::Kind::expired:
      expired_ = true;
      trouble_ = "410 Gone: " + read->reason;
      return;
    case WatchLine::Kind::failed:
      trouble_ = "the server says: " + read->reason;
      return;
    case WatchLine::Kind::bookmark:
      record(WatchStep::bookmark, at, read->state.version);
      break;
    case WatchLine::Kind::event:
      record(read->step, at, read->state.version, read->state);
      break;
  }
  version_ = std::max(*version_, read->state.version);
}

void Watcher::record(WatchStep step, Instant at, Version version, const RegisterState& state) {
  WatchRecord record;
  record.step = step;
  record.at = at;
  record.vantage = vantage_;
  record.version = version;
  record.object = state.object;
  record.id = state.id;
  static_cast<void>(access_.log.watch(record));
}

void Watcher::stop(Courier& courier) {
  stopped_ = true;
  if (state_ == State::idle || given_up_) return;
  given_up_ = true;
  if (trouble_.empty()) trouble_ = "the run is over";
  courier.cancel(ticket_);
}

}  // namespace hadrill
