#include "index/link.hpp"

#include <catch2/catch.hpp>

#include "roots.hpp"

using namespace hadrill;
using namespace hadrill::index;
using namespace hadrill::test;

TEST_CASE("a link stays in the root, whatever a folder is called") {
  CHECK(link_to("a/20270101T030000Z/report.html") == "./a/20270101T030000Z/report.html");
  CHECK(link_to("javascript:alert(1)") == "./javascript%3Aalert%281%29");
  CHECK(link_to("//evil/x?y#z") ==
        "./"
        "//evil/x%3Fy%23z");
  CHECK(link_to("a b\"<'\xC3\xA4%") == "./a%20b%22%3C%27%C3%A4%25");
  CHECK(link_to("../beside") == "./../beside");
}

TEST_CASE("a mark leads to its report, else to its directory, and says what decided") {
  auto one = entry("a", "stacked", night_utc(0, 0), 3800ms);
  const std::string mark = mark_of(one).str();
  CHECK(mark.find("href=\"./a/20270101T010000Z/report.html\"") != std::string::npos);
  CHECK(mark.find("2027-01-01 01:00, seed 42: passed. api.longest_outage 3.800 s to 4.000 s, budget 5s") !=
        std::string::npos);
  one.report = false;
  CHECK(mark_of(one).str().find("href=\"./a/20270101T010000Z/\"") != std::string::npos);
  one.directory.clear();
  CHECK(mark_of(one).str().find("href=\"./a") == std::string::npos);
  CHECK(mark_of(without_verdict(one, "It died")).str().find("no verdict. It died") != std::string::npos);
}

TEST_CASE("the SLO that decides is the worst, then the one with the least left") {
  auto one = entry("a", "stacked", night_utc(0, 0), 1s);
  trend::Measure tight = one.stored->slos.front();
  tight.id = "tight";
  tight.time_budget = 1300ms;
  trend::Measure share = tight;
  share.id = "share";
  share.time.reset();
  share.time_budget.reset();
  share.share = ShareBounds{0.99, 1};
  share.share_budget = 0.9;
  one.stored->slos.push_back(tight);
  one.stored->slos.push_back(share);
  CHECK(deciding(one)->id == "tight");
  one.stored->slos[2].judgement = Judgement::fail;
  CHECK(deciding_text(one) == "share 99.00 % to 100.00 %, budget 90 %");
  one.stored->slos.clear();
  CHECK(deciding(one) == nullptr);
}
