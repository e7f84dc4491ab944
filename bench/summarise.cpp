// Says of one run of a load generator how late it sent, and how long it saw a service away, as one line of JSON.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <string_view>

#include "base/duration.hpp"
#include "base/json.hpp"
#include "requests.hpp"

namespace hadrill::bench {
namespace {

constexpr double kNsPerMs = 1e6;

/// Nearest rank, in ms.
double percentile(const std::vector<std::int64_t>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size()) - 1e-9));
  return static_cast<double>(sorted[std::max<std::size_t>(rank, 1) - 1]) / kNsPerMs;
}

Json lateness_of(const std::vector<Made>& sent) {
  std::vector<std::int64_t> late;
  late.reserve(sent.size());
  for (const Made& one : sent) late.push_back(std::max<std::int64_t>(0, one.sent - one.planned));
  std::sort(late.begin(), late.end());
  return {{"p50", percentile(late, 0.5)},
          {"p99", percentile(late, 0.99)},
          {"p999", percentile(late, 0.999)},
          {"max", percentile(late, 1)}};
}

/// The outage: proven from the first failed request to the last one, possible from the last good one before to the
/// first good one after, by when they were sent; measured is the middle. With failures in more than one place (a client
/// or a server that does not keep up) there is no such outage: `stray` counts good requests between the first and the
/// last failure.
Json outage_of(const std::vector<Made>& sent) {
  const auto bad = [](const Made& one) { return !one.good; };
  const auto first = std::find_if(sent.begin(), sent.end(), bad);
  if (first == sent.end()) return nullptr;
  const auto last = std::find_if(sent.rbegin(), sent.rend(), bad).base() - 1;
  const auto stray = std::count_if(first, last, [](const Made& one) { return one.good; });
  if (first == sent.begin() || last + 1 == sent.end()) return {{"open", true}, {"stray", stray}};
  const auto lower = static_cast<double>(last->sent - first->sent) / kNsPerMs;
  const auto upper = static_cast<double>((last + 1)->sent - (first - 1)->sent) / kNsPerMs;
  return {{"open", false}, {"stray", stray}, {"lowerMs", lower}, {"upperMs", upper}, {"ms", (lower + upper) / 2}};
}

Json summary_of(std::vector<Made> all) {
  const std::size_t planned = all.size();
  std::erase_if(all, [](const Made& one) { return one.sent == 0; });
  std::sort(all.begin(), all.end(), [](const Made& a, const Made& b) { return a.sent < b.sent; });
  const auto bad = std::count_if(all.begin(), all.end(), [](const Made& one) { return !one.good; });
  const double seconds = all.size() < 2 ? 0 : static_cast<double>(all.back().sent - all.front().sent) / 1e9;
  return {{"planned", planned},
          {"sent", all.size()},
          {"bad", bad},
          {"rate", seconds > 0 ? static_cast<double>(all.size() - 1) / seconds : 0},
          {"latenessMs", lateness_of(all)},
          {"outage", outage_of(all)}};
}

}  // namespace
}  // namespace hadrill::bench

int main(int count, char** arguments) {
  const std::string_view tool = count == 5 ? arguments[1] : "";
  if (tool != "hadrill" && tool != "vegeta") {
    std::cerr << "usage: summarise hadrill|vegeta FILE RATE DEADLINE\n";
    return 64;
  }
  const auto deadline = hadrill::parse_duration(arguments[4]);
  if (!deadline.ok()) {
    std::cerr << deadline.error().text() << '\n';
    return 64;
  }
  auto made = tool == "hadrill" ? hadrill::bench::read_hadrill(arguments[2])
                                : hadrill::bench::read_vegeta(arguments[2], std::stod(arguments[3]), *deadline);
  if (!made.ok()) {
    std::cerr << made.error().text() << '\n';
    return 5;
  }
  std::cout << hadrill::bench::summary_of(std::move(*made)).dump() << '\n';
}
