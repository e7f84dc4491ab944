#include "probe/prober_loop.hpp"

#include <algorithm>

#include "base/duration.hpp"

namespace hadrill {
namespace {

std::vector<Duration> periods_of(const std::vector<Prober>& probers) {
  std::vector<Duration> periods;
  for (const Prober& prober : probers) periods.push_back(prober.period);
  return periods;
}

}  // namespace

std::vector<std::size_t> in_flight_caps(const std::vector<Prober>& probers, const InFlightLimits& limits) {
  constexpr std::size_t kSlack = 2;
  std::vector<std::size_t> caps;
  std::size_t together = 0;
  for (const Prober& prober : probers) {
    const double most = seconds_of(prober.timeout) / (seconds_of(prober.period) * Schedule::kShortestGap);
    caps.push_back(std::clamp(static_cast<std::size_t>(most) + kSlack, kSlack, std::max(kSlack, limits.prober)));
    together += caps.back();
  }
  if (together <= limits.loop) return caps;
  // In proportion, so that a fast prober cannot take the places of a slow one.
  for (std::size_t& cap : caps) cap = std::max(kSlack, cap * limits.loop / together);
  return caps;
}

ProberLoop::ProberLoop(const ProberLoad& load, http::Engine& engine, Clock& clock, SampleSink sink, Instant start,
                       std::uint64_t seed, const InFlightLimits& limits)
    : load_(load),
      engine_(engine),
      clock_(clock),
      sink_(std::move(sink)),
      schedule_(periods_of(load.probers), start, seed),
      caps_(in_flight_caps(load.probers, limits)),
      in_flight_count_(load.probers.size(), 0),
      errands_(load.companions, load.probers.size(), engine) {}

void ProberLoop::run(const Interrupt& stop) {
  while (!stop.raised() && !sink_gave_up_) {
    const Instant until = std::min(schedule_.next().due, errands_.due());
    for (const http::Finished& finished : engine_.drive_until(until, stop)) finish(finished);
    while (!stop.raised() && schedule_.next().due <= clock_.now()) send_slot(schedule_.take());
    if (!stop.raised()) errands_.act(clock_.now());
  }
}

void ProberLoop::send_slot(const Slot& slot) {
  std::size_t& count = in_flight_count_[slot.prober];
  if (count >= caps_[slot.prober]) return hand_on_unsent(slot);
  const Prober& prober = load_.probers[slot.prober];
  auto request = prober.operation->request(slot);
  if (!request) return hand_on_unsent(slot);
  request->timeout = prober.timeout;
  request->connection = prober.connection;
  request->connector = prober.connector;
  ++count;
  const std::uint64_t id = errands_.new_ticket();
  in_flight_[id] = slot;
  engine_.start(id, slot.prober, *request);
}

void ProberLoop::hand_on_unsent(const Slot& slot) {
  Sample unsent;
  unsent.prober = slot.prober;
  unsent.sequence = slot.sequence;
  unsent.scheduled = slot.due;
  unsent.outcome = Outcome::unsent;
  hand_on(unsent);
}

void ProberLoop::finish(const http::Finished& finished) {
  if (errands_.finish(finished)) return;
  const auto found = in_flight_.find(finished.id);
  if (found == in_flight_.end()) return;
  const Slot slot = found->second;
  in_flight_.erase(found);
  --in_flight_count_[slot.prober];
  finish_slot(slot, finished.transfer);
}

void ProberLoop::finish_slot(const Slot& slot, const http::Transfer& transfer) {
  constexpr int kHighestStatus = 999;
  Sample sample;
  sample.prober = slot.prober;
  sample.sequence = slot.sequence;
  sample.outcome = load_.probers[slot.prober].operation->outcome(slot, transfer, transfer.done - slot.due);
  sample.opened_connection = transfer.opened_connection;
  sample.http_status = static_cast<std::uint16_t>(std::clamp(transfer.status, 0, kHighestStatus));
  sample.server = load_.servers.number(transfer.certificate_serial);
  if (sample.server == 0 && load_.names != nullptr)
    sample.server = load_.names->number(transfer.server_name, transfer.done);
  sample.scheduled = slot.due;
  sample.sent = transfer.sent;
  sample.first_byte = transfer.first_byte.value_or(Instant{});
  sample.done = transfer.done;
  hand_on(sample);
}

void ProberLoop::hand_on(const Sample& sample) {
  if (!sink_gave_up_ && !sink_(sample)) sink_gave_up_ = true;
}

bool ProberLoop::drained() const {
  return in_flight_.empty() && std::all_of(load_.companions.begin(), load_.companions.end(),
                                           [](const Companion* companion) { return companion->settled(); });
}

void ProberLoop::drain(Instant deadline, const Interrupt& abandon) {
  for (Companion* companion : load_.companions) companion->wind_down();
  while (!drained() && !abandon.raised() && clock_.now() < deadline) {
    const Instant until = std::min(deadline, errands_.due());
    for (const http::Finished& finished : engine_.drive_until(until, abandon)) finish(finished);
    errands_.act(clock_.now());
  }
  abandon_the_rest();
}

void ProberLoop::abandon_the_rest() {
  errands_.stop();
  for (const auto& [id, slot] : in_flight_) {
    load_.probers[slot.prober].operation->abandoned(slot);
    Sample aborted;
    aborted.prober = slot.prober;
    aborted.sequence = slot.sequence;
    aborted.outcome = Outcome::aborted;
    aborted.scheduled = slot.due;
    hand_on(aborted);
    engine_.cancel(id);
  }
  in_flight_.clear();
  errands_.drain(clock_);
}

}  // namespace hadrill
