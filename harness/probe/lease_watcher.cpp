#include "probe/lease_watcher.hpp"

#include <fmt/format.h>

#include "history/sample.hpp"
#include "kube/answer.hpp"
#include "probe/watch_stream.hpp"

namespace hadrill {

void LeaseBook::observed(const LeaseState& lease, const std::string& through, Instant at) {
  // Without a date there is no telling when it was written; its holder has not begun to use it yet.
  if (lease.renewed_ns == 0 || !told_.insert({lease.name, lease.version}).second) return;
  const ClockPair pair = clock_pair_();
  sink_({at,
         event_type::lease_observed,
         {{"lease", lease.name},
          {"through", through},
          {"version", lease.version},
          {"holder", lease.holder},
          {"transitions", lease.transitions},
          {"leaseDurationNs", lease.duration.count()},
          {"renewedNs", pair.instant_of(lease.renewed_ns).ns},
          {"acquiredNs", pair.instant_of(lease.acquired_ns != 0 ? lease.acquired_ns : lease.renewed_ns).ns}}});
}

void LeaseBook::stream(const std::string& through, const char* state, std::int64_t version, const std::string& reason,
                       Instant at) {
  Json data = {{"through", through}, {"state", state}, {"version", version}};
  if (!reason.empty()) data["reason"] = reason;
  sink_({at, event_type::lease_stream, std::move(data)});
}

Instant LeaseWatcher::due() const {
  if (state_ == State::idle) return stopped_ ? kLatest : next_;
  if (state_ == State::listing || cancelled_) return kLatest;
  if (!trouble_.empty()) return asked_;  // at once
  return heard_ ? kLatest : asked_ + kSilenceTimeout;
}

void LeaseWatcher::act(Instant now, Courier& courier) {
  if (state_ == State::watching) {
    if (now < due()) return;
    if (trouble_.empty()) trouble_ = "nothing came";
    cancelled_ = true;
    return courier.cancel(ticket_);
  }
  if (state_ == State::listing || stopped_ || now < next_) return;
  http::Request request;
  request.url = base_ + (version_ ? leases_watch_path(*version_) : leases_path());
  request.timeout = version_ ? kSilenceTimeout : kListTimeout;
  if (version_) request.on_body = [this](std::string_view piece, Instant at) { take(piece, at); };
  state_ = version_ ? State::watching : State::listing;
  asked_ = now;
  heard_ = expired_ = cancelled_ = false;
  trouble_.clear();
  buffer_.clear();
  ticket_ = courier.send(*this, request);
}

void LeaseWatcher::ended(std::uint64_t ticket, const http::Transfer& transfer) {
  if (ticket != ticket_ || state_ == State::idle) return;
  const State was = state_;
  state_ = State::idle;
  next_ = transfer.done + kPause;
  was == State::listing ? list_ended(transfer) : watch_ended(transfer);
}

void LeaseWatcher::list_ended(const http::Transfer& transfer) {
  const auto list = kube::is_good(transfer) ? read_lease_list(transfer.body) : std::nullopt;
  if (!list) return;
  for (const LeaseState& lease : list->leases) book_.observed(lease, through_, transfer.done);
  version_ = list->version;
  next_ = transfer.done;
}

void LeaseWatcher::watch_ended(const http::Transfer& transfer) {
  const bool gone = expired_ || transfer.status == kGone;
  // One that was never open says nothing new each time it is tried again.
  if (heard_ || gone)
    book_.stream(through_, gone ? "expired" : "ended", *version_, why_ended(trouble_, transfer), transfer.done);
  if (gone) version_.reset();
}

void LeaseWatcher::take(std::string_view piece, Instant at) {
  if (!trouble_.empty() || stopped_) return;
  if (!heard_) book_.stream(through_, "opened", *version_, "", at);
  heard_ = true;
  take_lines(piece, kLongestLine, buffer_, trouble_, [this, at](std::string_view line) { take_line(line, at); });
}

void LeaseWatcher::take_line(std::string_view line, Instant at) {
  constexpr std::size_t kShown = 200;
  const auto read = read_lease_line(line);
  if (!read) {
    trouble_ = fmt::format("no watch event: {}", line.substr(0, kShown));
    return;
  }
  switch (read->kind) {
    case LeaseLine::Kind::expired:
      expired_ = true;
      trouble_ = "410 Gone: " + read->reason;
      return;
    case LeaseLine::Kind::failed:
      trouble_ = "the server says: " + read->reason;
      return;
    case LeaseLine::Kind::changed:
      book_.observed(read->lease, through_, at);
      break;
    case LeaseLine::Kind::other:
      break;
  }
  version_ = std::max(*version_, read->version);
}

void LeaseWatcher::stop(Courier& courier) {
  stopped_ = true;
  if (state_ == State::idle || cancelled_) return;
  cancelled_ = true;
  if (trouble_.empty()) trouble_ = "the run is over";
  courier.cancel(ticket_);
}

}  // namespace hadrill
