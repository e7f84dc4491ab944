// Pages byte for byte, without the chart library in them. After a change that is meant:
// HADRILL_UPDATE_GOLDEN=1 bin/test_page, then read the diff. HADRILL_PAGES=DIR writes whole pages, to be looked at.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "base/file.hpp"
#include "page/report_page.hpp"
#include "page/stretches.hpp"
#include "stories.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

std::string page_of(const RunRecord& record, const PageExtras& extras = {}) {
  MemorySamples samples(record.samples);
  const auto page = report_page(record, judge(record), samples, extras);
  REQUIRE(page.ok());
  return *page;
}

void check_golden(const std::string& file, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(HADRILL_SOURCE_DIR) / "tests/golden" / file;
  if (std::getenv("HADRILL_UPDATE_GOLDEN") != nullptr) REQUIRE(write_file(path, text).ok());
  const auto golden = read_file(path);
  REQUIRE(golden.ok());
  INFO(path.string());
  CHECK((text == *golden));
}

std::string between(const std::string& page, const std::string& from, const std::string& to) {
  const std::size_t begin = page.find(from);
  const std::size_t end = page.find(to, begin);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  return page.substr(begin, end - begin);
}

Json data_of(const std::string& page) {
  const std::string tag = "<script type=\"application/json\" id=\"data\">";
  return Json::parse(between(page, tag, "</script>").substr(tag.size()));
}

std::size_t count(const std::string& page, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = page.find(what); at != std::string::npos; at = page.find(what, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("golden pages") {
  for (const auto& [name, record] : golden_runs()) {
    INFO(name);
    const std::string page = page_of(record);
    check_golden(name + ".page.html", between(page, "<header>", "<footer>"));
    Json data = data_of(page);
    data.erase("latency");  // as long as the run; its tests are in sample_sketch_test.cpp
    check_golden(name + ".page.json", data.dump(1) + "\n");
    if (const char* folder = std::getenv("HADRILL_PAGES"))
      REQUIRE(write_file(std::filesystem::path(folder) / (name + ".html"), page).ok());
  }
}

TEST_CASE("the same run gives the same bytes, in whatever order its samples lie") {
  const RunRecord record = kill_run(900ms);
  RunRecord shuffled = record;
  std::reverse(shuffled.samples.samples.begin(), shuffled.samples.samples.end());
  const std::string page = page_of(record);
  CHECK((page == page_of(record)));
  CHECK((page == page_of(shuffled)));
}

TEST_CASE("an empty record has a page") {
  const std::string page = page_of(RunRecord{});
  CHECK(page.find("No verdict") != std::string::npos);
  CHECK(data_of(page).at("phases").empty());
}

TEST_CASE("nothing that a cluster says becomes markup") {
  const PageExtras extras{
      {{"versions", {{"kubernetes", hostile_strings()[0]}}},
       {"flags", {{hostile_strings()[1], {{hostile_strings()[0], {{"--a", hostile_strings()[2]}}}}}}}},
      {{"run", hostile_strings()[0], {{1, hostile_strings()[1]}}}}};
  const std::string page = page_of(hostile_run(), extras);
  CHECK(count(page, "<script") == 3);
  CHECK(count(page, "</script") == 3);
  CHECK(page.find("<img") == std::string::npos);
  CHECK(page.find("onload=window") == page.find("svg onload=window") + 4);  // as text only
  CHECK(page.find("<svg onload") == std::string::npos);
  CHECK(count(page, "<!--") == 0);
  CHECK(page.find("\xE2\x80\xAE") == std::string::npos);
  CHECK(data_of(page).dump().find("window.pwned") != std::string::npos);
  if (const char* folder = std::getenv("HADRILL_PAGES"))
    REQUIRE(write_file(std::filesystem::path(folder) / "hostile.html", page).ok());
}

TEST_CASE("the page asks nothing of a network and lets nothing run but its own script") {
  const std::string page = page_of(kill_run(900ms));
  const std::string policy = between(page, "content=\"default-src", "\">");
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(count(policy, "'sha256-") + count(policy, "&#39;sha256-") == 4);
  for (const char* loads : {" src=", "<link", "@import", "sourceMappingURL", "url(http"})
    CHECK(page.find(loads) == std::string::npos);
  CHECK(page.find("Permission is hereby granted") != std::string::npos);
}

TEST_CASE("half an hour of 200,000 requests is a page of bounded size") {
  const RunRecord record = long_run();
  CHECK(record.samples.samples.size() > 200'000);
  const std::string page = page_of(record);
  CHECK(page.size() < 1'500'000);
  const Json data = data_of(page);
  CHECK_FALSE(data.at("groups").empty());
  for (const Json& group : data.at("groups")) {
    for (const Json& lane : group.at("lanes")) CHECK(lane.at("stretches").size() <= kMostStretches);
  }
  if (const char* folder = std::getenv("HADRILL_PAGES"))
    REQUIRE(write_file(std::filesystem::path(folder) / "long.html", page).ok());
}

TEST_CASE("what somebody expected stands at the top, as text, beside what came of it") {
  RunRecord record = kill_run(900ms);
  CHECK(page_of(record).find("id=\"hypothesis\"") == std::string::npos);
  add_event(record, kStart, event_type::hypothesis, hypothesis_data({"<b>reads</b> fail", 5s}));
  const std::string page = page_of(record);
  const std::string told = between(page, "id=\"hypothesis\"", "</p>");
  CHECK(told.find("&lt;b&gt;reads&lt;/b&gt; fail") != std::string::npos);
  CHECK(told.find("longest outage of users at most 5s; measured ") != std::string::npos);
  CHECK(told.find("HELD") != std::string::npos);
}
