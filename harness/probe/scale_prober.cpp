#include "probe/scale_prober.hpp"

#include <algorithm>

#include "kube/answer.hpp"

namespace hadrill {
namespace {

/// Before a request that failed is sent again.
constexpr Duration kRetryPause = std::chrono::milliseconds(200);

void reach(std::optional<Reached>& stage, bool reached, const Reached& when) {
  if (reached && !stage) stage = when;
}

}  // namespace

ScaleProber::ScaleProber(ScaleOptions options, Instant start, std::uint64_t seed, OnSample on_sample,
                         OnScaling on_scaling)
    : options_(std::move(options)),
      schedule_({options_.period}, start, seed),
      on_sample_(std::move(on_sample)),
      on_scaling_(std::move(on_scaling)) {}

Instant ScaleProber::due() const {
  Instant due = winding_down_ ? kLatest : schedule_.next().due;
  if (state_ != State::idle && !ticket_) due = std::min(due, next_);
  if (slot_) due = std::min(due, slot_->due + options_.timeout);
  return due;
}

void ScaleProber::act(Instant now, Courier& courier) {
  if (slot_ && now >= slot_->due + options_.timeout) give_up(now, courier);
  if (!winding_down_) take_slots(now);
  if (state_ != State::idle && !ticket_ && now >= next_) send(courier);
}

void ScaleProber::take_slots(Instant now) {
  while (schedule_.next().due <= now) {
    const Slot slot = schedule_.take();
    if (state_ == State::idle) {
      begin(slot);
    } else {
      on_sample_(sample_of(slot, Outcome::unsent));
    }
  }
}

void ScaleProber::begin(const Slot& slot) {
  slot_ = slot;
  scaling_ = {};
  scaling_.sequence = slot.sequence;
  state_ = State::raising;
  next_ = slot.due;
}

void ScaleProber::send(Courier& courier) {
  const bool scales = state_ == State::raising || state_ == State::lowering;
  http::Request request;
  request.timeout = kRequestTimeout;
  request.connection = options_.connection;
  request.method = scales ? "PUT" : "GET";
  request.url = options_.base + (scales ? options_.place.scale_path() : options_.place.pods_path());
  if (scales) request.body = scale_body(options_.place, state_ == State::raising ? 1 : 0);
  ticket_ = courier.send(*this, request);
}

void ScaleProber::ended(std::uint64_t ticket, const http::Transfer& transfer) {
  if (ticket_ != ticket) return;
  ticket_.reset();
  last_status_ = static_cast<std::uint16_t>(std::clamp(transfer.status, 0, 999));
  if (state_ == State::raising && scaling_.asked.ns == 0) scaling_.asked = last_look_ = transfer.sent;
  if (!kube::is_good(transfer)) {
    next_ = transfer.done + kRetryPause;
    return;
  }
  next_ = transfer.sent + kLookEvery;
  if (state_ == State::raising) {
    state_ = State::growing;
  } else if (state_ == State::lowering) {
    state_ = State::shrinking;
  } else {
    take_look(transfer);
  }
}

void ScaleProber::take_look(const http::Transfer& transfer) {
  const auto pods = read_pod_progress(transfer.body);
  if (!pods) return;
  if (state_ == State::shrinking) {
    if (pods->empty()) state_ = State::idle;
    return;
  }
  const auto any = [&](auto&& stage) { return std::any_of(pods->begin(), pods->end(), stage); };
  const Reached now{last_look_, transfer.done};
  reach(scaling_.created, !pods->empty(), now);
  reach(scaling_.bound, any([](const PodProgress& pod) { return pod.bound; }), now);
  reach(scaling_.ready, any([](const PodProgress& pod) { return pod.ready; }), now);
  last_look_ = transfer.sent;
  if (!scaling_.ready) return;
  const bool in_time = transfer.done - slot_->due <= options_.deadline;
  finish_slot(in_time ? Outcome::ok : Outcome::slow, transfer.done);
}

void ScaleProber::give_up(Instant now, Courier& courier) {
  if (ticket_) courier.cancel(*ticket_);
  ticket_.reset();
  finish_slot(Outcome::timeout, now);
}

void ScaleProber::finish_slot(Outcome outcome, Instant done) {
  Sample sample = sample_of(*slot_, outcome);
  // One that was never sent has the instant at which it should have been.
  sample.sent = scaling_.asked.ns != 0 ? scaling_.asked : slot_->due;
  sample.done = done;
  sample.http_status = last_status_;
  slot_.reset();
  state_ = State::lowering;
  next_ = done;
  on_sample_(sample);
  on_scaling_(scaling_);
}

Sample ScaleProber::sample_of(const Slot& slot, Outcome outcome) const {
  Sample sample;
  sample.prober = options_.prober;
  sample.sequence = slot.sequence;
  sample.scheduled = slot.due;
  sample.outcome = outcome;
  return sample;
}

void ScaleProber::stop(Courier& courier) {
  if (ticket_) courier.cancel(*ticket_);
  ticket_.reset();
  if (slot_) on_sample_(sample_of(*slot_, Outcome::aborted));
  slot_.reset();
  state_ = State::idle;
  winding_down_ = true;
}

}  // namespace hadrill
