#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "base/duration_histogram.hpp"

using namespace hadrill;
using namespace std::chrono_literals;

TEST_CASE("percentiles are upper bounds, sharp to the stated error, of whatever size the values are") {
  std::mt19937_64 random(7);
  std::vector<Duration> values;
  DurationHistogram histogram;
  for (int i = 0; i < 10'000; ++i) {
    values.emplace_back(static_cast<std::int64_t>(random() >> (24 + random() % 38)));
    histogram.add(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double share : {0.001, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * 10'000 - 1e-9));
    const Duration exact = values[rank - 1];
    CHECK(histogram.percentile(share) >= exact);
    CHECK(static_cast<double>((histogram.percentile(share) - exact).count()) <=
          DurationHistogram::kRelativeError * static_cast<double>(exact.count()));
  }
  CHECK(histogram.max() == values.back());
  CHECK(histogram.percentile(1) == values.back());
  CHECK(histogram.count() == 10'000);
}

TEST_CASE("an empty histogram is zero, and early is on time") {
  DurationHistogram histogram;
  CHECK(histogram.percentile(0.99) == 0ns);
  histogram.add(-5ms);
  CHECK(histogram.max() == 0ns);
  CHECK(histogram.percentile(0.99) == 0ns);
  histogram.add(Duration::max());
  CHECK(histogram.percentile(1) == Duration::max());
}
