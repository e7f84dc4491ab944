#include "tunnel/stream.hpp"

#include "tunnel/inbox.hpp"

namespace hadrill::tunnel {

const char* to_string(Cause cause) {
  switch (cause) {
    case Cause::none:
      return "none";
    case Cause::finished:
      return "finished";
    case Cause::refused:
      return "refused";
    case Cause::unreachable:
      return "unreachable";
    case Cause::timed_out:
      return "timed out";
    case Cause::reset:
      return "reset";
    case Cause::closed_here:
      return "closed here";
    case Cause::pod_gone:
      return "pod gone";
    case Cause::channel_lost:
      return "channel lost";
    case Cause::instrument:
      return "instrument";
  }
  return "";
}

bool says_nothing_of_destination(Cause cause) {
  return cause == Cause::pod_gone || cause == Cause::channel_lost || cause == Cause::instrument;
}

void Pulse::asked(Instant at) {
  const std::scoped_lock lock(mutex_);
  if (!waiting_since_) waiting_since_ = at;
}

void Pulse::answered(Instant at) {
  const std::scoped_lock lock(mutex_);
  if (waiting_since_) round_trip_ = at - *waiting_since_;
  waiting_since_.reset();
}

void Pulse::forget() {
  const std::scoped_lock lock(mutex_);
  waiting_since_.reset();
}

Duration Pulse::silent(Instant now) const {
  const std::scoped_lock lock(mutex_);
  return waiting_since_ ? now - *waiting_since_ : Duration::zero();
}

std::optional<Duration> Pulse::round_trip() const {
  const std::scoped_lock lock(mutex_);
  return round_trip_;
}

StreamReport StreamRecord::report() const {
  const std::scoped_lock lock(mutex_);
  return report_;
}

void StreamRecord::connected(Instant at) {
  const std::scoped_lock lock(mutex_);
  if (report_.phase != Phase::opening) return;
  report_.phase = Phase::open;
  report_.connected = at;
}

void StreamRecord::end(Cause cause, int error_number, Instant at, std::string detail) {
  const std::scoped_lock lock(mutex_);
  if (report_.phase == Phase::ended) return;
  report_.phase = Phase::ended;
  report_.cause = cause;
  report_.error_number = error_number;
  report_.ended = at;
  report_.detail = std::move(detail);
}

void StreamRecord::client_taken() {
  const std::scoped_lock lock(mutex_);
  client_taken_ = true;
}

bool StreamRecord::is_client_taken() const {
  const std::scoped_lock lock(mutex_);
  return client_taken_;
}

Stream::Stream(std::shared_ptr<StreamRecord> record, std::shared_ptr<Pulse> pulse)
    : record_(std::move(record)), pulse_(std::move(pulse)) {}

Stream::Stream(std::uint64_t ticket, ClientSocket client, std::shared_ptr<StreamRecord> record,
               std::shared_ptr<Pulse> pulse, std::shared_ptr<Inbox> inbox)
    : ticket_(ticket),
      client_(std::move(client)),
      record_(std::move(record)),
      pulse_(std::move(pulse)),
      inbox_(std::move(inbox)) {}

Stream::~Stream() {
  if (inbox_ && !record_->is_client_taken()) inbox_->abandon(ticket_);
}

StreamReport Stream::report() const {
  StreamReport report = record_->report();
  report.channel_silent = pulse_->silent(MonotonicClock().now());
  return report;
}

}  // namespace hadrill::tunnel
