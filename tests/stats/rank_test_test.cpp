#include "stats/rank_test.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "stats/rank_distribution.hpp"

using namespace hadrill::stats;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Permeability of the human chorioamnion, Hollander and Wolfe (1999), example 4.1.
const std::vector<double> kAtTerm{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
const std::vector<double> kEarly{1.15, 0.88, 0.90, 0.74, 1.21};

/// n values below m others, of which `u` pairs are the other way round: U of the second group is n * m - u.
double tail_of(std::size_t n, std::size_t m, std::size_t u) {
  std::vector<std::int64_t> ranks(n + m);
  for (std::size_t i = 0; i < ranks.size(); ++i) ranks[i] = static_cast<std::int64_t>(i + 1);
  return RankSums(ranks, n).at_most(static_cast<std::int64_t>(n * (n + 1) / 2 + u));
}

double u_of(const std::vector<double>& first, const std::vector<double>& second) {
  double u = 0;
  for (const double a : first) {
    for (const double b : second) u += b > a ? 1 : (b == a ? 0.5 : 0);
  }
  return u;
}

/// Both one-sided p by dealing the pooled values out in every way there is.
std::pair<double, double> by_enumeration(const std::vector<double>& first, const std::vector<double>& second) {
  std::vector<double> all = first;
  all.insert(all.end(), second.begin(), second.end());
  const double seen = u_of(first, second);
  double as_great = 0;
  double as_small = 0;
  double ways = 0;
  for (unsigned mask = 0; mask < (1U << all.size()); ++mask) {
    std::vector<double> a;
    std::vector<double> b;
    for (std::size_t i = 0; i < all.size(); ++i) ((mask >> i & 1U) != 0 ? b : a).push_back(all[i]);
    if (b.size() != second.size()) continue;
    const double u = u_of(a, b);
    ways += 1;
    as_great += u >= seen ? 1 : 0;
    as_small += u <= seen ? 1 : 0;
  }
  return {as_great / ways, as_small / ways};
}

std::vector<double> drawn(std::mt19937& random, std::size_t n, int values) {
  std::vector<double> out(n);
  for (double& value : out) value = std::uniform_int_distribution<int>(0, values)(random);
  return out;
}

}  // namespace

TEST_CASE("U's distribution without ties is the published one") {
  // Mann and Whitney (1947), table I.
  CHECK(tail_of(3, 3, 0) == Approx(0.05));
  CHECK(tail_of(4, 4, 0) == Approx(0.0143).margin(5e-5));
  CHECK(tail_of(4, 4, 2) == Approx(0.0571).margin(5e-5));
  CHECK(tail_of(5, 5, 2) == Approx(4.0 / 252));
  CHECK(tail_of(5, 5, 3) == Approx(7.0 / 252));
  // Critical values at 5 %, two-sided, of the usual tables: 2 for 5 and 5, 23 for 10 and 10, 127 for 20 and 20.
  for (const auto& [n, critical] : {std::pair{5, 2}, std::pair{10, 23}, std::pair{20, 127}}) {
    const auto size = static_cast<std::size_t>(n);
    CHECK(tail_of(size, size, static_cast<std::size_t>(critical)) <= 0.025);
    CHECK(tail_of(size, size, static_cast<std::size_t>(critical) + 1) > 0.025);
  }
}

TEST_CASE("the textbook's example has the textbook's result") {
  const RankTest test = rank_test(kEarly, kAtTerm);
  CHECK(test.exact);
  CHECK(test.u == 35);
  CHECK(test.p_greater == Approx(0.1272).margin(5e-5));
  const RankTest turned = rank_test(kAtTerm, kEarly);
  CHECK(turned.u == 15);
  CHECK(turned.p_less == Approx(test.p_greater));
}

TEST_CASE("p is what dealing the values out in every way gives, with ties as well") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = std::uniform_int_distribution<std::size_t>(1, 5)(random);
    const std::size_t m = std::uniform_int_distribution<std::size_t>(1, 5)(random);
    const std::vector<double> first = drawn(random, n, round % 6 + 1);
    const std::vector<double> second = drawn(random, m, round % 6 + 1);
    const RankTest test = rank_test(first, second);
    const auto [greater, less] = by_enumeration(first, second);
    CHECK(test.u == Approx(u_of(first, second)));
    CHECK(test.p_greater == Approx(greater));
    CHECK(test.p_less == Approx(less));
  }
}

TEST_CASE("too few values can never show a change, and say so") {
  CHECK(smallest_p(3, 3) == Approx(0.1));
  CHECK(smallest_p(1, 1) == 1);
  CHECK(smallest_p(0, 9) == 1);
  CHECK(smallest_p(5, 5) == Approx(2.0 / 252));
  CHECK(smallest_p(1, 39) == Approx(0.05));
  CHECK(least_group(0.05) == 4);
  CHECK(least_group(0.01) == 5);
  // However far apart they are.
  const RankTest test = rank_test({1, 2, 3}, {1001, 1002, 1003});
  CHECK(2 * test.p_greater == Approx(smallest_p(3, 3)));
}

TEST_CASE("no values, and values that all tie, say nothing") {
  CHECK(rank_test({}, {1, 2}).p_greater == 1);
  CHECK(rank_test({1, 2}, {}).p_less == 1);
  CHECK(rank_test({3, 3, 3, 3}, {3, 3, 3, 3}).p_greater == 1);
  const std::vector<double> many(40, 3.0);
  CHECK(rank_test(many, many).p_greater == 1);
  CHECK_FALSE(rank_test(many, many).exact);
}

TEST_CASE("a value that was not seen to end is greater than all others, and ties with its like") {
  const RankTest test = rank_test({1, 2, 3, kInfinity}, {kInfinity, kInfinity, 4, 5});
  const RankTest like = rank_test({1, 2, 3, 100}, {100, 100, 4, 5});
  CHECK(test.u == like.u);
  CHECK(test.p_greater == like.p_greater);
}

TEST_CASE("where counting gives way to the normal distribution the two agree") {
  // U of 30 against 30 without ties, in both ways: 450 pairs in the middle, the spread as in the header's source.
  const double spread = std::sqrt(900.0 * 61 / 12);
  for (std::size_t u = 150; u <= 450; ++u) {
    const double approximate = normal_tail((450 - static_cast<double>(u) - 0.5) / spread);
    CHECK(tail_of(30, 30, u) == Approx(approximate).margin(approximate < 0.07 ? 0.0005 : 0.0015));
  }
  // And a test of 31 against 31 with ties is near the one of 30 against 30 that it contains.
  std::mt19937 random(11);
  for (int round = 0; round < 20; ++round) {
    std::vector<double> first = drawn(random, 30, 9);
    std::vector<double> second = drawn(random, 30, 9);
    const RankTest counted = rank_test(first, second);
    REQUIRE(counted.exact);
    first.push_back(4.5);
    second.push_back(4.5);
    const RankTest approximated = rank_test(first, second);
    REQUIRE_FALSE(approximated.exact);
    CHECK(approximated.p_greater == Approx(counted.p_greater).margin(0.03));
  }
}

TEST_CASE("groups that do not differ are called different no more often than promised") {
  std::mt19937 random(3);
  std::exponential_distribution<double> times(1);
  int called = 0;
  constexpr int kRounds = 2000;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> first(5);
    std::vector<double> second(7);
    for (double& value : first) value = times(random);
    for (double& value : second) value = times(random);
    const RankTest test = rank_test(first, second);
    if (2 * std::min(test.p_greater, test.p_less) <= 0.05) ++called;
  }
  CHECK(called <= kRounds * 0.06);
}

TEST_CASE("Cliff's delta counts pairs and follows from U") {
  CHECK(cliffs_delta({1, 2, 3}, {4, 5, 6}) == 1);
  CHECK(cliffs_delta({4, 5, 6}, {1, 2, 3}) == -1);
  CHECK(cliffs_delta({1, 2}, {1, 2}) == 0);
  CHECK(cliffs_delta({}, {1}) == 0);
  CHECK(cliffs_delta(kEarly, kAtTerm) == Approx(2 * 35.0 / 50 - 1));
}

TEST_CASE("a family of tests is adjusted as in Benjamini's and Hochberg's example") {
  // Their section 4.1: of fifteen hypotheses four are rejected at 5 %.
  const std::vector<double> p{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                              0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0};
  const std::vector<double> adjusted = adjusted_p(p);
  CHECK(std::count_if(adjusted.begin(), adjusted.end(), [](double one) { return one <= 0.05; }) == 4);
  CHECK(adjusted[0] == Approx(0.0015));
  CHECK(adjusted[3] == Approx(0.0095 * 15 / 4));
  CHECK(std::is_sorted(adjusted.begin(), adjusted.end()));
  CHECK(adjusted_p({0.04}) == std::vector<double>{0.04});
  CHECK(adjusted_p({}).empty());
  CHECK(adjusted_p({0.9, 0.001})[1] == Approx(0.002));
}
