// index.html byte for byte. After a change that is meant: HADRILL_UPDATE_GOLDEN=1 bin/test_index, then read the diff.
// HADRILL_PAGES=DIR writes whole pages, to be looked at.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "base/file.hpp"
#include "index/index_page.hpp"
#include "index/sections.hpp"
#include "roots.hpp"

using namespace hadrill;
using namespace hadrill::index;
using namespace hadrill::test;

namespace {

std::size_t count(const std::string& page, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = page.find(what); at != std::string::npos; at = page.find(what, at + 1)) ++found;
  return found;
}

void keep(const std::string& name, const std::string& page) {
  if (const char* folder = std::getenv("HADRILL_PAGES"))
    REQUIRE(write_file(std::filesystem::path(folder) / (name + ".html"), page).ok());
}

}  // namespace

TEST_CASE("golden index") {
  const std::string page = index_page(nights());
  keep("index", page);
  const std::string body = page.substr(page.find("<main>"));
  const std::filesystem::path path = std::filesystem::path(HADRILL_SOURCE_DIR) / "tests/golden/index.page.html";
  if (std::getenv("HADRILL_UPDATE_GOLDEN") != nullptr) REQUIRE(write_file(path, body).ok());
  const auto golden = read_file(path);
  REQUIRE(golden.ok());
  CHECK((body == *golden));
}

TEST_CASE("the same trials give the same bytes, in whatever order they are found") {
  const Root root = nights();
  Root turned = root;
  std::reverse(turned.trials.begin(), turned.trials.end());
  std::reverse(turned.suites.begin(), turned.suites.end());
  CHECK((index_page(root) == index_page(turned)));
}

TEST_CASE("nothing that a run says becomes markup or leads elsewhere") {
  const std::string page = index_page(hostile_root());
  keep("hostile-index", page);
  CHECK(count(page, "<script") == 0);
  CHECK(page.find("<img") == std::string::npos);
  CHECK(page.find("<svg onload") == std::string::npos);
  CHECK(count(page, "<!--") == 0);
  CHECK(page.find("\xE2\x80\xAE") == std::string::npos);
  CHECK(count(page, "href=\"") == count(page, "href=\"./") + count(page, "href=\"#m-"));
  CHECK(page.find("window.pwned") != std::string::npos);  // as text
}

TEST_CASE("the page has no script, asks nothing of a network and allows neither") {
  const std::string page = index_page(nights());
  CHECK(page.find("default-src &#39;none&#39;; style-src") == std::string::npos);
  CHECK(page.find("default-src 'none'; style-src 'sha256-") != std::string::npos);
  for (const char* wrong : {"unsafe", "script-src", " src=", "<link", "@import", "url(", " style=", "onclick"})
    CHECK(page.find(wrong) == std::string::npos);
}

TEST_CASE("the top says what is red and who acts") {
  Root root = nights();
  CHECK(word_of(overview_of(root)) == "Failed");
  const std::string top = top_section(overview_of(root)).str();
  CHECK(top.find("In the 24 hours up to 2027-01-07 03:00 UTC, 6 of 16 trials passed") != std::string::npos);
  CHECK(top.find("1 missed an SLO: that is the cluster") != std::string::npos);
  CHECK(top.find("3 ended without a verdict: that is the machine or hadrill") != std::string::npos);
  CHECK(top.find("2 decide nothing: nobody knows") != std::string::npos);
  CHECK(top.find("1 left something behind: clean up first") != std::string::npos);
  CHECK(top.find("etcd-leader-kill on external-etcd</a> (1 of 4)") != std::string::npos);
  for (Entry& one : root.trials) {
    if (one.expected.fail) one.stored->judgement = Judgement::pass;
  }
  CHECK(word_of(overview_of(root)) == "Not to be trusted");
  CHECK(word_of(overview_of({})) == "Nothing to tell");
  Root well;
  well.trials = {entry("a", "stacked", night_utc(0, 0), 1s)};
  CHECK(word_of(overview_of(well)) == "Passed");
  CHECK(top_section(overview_of(well)).str().find("nobody has to act") != std::string::npos);
}

TEST_CASE("2,000 trials are a page of bounded size that says what it leaves out") {
  const Root root = many(70, 2000);
  const std::string page = index_page(root);
  keep("many", page);
  CHECK(page.size() < 3'000'000);
  CHECK(count(page, "class=\"cell\"") == 70 * kMostCells);
  CHECK(page.find("9 older") != std::string::npos);
  CHECK(count(page, "<figure") == 280);
}
