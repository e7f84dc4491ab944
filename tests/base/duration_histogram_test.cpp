// Percentiles in constant memory: never too low, too high by less than 1 %.
#include "base/duration_histogram.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

using namespace hadrill;
using namespace std::chrono_literals;

TEST_CASE("an empty histogram has no values") {
  const DurationHistogram histogram;
  CHECK(histogram.count() == 0);
  CHECK(histogram.max() == 0ns);
  CHECK(histogram.percentile(0.99) == 0ns);
  CHECK(histogram.octaves().empty());
}

TEST_CASE("small values are exact, and no percentile is above the largest value") {
  DurationHistogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.add(Duration(i));
  CHECK(histogram.percentile(0.5) == 50ns);
  CHECK(histogram.percentile(0.99) == 99ns);
  CHECK(histogram.percentile(1) == 100ns);
  DurationHistogram one;
  one.add(50ms);
  CHECK(one.percentile(0.01) == 50ms);
  CHECK(one.percentile(0.99) == 50ms);
}

TEST_CASE("what is early counts as punctual") {
  DurationHistogram histogram;
  histogram.add(-5ms);
  CHECK(histogram.percentile(1) == 0ns);
  CHECK(histogram.count() == 1);
}

TEST_CASE("percentiles are within the stated error of the nearest rank") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 50; ++round) {
    DurationHistogram histogram;
    std::vector<Duration> values(1 + random() % 2000);
    for (Duration& value : values) {
      value = Duration(static_cast<std::int64_t>(random() >> (2 + random() % 61)));
      histogram.add(value);
    }
    std::sort(values.begin(), values.end());
    CHECK(histogram.max() == values.back());
    for (const int percent : {1, 50, 90, 99, 100}) {
      const Duration exact = values[(values.size() * static_cast<std::size_t>(percent) + 99) / 100 - 1];
      const Duration told = histogram.percentile(percent / 100.0);
      INFO(percent << " % of " << values.size());
      CHECK(told >= exact);
      CHECK(static_cast<double>(told.count()) <=
            static_cast<double>(exact.count()) * (1 + DurationHistogram::kRelativeError));
    }
  }
}

TEST_CASE("octaves hold every value once, below their edge") {
  DurationHistogram histogram;
  for (const Duration value :
       {Duration(0), Duration(1us), Duration(1001ns), Duration(2us), Duration(2001ns), Duration(1s)})
    histogram.add(value);
  const auto octaves = histogram.octaves();
  REQUIRE(octaves.size() == 4);
  CHECK(octaves[0].at_most == 1us);
  CHECK(octaves[0].count == 2);
  CHECK(octaves[1].at_most == 2us);
  CHECK(octaves[1].count == 2);
  CHECK(octaves[2].at_most == 4us);
  CHECK(octaves[2].count == 1);
  CHECK(octaves[3].at_most >= 1s);
  CHECK(octaves[3].at_most < 2s);
}
