#include "stats/order_statistics.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace hadrill::stats;

using Places = std::pair<std::size_t, std::size_t>;

TEST_CASE("the median of an even number lies between the two in the middle") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 2, 3}) == 2.5);
  CHECK(median({7}) == 7);
  const double open = std::numeric_limits<double>::infinity();
  CHECK(median({1, open, open}) == open);
  CHECK(median({open, open}) == open);
  CHECK(median({1, 2, open}) == 2);
}

TEST_CASE("the median's interval is the one of the binomial tables") {
  CHECK(median_places(6) == Places(1, 6));
  CHECK(median_places(10) == Places(2, 9));
  CHECK(median_places(20) == Places(6, 15));
  CHECK(median_places(30) == Places(10, 21));
}

TEST_CASE("five values do not enclose the median with 95 %") {
  for (const std::size_t few : {0, 1, 2, 3, 4, 5}) CHECK_FALSE(median_places(few));
  CHECK(median_places(5, 0.9) == Places(1, 5));
}

TEST_CASE("a quantile is named only from as many values on as can tell it") {
  CHECK_FALSE(nameable_quantile(0));
  CHECK_FALSE(nameable_quantile(4));
  CHECK(nameable_quantile(5) == 0.5);
  CHECK(nameable_quantile(10) == 0.5);
  CHECK(nameable_quantile(11) == 0.75);
  CHECK(nameable_quantile(29) == 0.9);
  CHECK(nameable_quantile(58) == 0.9);
  CHECK(nameable_quantile(59) == 0.95);
  CHECK(nameable_quantile(298) == 0.95);
  CHECK(nameable_quantile(299) == 0.99);
}
