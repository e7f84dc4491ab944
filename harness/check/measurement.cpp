#include "check/measurement.hpp"

#include <algorithm>

#include "check/slot_walk.hpp"

namespace hadrill {
namespace {

bool after_end(const Frame& frame, const Sample& sample) { return frame.end && sample.scheduled > *frame.end; }

enum class Order { as_recorded, by_slot };

class Pass {
 public:
  Pass(const SampleHeader& header, const Frame& frame, Order order)
      : frame_(frame),
        order_(header.probers.size(), frame.window ? frame.window->t0_lower : Instant{},
               order == Order::by_slot ? Duration::zero() : slot_horizon(header), order == Order::by_slot,
               [this](const ClosedSecond& second) { close(second); }) {
    if (frame.window) {
      out_.lateness.emplace(header.probers, *frame.window, frame.validity_end);
      steadiness_.emplace(header.probers, *frame.window);
    }
    const Window* window = frame.window ? &*frame.window : nullptr;
    walks_.reserve(header.probers.size());
    for (const ProberInfo& prober : header.probers) {
      walks_.emplace_back(prober, window, frame.not_owed);
      writes_.push_back(prober.operation == operation::write);
    }
  }
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  /// False: see SlotOrder.
  bool add(const Sample& sample) {
    if (!is_judged(sample.outcome) || sample.prober >= walks_.size()) return true;
    if (sample.sent.ns != 0) {
      ++out_.requests;
      out_.connections_opened += sample.opened_connection ? 1 : 0;
      out_.all_lateness.add(sample.sent - sample.scheduled);
    }
    note_write(sample);
    return after_end(frame_, sample) || order_.add(sample);
  }

  /// nullopt: see SlotOrder.
  std::optional<Measurements> finish() {
    if (!order_.finish()) return std::nullopt;
    for (ProberWalk& walk : walks_) out_.probers.push_back(walk.finish());
    if (steadiness_) out_.steady = steadiness_->result();
    return std::move(out_);
  }

 private:
  void note_write(const Sample& sample) {
    const bool acknowledged = sample.outcome == Outcome::ok || sample.outcome == Outcome::slow;
    if (!acknowledged || !writes_[sample.prober] || !frame_.window) return;
    if (sample.sent < frame_.writes_sent_from || sample.done < frame_.writes_acknowledged_from) return;
    if (sample.done > frame_.window->end) return;
    Interval& first =
        out_.first_write ? *out_.first_write : out_.first_write.emplace(Interval{sample.sent, sample.done});
    first.begin = std::min(first.begin, sample.sent);
    first.end = std::min(first.end, sample.done);
  }

  void close(const ClosedSecond& second) {
    // Lateness first: which samples prove something depends on their whole second.
    if (out_.lateness) out_.lateness->add(second);
    if (steadiness_) steadiness_->add(second);
    for (std::size_t prober = 0; prober < walks_.size(); ++prober) {
      for (const Sample& sample : second.samples_of(prober)) {
        walks_[prober].step(sample, out_.lateness && out_.lateness->invalid_at(sample.scheduled));
      }
    }
  }

  const Frame& frame_;
  SlotOrder order_;
  Measurements out_;
  std::vector<ProberWalk> walks_;
  std::vector<bool> writes_;  ///< by prober
  std::optional<Steadiness> steadiness_;
};

Result<Measurements> measure_sorted(SampleStream& samples, const Frame& frame) {
  Pass pass(samples.header(), frame, Order::by_slot);
  std::vector<Sample> all;
  const auto read = for_each_sample(samples, [&](const Sample& sample) {
    if (after_end(frame, sample)) return pass.add(sample);
    all.push_back(sample);
    return true;
  });
  if (!read.ok()) return read.error();
  for (const Sample& sample : sorted_by_slot(std::move(all))) pass.add(sample);
  return *pass.finish();
}

}  // namespace

Result<SampleExtent> extent_of(SampleStream& samples) {
  SampleExtent extent;
  const auto read = for_each_sample(samples, [&extent](const Sample& sample) {
    extent.first = std::min(extent.first.value_or(sample.scheduled), sample.scheduled);
    if (is_judged(sample.outcome)) {
      extent.last = std::max(extent.last.value_or(sample.scheduled), sample.scheduled);
    }
    return true;
  });
  if (!read.ok()) return read.error();
  return extent;
}

Result<Measurements> measure(SampleStream& samples, const Frame& frame) {
  Pass pass(samples.header(), frame, Order::as_recorded);
  const auto read = for_each_sample(samples, [&pass](const Sample& sample) { return pass.add(sample); });
  if (!read.ok()) return read.error();
  if (*read) {
    if (auto measured = pass.finish()) return std::move(*measured);
  }
  return measure_sorted(samples, frame);
}

}  // namespace hadrill
