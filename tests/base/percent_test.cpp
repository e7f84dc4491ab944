#include "base/percent.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace hadrill;

TEST_CASE("a share in percent is the number that somebody wrote") {
  CHECK(format_percent(0.57) == "57");
  CHECK(format_percent(0.29) == "29");
  CHECK(format_percent(0.9995) == "99.95");
  CHECK(format_percent(0.99999999) == "99.999999");
  CHECK(format_percent(1) == "100");
  CHECK(format_percent(0) == "0");
  CHECK(format_percent(0.1) == "10");
}

TEST_CASE("every percentage with two decimals comes back as it was written") {
  for (int hundredths = 1; hundredths <= 10'000; ++hundredths) {
    const std::string whole = std::to_string(hundredths / 100);
    std::string decimals = std::to_string(100 + hundredths % 100).substr(1);
    while (!decimals.empty() && decimals.back() == '0') decimals.pop_back();
    const std::string written = decimals.empty() ? whole : whole + "." + decimals;
    CHECK(format_percent(std::stod(written) / 100) == written);
  }
}
