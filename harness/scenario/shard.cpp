#include "scenario/shard.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <string>

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostShards = 256;
/// Probers and agents set up before, proof of healing and the last looks after.
constexpr Duration kAround = 1min;

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

Duration observed(const Step& step) {
  const auto* observe = std::get_if<ObserveStep>(&step);
  if (observe == nullptr) return Duration::zero();
  return observe->until_recovered ? std::max(observe->at_least, observe->timeout / 2) : observe->at_least;
}

}  // namespace

Result<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto index = number(text.substr(0, slash));
    const auto count = number(text.substr(slash + 1));
    if (index && count && *index >= 1 && *index <= *count && *count <= kMostShards) return Shard{*index, *count};
  }
  return usage_error("--shard", "\"" + std::string(text) + "\" is no part such as 2/4: the second of four");
}

Duration expected_duration(const Scenario& scenario) {
  return std::accumulate(scenario.method.begin(), scenario.method.end(), scenario.steady_state_hold + kAround,
                         [](Duration sum, const Step& step) { return sum + observed(step); });
}

std::vector<std::size_t> deal_out(const std::vector<Duration>& costs, std::size_t count) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&costs](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  std::vector<Duration> loads(count, Duration::zero());
  std::vector<std::size_t> part(costs.size());
  for (const std::size_t run : order) {
    const auto least = std::min_element(loads.begin(), loads.end());
    *least += costs[run];
    part[run] = static_cast<std::size_t>(least - loads.begin());
  }
  return part;
}

}  // namespace hadrill
