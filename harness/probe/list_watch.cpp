#include "probe/list_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "history/sample.hpp"
#include "kube/answer.hpp"
#include "probe/watch_stream.hpp"

namespace hadrill {

std::string watch_path(const std::string& path, std::int64_t version) {
  const char* joint = path.find('?') == std::string::npos ? "?" : "&";
  return fmt::format("{}{}watch=1&allowWatchBookmarks=true&resourceVersion={}", path, joint, version);
}

Instant ListWatch::due() const {
  if (state_ == State::idle) return stopped_ ? kLatest : next_;
  if (state_ == State::listing || cancelled_) return kLatest;
  if (!trouble_.empty()) return asked_;  // at once
  return heard_ ? kLatest : asked_ + longest_silence_;
}

void ListWatch::act(Instant now, Courier& courier) {
  if (state_ == State::watching) {
    if (now < due()) return;
    if (trouble_.empty()) trouble_ = "nothing came";
    cancelled_ = true;
    return courier.cancel(ticket_);
  }
  if (state_ == State::listing || stopped_ || now < next_) return;
  http::Request request;
  request.url = base_ + (version_ ? watch_path(path_, *version_) : path_);
  request.timeout = version_ ? longest_silence_ : kListTimeout;
  if (version_) request.on_body = [this](std::string_view piece, Instant at) { take(piece, at); };
  state_ = version_ ? State::watching : State::listing;
  asked_ = now;
  heard_ = expired_ = cancelled_ = false;
  trouble_.clear();
  buffer_.clear();
  ticket_ = courier.send(*this, request);
}

void ListWatch::ended(std::uint64_t ticket, const http::Transfer& transfer) {
  if (ticket != ticket_ || state_ == State::idle) return;
  const State was = state_;
  state_ = State::idle;
  next_ = transfer.done + kPause;
  was == State::listing ? list_ended(transfer) : watch_ended(transfer);
}

void ListWatch::list_ended(const http::Transfer& transfer) {
  const auto version = kube::is_good(transfer) ? take_list(transfer.body, transfer.done) : std::nullopt;
  if (!version) return;
  version_ = version;
  next_ = transfer.done;
}

void ListWatch::watch_ended(const http::Transfer& transfer) {
  const bool gone = expired_ || transfer.status == kGone;
  // One that was never open says nothing new each time it is tried again.
  if (heard_ || gone) stream(gone ? "expired" : "ended", *version_, why_ended(trouble_, transfer), transfer.done);
  if (gone) version_.reset();
}

void ListWatch::take(std::string_view piece, Instant at) {
  if (!trouble_.empty() || stopped_) return;
  if (!heard_) stream("opened", *version_, "", at);
  heard_ = true;
  take_lines(piece, longest_line_, buffer_, trouble_, [this, at](std::string_view line) { take_line(line, at); });
}

void ListWatch::take_line(std::string_view line, Instant at) {
  constexpr std::size_t kShown = 200;
  const auto read = take_object(line, at);
  if (!read) {
    trouble_ = fmt::format("no watch event: {}", line.substr(0, kShown));
    return;
  }
  switch (read->kind) {
    case Line::Kind::expired:
      expired_ = true;
      trouble_ = "410 Gone: " + read->reason;
      return;
    case Line::Kind::failed:
      trouble_ = "the server says: " + read->reason;
      return;
    case Line::Kind::told:
      break;
  }
  version_ = std::max(*version_, read->version);
}

void ListWatch::stop(Courier& courier) {
  stopped_ = true;
  if (state_ == State::idle || cancelled_) return;
  cancelled_ = true;
  if (trouble_.empty()) trouble_ = "the run is over";
  courier.cancel(ticket_);
}

}  // namespace hadrill
