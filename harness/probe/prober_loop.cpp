#include "probe/prober_loop.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "probe/read_outcome.hpp"

namespace hadrill {
namespace {

std::vector<Duration> periods_of(const std::vector<PlannedProber>& probers) {
  std::vector<Duration> periods;
  for (const PlannedProber& prober : probers) periods.push_back(prober.spec.period);
  return periods;
}

http::Request request_of(const PlannedProber& prober) {
  http::Request request;
  request.url = prober.base + kReadPath;
  request.timeout = prober.spec.timeout;
  request.connection =
      prober.spec.connection == ConnectionClass::fresh ? http::ConnectionUse::fresh : http::ConnectionUse::reused;
  return request;
}

}  // namespace

ProberLoop::ProberLoop(const std::vector<PlannedProber>& probers, http::Engine& engine, Clock& clock, SampleSink sink,
                       Instant start, std::uint64_t seed)
    : probers_(probers),
      engine_(engine),
      clock_(clock),
      sink_(std::move(sink)),
      schedule_(periods_of(probers), start, seed),
      in_flight_count_(probers.size(), 0) {
  for (const PlannedProber& prober : probers) requests_.push_back(request_of(prober));
}

std::size_t ProberLoop::cap(const PlannedProber& prober) const {
  constexpr std::size_t kSlack = 2;
  const double most = seconds_of(prober.spec.timeout) / (seconds_of(prober.spec.period) * Schedule::kShortestGap);
  return static_cast<std::size_t>(most) + kSlack;
}

void ProberLoop::run(const Interrupt& stop) {
  while (!stop.raised() && !sink_gave_up_) {
    for (const http::Finished& finished : engine_.drive_until(schedule_.next().due, stop)) finish(finished);
    while (!stop.raised() && schedule_.next().due <= clock_.now()) send(schedule_.take());
  }
}

void ProberLoop::send(const Slot& slot) {
  std::size_t& count = in_flight_count_[slot.prober];
  if (count >= cap(probers_[slot.prober])) {
    Sample unsent;
    unsent.prober = slot.prober;
    unsent.sequence = slot.sequence;
    unsent.scheduled = slot.due;
    unsent.outcome = Outcome::unsent;
    hand_on(unsent);
    return;
  }
  ++count;
  const std::uint64_t id = next_id_++;
  in_flight_[id] = {slot};
  engine_.start(id, slot.prober, requests_[slot.prober]);
}

void ProberLoop::finish(const http::Finished& finished) {
  const auto found = in_flight_.find(finished.id);
  if (found == in_flight_.end()) return;
  const Slot slot = found->second.slot;
  in_flight_.erase(found);
  --in_flight_count_[slot.prober];
  const http::Transfer& transfer = finished.transfer;
  Sample sample;
  sample.prober = slot.prober;
  sample.sequence = slot.sequence;
  sample.outcome = outcome_of_read(transfer, transfer.done - slot.due, probers_[slot.prober].spec.deadline);
  sample.opened_connection = transfer.opened_connection;
  sample.http_status = static_cast<std::uint16_t>(std::clamp(transfer.status, 0, 999));
  sample.scheduled = slot.due;
  sample.sent = transfer.sent;
  sample.first_byte = transfer.first_byte.value_or(Instant{});
  sample.done = transfer.done;
  hand_on(sample);
}

void ProberLoop::hand_on(const Sample& sample) {
  if (!sink_gave_up_ && !sink_(sample)) sink_gave_up_ = true;
}

void ProberLoop::drain(Instant deadline, const Interrupt& abandon) {
  while (!in_flight_.empty() && !abandon.raised() && clock_.now() < deadline) {
    for (const http::Finished& finished : engine_.drive_until(deadline, abandon)) finish(finished);
  }
  for (const auto& [id, waiting] : in_flight_) {
    Sample aborted;
    aborted.prober = waiting.slot.prober;
    aborted.sequence = waiting.slot.sequence;
    aborted.outcome = Outcome::aborted;
    aborted.scheduled = waiting.slot.due;
    hand_on(aborted);
  }
  in_flight_.clear();
}

}  // namespace hadrill
