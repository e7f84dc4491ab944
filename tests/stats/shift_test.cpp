#include "stats/shift.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <random>

using namespace hadrill::stats;

namespace {

const std::vector<double> kAtTerm{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
const std::vector<double> kEarly{1.15, 0.88, 0.90, 0.74, 1.21};

}  // namespace

TEST_CASE("the textbook's example is shifted by what the textbook says") {
  // Hollander and Wolfe (1999), examples 4.3 and 4.4.
  CHECK(shift_estimate(kEarly, kAtTerm) == Approx(0.305));
  const auto interval = shift_interval(kEarly, kAtTerm);
  REQUIRE(interval);
  CHECK(interval->lower == Approx(-0.15));
  CHECK(interval->upper == Approx(0.76));
}

TEST_CASE("a shift that is put in comes out") {
  std::vector<double> later = kAtTerm;
  for (double& value : later) value += 2;
  CHECK(shift_estimate(kAtTerm, later) == Approx(2));
  const auto interval = shift_interval(kAtTerm, later);
  REQUIRE(interval);
  CHECK(interval->lower < 2);
  CHECK(interval->upper > 2);
  CHECK(shift_estimate(later, kAtTerm) == Approx(-2));
}

TEST_CASE("an interval needs enough values, as a change does") {
  CHECK_FALSE(shift_interval({1, 2, 3}, {4, 5, 6}));
  CHECK_FALSE(shift_interval({}, {1}));
  // 4 against 4: from the smallest to the greatest difference, as P(U = 0) = 1/70 is below 2.5 %.
  CHECK(shift_interval({0, 0, 0, 0}, {1, 2, 3, 4}) == Range{1, 4});
  // 5 against 5: the third from either end.
  CHECK(shift_interval({0, 0, 0, 0, 0}, {1, 2, 3, 4, 5}) == Range{1, 5});
}

TEST_CASE("an end that was not seen leaves the interval open") {
  const double open = std::numeric_limits<double>::infinity();
  const auto interval = shift_interval({1, 2, 3, 4}, {5, 6, open, open});
  REQUIRE(interval);
  CHECK(interval->upper == open);
  CHECK(interval->lower == 1);
  CHECK(shift_estimate({1, 2, 3, 4}, {5, open, open, open}) == open);
}

TEST_CASE("the interval holds the true shift as often as it promises") {
  std::mt19937 random(5);
  std::exponential_distribution<double> times(1);
  int held = 0;
  constexpr int kRounds = 1000;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> first(6);
    std::vector<double> second(6);
    for (double& value : first) value = times(random);
    for (double& value : second) value = times(random) + 0.7;
    const auto interval = shift_interval(first, second);
    REQUIRE(interval);
    if (interval->lower <= 0.7 && 0.7 <= interval->upper) ++held;
  }
  CHECK(held >= kRounds * 0.95);
}

TEST_CASE("beyond the counted sizes the interval hardly changes") {
  std::mt19937 random(9);
  std::normal_distribution<double> values(10, 2);
  std::vector<double> first(30);
  std::vector<double> second(30);
  for (double& value : first) value = values(random);
  for (double& value : second) value = values(random) + 1;
  const auto counted = shift_interval(first, second);
  first.push_back(10);
  second.push_back(11);
  const auto approximated = shift_interval(first, second);
  REQUIRE(counted);
  REQUIRE(approximated);
  CHECK(approximated->lower == Approx(counted->lower).margin(0.15));
  CHECK(approximated->upper == Approx(counted->upper).margin(0.15));
}
