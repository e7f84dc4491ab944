// Owns the walk through a whole history in the order of slots, for whoever wants no more than that.
#pragma once

#include "check/slot_order.hpp"
#include "history/sample_stream.hpp"

namespace hadrill {

/// Calls `take` with every sample from the first on, until it returns false. Whether it never did. Error: of the
/// stream.
template <typename Take>
Result<bool> for_each_sample(SampleStream& samples, Take take) {
  samples.rewind();
  for (;;) {
    const auto block = samples.next();
    if (!block.ok()) return block.error();
    if (block->empty()) return true;
    for (const Sample& sample : *block) {
      if (!take(sample)) return false;
    }
  }
}

/// How much later than its slot a request may end without all samples having to be sorted first: its hard timeout, and
/// a harness that was stopped for a minute.
Duration slot_horizon(const SampleHeader& header);

/// Reads the stream from its beginning and hands on its judged samples by seconds from `origin`. Calls `restart` before
/// the first second, and once more when the history turns out to be so far out of order that all of it has to be sorted
/// in memory: what was handed on until then is void. Error: of the stream.
Status walk_slots(SampleStream& samples, Instant origin, const std::function<void()>& restart,
                  const SlotOrder::Sink& sink);

}  // namespace hadrill
