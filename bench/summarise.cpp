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

/// A run of bad requests, all with an index of `sent`: from the first to behind the last.
struct Run {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Run> runs_of_bad(const std::vector<Made>& sent) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (sent[i].good) continue;
    if (runs.empty() || runs.back().end != i) runs.push_back({i, i});
    runs.back().end = i + 1;
  }
  return runs;
}

/// The longest run of bad requests, as the SLI longest_outage has it: proven from its first request to its last,
/// possible from the last good one before to the first good one after, by when they were sent; measured is the middle.
/// `runs`: how many outages the client believes to have seen.
Json outage_of(const std::vector<Made>& sent) {
  const std::vector<Run> runs = runs_of_bad(sent);
  if (runs.empty()) return nullptr;
  const auto proven = [&](const Run& run) { return sent[run.end - 1].sent - sent[run.begin].sent; };
  const Run run =
      *std::max_element(runs.begin(), runs.end(), [&](const Run& a, const Run& b) { return proven(a) < proven(b); });
  if (run.begin == 0 || run.end == sent.size()) return {{"open", true}, {"runs", runs.size()}};
  const auto lower = static_cast<double>(proven(run)) / kNsPerMs;
  const auto upper = static_cast<double>(sent[run.end].sent - sent[run.begin - 1].sent) / kNsPerMs;
  return {{"open", false}, {"runs", runs.size()}, {"lowerMs", lower}, {"upperMs", upper}, {"ms", (lower + upper) / 2}};
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
