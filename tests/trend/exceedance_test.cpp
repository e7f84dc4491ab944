#include "trend/exceedance.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "trend/compare.hpp"
#include "trials.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::trend;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// `none` trials without an outage and `some` with one between `lower` and `upper` seconds.
Values values(std::size_t none, std::size_t some, double lower, double upper) {
  Values out{std::vector<double>(none, 0.0), std::vector<double>(none, 0.0)};
  out.lower.insert(out.lower.end(), some, lower);
  out.upper.insert(out.upper.end(), some, upper);
  return out;
}

/// Trials of which the last `some` had an outage of `outage`, the others none.
std::vector<StoredTrial> mostly_without(int n, int some, Duration outage, const std::string& side) {
  std::vector<StoredTrial> out;
  for (int i = 0; i < n; ++i) {
    const Duration length = i >= n - some ? outage : 0s;
    out.push_back(trial(i, length, length, side));
  }
  return out;
}

}  // namespace

TEST_CASE("trials above each threshold are counted, by what is proven and by what is possible") {
  const auto found = exceedances_of(values(20, 0, 0, 0), values(2, 3, 4.9, 5.1), 0, kLevel);
  REQUIRE(found.size() == 2);
  CHECK(found[0].above == 1);
  CHECK(found[0].base == Exceeding{0, 0, 20});
  CHECK(found[0].next == Exceeding{3, 3, 5});
  CHECK(found[0].p == Approx(2 * 10.0 / 2300));  // 2 C(5,3) / C(25,3)
  CHECK(found[1].above == 5);
  CHECK(found[1].next == Exceeding{0, 3, 5});
  CHECK(found[1].p == 1);  // none is proven to be above
}

TEST_CASE("a threshold above which the same trials are is not tested again") {
  CHECK(exceedances_of(values(20, 0, 0, 0), values(2, 3, 8, 8), 0, kLevel).size() == 1);
  CHECK(exceedances_of(values(20, 0, 0, 0), values(2, 3, 60, kInfinity), 0, kLevel).size() == 1);
  // And none that is less than what matters, or that no trial may be above.
  CHECK(exceedances_of(values(20, 0, 0, 0), values(2, 3, 8, 8), 10, kLevel).empty());
  CHECK(exceedances_of(values(20, 0, 0, 0), values(2, 3, 0.5, 0.9), 0, kLevel).empty());
}

TEST_CASE("times that are seldom nothing are left to the shift") {
  CHECK(exceedances_of(values(0, 20, 2, 2), values(0, 5, 8, 8), 0, kLevel).empty());
  CHECK(exceedances_of(values(4, 6, 2, 2), values(5, 5, 8, 8), 0, kLevel).empty());
  CHECK(exceedances_of({}, {}, 0, kLevel).empty());
  // Half of all is enough, on whichever side.
  CHECK_FALSE(exceedances_of(values(10, 0, 0, 0), values(0, 10, 8, 8), 0, kLevel).empty());
}

TEST_CASE("a table that could show nothing is no test") {
  const auto found = exceedances_of(values(5, 0, 0, 0), values(4, 1, 8, 8), 0, kLevel);
  REQUIRE(found.size() == 1);
  CHECK(found[0].change == Change::too_few);
}

TEST_CASE("that outages became more frequent is called where the shift is nothing") {
  const std::vector<StoredTrial> base = mostly_without(40, 0, 0s, "base");
  const Comparison worse = compare(base, mostly_without(20, 8, 8s, "new"), {});
  REQUIRE(worse.rows.size() == 1);
  const CompareRow& row = worse.rows.front();
  CHECK(row.shift == stats::Range{0, 0});
  CHECK(row.change == Change::none);
  REQUIRE(row.exceedances.size() == 1);
  CHECK(row.exceedances[0].change == Change::worse);
  CHECK(row.verdict() == Change::worse);
  CHECK(worse.regression());
  CHECK(worse.tested == 2);
  // The other way round it is no regression, and one outage more is no change.
  const Comparison better = compare(mostly_without(20, 8, 8s, "base"), mostly_without(40, 0, 0s, "new"), {});
  CHECK(better.rows.front().verdict() == Change::better);
  CHECK_FALSE(better.regression());
  CHECK(compare(base, mostly_without(20, 1, 8s, "new"), {}).rows.front().verdict() != Change::worse);
}

TEST_CASE("only what is proven makes outages more frequent") {
  const Values base = values(20, 0, 0, 0);
  auto open = exceedances_of(base, values(0, 5, 0, kInfinity), 0, kLevel);
  REQUIRE(open.size() == 1);
  open[0].adjusted_p = open[0].p;
  call_exceedance(open[0], kLevel);
  CHECK(open[0].change != Change::worse);
  auto proven = exceedances_of(base, values(0, 5, 2, kInfinity), 0, kLevel);
  REQUIRE_FALSE(proven.empty());
  proven[0].adjusted_p = proven[0].p;
  call_exceedance(proven[0], kLevel);
  CHECK(proven[0].change == Change::worse);
}
