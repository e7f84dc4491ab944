#include "stats/fisher.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "stats/rank_distribution.hpp"

using namespace hadrill::stats;

namespace {

/// P(the second group has `k` of all hits), by the definition of the hypergeometric distribution.
double chance(std::size_t k, std::size_t hits, std::size_t first, std::size_t second) {
  return choose(second, k) * choose(first, hits - k) / choose(first + second, hits);
}

}  // namespace

TEST_CASE("the lady who tastes tea has Fisher's p") {
  // The Design of Experiments, chapter II: of eight cups three of the four are told right, or all of them.
  CHECK(fisher_test({1, 4}, {3, 4}).p_greater == Approx(17.0 / 70));
  CHECK(fisher_test({0, 4}, {4, 4}).p_greater == Approx(1.0 / 70));
  CHECK(fisher_test({4, 4}, {0, 4}).p_less == Approx(1.0 / 70));
  CHECK(fisher_test({4, 4}, {0, 4}).p_greater == Approx(1));
}

TEST_CASE("the convicted brothers and sisters of criminal twins have the p of Fisher's paper") {
  // Journal of the Royal Statistical Society 98 (1935): of 13 identical twins 10, of 17 others 2. R's fisher.test:
  // 0.0004652.
  const FisherTest test = fisher_test({2, 17}, {10, 13});
  CHECK(test.p_greater == Approx(0.00046518).epsilon(1e-4));
  CHECK(fisher_test({10, 13}, {2, 17}).p_less == Approx(test.p_greater));
}

TEST_CASE("p is the sum of the hypergeometric distribution's tail") {
  std::mt19937 random(5);
  const auto upto = [&random](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
  for (int round = 0; round < 200; ++round) {
    const Count first{upto(12), 12};
    const Count second{upto(7), 7};
    const std::size_t hits = first.hits + second.hits;
    double greater = 0;
    double less = 0;
    for (std::size_t k = hits > 12 ? hits - 12 : 0; k <= std::min<std::size_t>(hits, 7); ++k) {
      if (k >= second.hits) greater += chance(k, hits, 12, 7);
      if (k <= second.hits) less += chance(k, hits, 12, 7);
    }
    const FisherTest test = fisher_test(first, second);
    CHECK(test.p_greater == Approx(greater));
    CHECK(test.p_less == Approx(less));
    CHECK(test.least_greater <= Approx(test.p_greater));
    CHECK(test.least_less <= Approx(test.p_less));
  }
}

TEST_CASE("what no count with these sums could show is told") {
  // One hit in all: at best it is the second group's, which happens once in two.
  CHECK(fisher_test({1, 5}, {0, 5}).least_greater == Approx(0.5));
  CHECK(fisher_test({0, 5}, {5, 5}).least_greater == Approx(1.0 / 252));
  // The sums decide, not how the hits lie.
  CHECK(fisher_test({5, 5}, {0, 5}).least_greater == Approx(1.0 / 252));
}

TEST_CASE("a group of nothing, and no hit at all, say nothing") {
  CHECK(fisher_test({0, 0}, {3, 3}).p_greater == 1);
  CHECK(fisher_test({3, 3}, {0, 0}).p_less == 1);
  CHECK(fisher_test({0, 9}, {0, 4}).p_greater == 1);
  CHECK(fisher_test({9, 9}, {4, 4}).p_less == 1);
}

TEST_CASE("groups of thousands neither overflow nor lose their tail") {
  const FisherTest same = fisher_test({1000, 4000}, {1000, 4000});
  CHECK(same.p_greater == Approx(0.5).margin(0.02));
  CHECK(fisher_test({1000, 4000}, {1200, 4000}).p_greater < 1e-5);
  CHECK(fisher_test({1000, 4000}, {1200, 4000}).p_greater > 0);
}
