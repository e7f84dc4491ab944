#include "run/stop_watch.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"

namespace hadrill {
namespace {

std::string text(const StopCondition& condition) {
  const char* what = condition.when == StopCondition::When::api_unavailable
                         ? "no request through the load balancer was answered"
                         : "etcd had no quorum";
  return fmt::format("stop condition: {} for {}", what, format_duration(condition.lasting));
}

}  // namespace

StopWatch::StopWatch(std::vector<StopCondition> conditions, const Topology& topology, const SampleHeader& header)
    : topology_(topology) {
  for (StopCondition& condition : conditions) watched_.push_back({condition, std::nullopt});
  for (const ProberInfo& prober : header.probers) users_.push_back(prober.through_load_balancer());
}

void StopWatch::see(const Sample& sample) {
  if (sample.outcome == Outcome::ok && sample.prober < users_.size() && users_[sample.prober])
    last_good_ns_ = sample.done.ns;
}

std::optional<Instant> StopWatch::holds_since(const Watched& watched, Instant now, Readiness& readiness,
                                              const Interrupt& interrupt) const {
  if (watched.condition.when == StopCondition::When::api_unavailable) {
    const Instant last_good{last_good_ns_};
    return last_good.ns == 0 ? std::nullopt : std::optional(last_good);
  }
  const auto members = topology_.etcd_nodes().size();
  const bool lost = readiness.health(interrupt).etcd_members.size() < members / 2 + 1;
  if (!lost || interrupt.raised()) return std::nullopt;
  return watched.since.value_or(now);
}

std::optional<std::string> StopWatch::due(Instant now, Readiness& readiness, const Interrupt& interrupt) {
  for (Watched& watched : watched_) {
    watched.since = holds_since(watched, now, readiness, interrupt);
    if (watched.since && now - *watched.since >= watched.condition.lasting) return text(watched.condition);
  }
  return std::nullopt;
}

}  // namespace hadrill
