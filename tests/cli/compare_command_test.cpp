// The command compare as a script sees it: its exit code, its JSON, its errors.
#include <catch2/catch.hpp>
#include <functional>

#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "support/stored_runs.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::cli;
using namespace hadrill::test;
namespace fs = std::filesystem;

namespace {

/// `n` runs below root/a/, a day after one another from `day` on, of which each has an outage of so long.
void store_runs(const fs::path& root, int n, std::int64_t outage_ns, int day = 10) {
  for (int i = 0; i < n; ++i) {
    const std::string date = std::to_string(day + i);
    store_run(root / "a" / ("202701" + date + "T030000Z"), "a", "2027-01-" + date + "T03:00:00.000Z", outage_ns + i);
  }
}

Options between(const fs::path& base, const fs::path& next) {
  Options options;
  options.files = {base.string(), next.string()};
  return options;
}

void edit(const fs::path& path, const std::function<void(Json&)>& change) {
  Json document = *parse_json(*read_file(path), path.string());
  change(document);
  REQUIRE(write_file(path, document.dump()).ok());
}

constexpr std::int64_t kSecond = 1'000'000'000;

}  // namespace

TEST_CASE("a regression ends with 1, an improvement and no change with 0") {
  const TemporaryFolder folder;
  store_runs(folder.path / "base", 8, 1 * kSecond);
  store_runs(folder.path / "slow", 8, 4 * kSecond);
  store_runs(folder.path / "same", 8, 1 * kSecond);
  CHECK(*compare(between(folder.path / "base", folder.path / "slow")) == exit_code::missed);
  CHECK(*compare(between(folder.path / "slow", folder.path / "base")) == exit_code::pass);
  CHECK(*compare(between(folder.path / "base", folder.path / "same")) == exit_code::pass);
}

TEST_CASE("the result is in the JSON file, and as Markdown where that is asked for") {
  const TemporaryFolder folder;
  store_runs(folder.path / "base", 8, 1 * kSecond);
  store_runs(folder.path / "slow", 8, 4 * kSecond);
  Options options = between(folder.path / "base", folder.path / "slow");
  options.json = folder.path / "out" / "compare.json";
  options.markdown = true;
  CHECK(*compare(options) == exit_code::missed);
  const auto report = parse_json(*read_file(options.json), "compare.json");
  REQUIRE(report.ok());
  CHECK(report->at("regression") == true);
  std::string verdict;
  for (const Json& row : report->at("rows")) {
    if (row.at("sli") == "api.longest_outage") verdict = row.at("verdict");
  }
  CHECK(verdict == "slower");
}

TEST_CASE("three trials against three never end with 1") {
  const TemporaryFolder folder;
  store_runs(folder.path / "base", 3, 1 * kSecond);
  store_runs(folder.path / "slow", 3, 60 * kSecond);
  CHECK(*compare(between(folder.path / "base", folder.path / "slow")) == exit_code::pass);
}

TEST_CASE("the newest trials are compared with those before them") {
  const TemporaryFolder folder;
  store_runs(folder.path, 8, 1 * kSecond, 10);
  store_runs(folder.path, 8, 4 * kSecond, 20);
  Options options;
  options.history = folder.path;
  options.last = 8;
  CHECK(*compare(options) == exit_code::missed);
  options.last = 1;  // one against fifteen: too few
  CHECK(*compare(options) == exit_code::pass);
  options.last = 16;  // nothing before them
  CHECK(compare(options).error().kind == ErrorKind::usage);
}

TEST_CASE("machines that differ are not compared, unless that is wanted") {
  const TemporaryFolder folder;
  store_runs(folder.path / "base", 8, 1 * kSecond);
  store_runs(folder.path / "slow", 8, 4 * kSecond);
  edit(folder.path / "slow/a/20270112T030000Z" / artefact::environment,
       [](Json& environment) { environment["machine"]["cpus"] = 64; });
  Options options = between(folder.path / "base", folder.path / "slow");
  options.json = folder.path / "compare.json";
  // Not 64, which says that there is nothing to compare yet: nobody knows whether anything changed.
  CHECK(*compare(options) == exit_code::inconclusive);
  const Json report = *parse_json(*read_file(options.json), "compare.json");
  CHECK(report.at("rows").empty());
  CHECK(report.at("notComparable").at(0).get<std::string>().find("CPUs: base 2, new 2 and 64") != std::string::npos);
  options.force = true;
  CHECK(*compare(options) == exit_code::missed);
}

TEST_CASE("one scenario that is refused hides no regression of another one") {
  const TemporaryFolder folder;
  for (const auto& [side, outage] : {std::pair{"base", 1 * kSecond}, std::pair{"slow", 4 * kSecond}}) {
    store_runs(folder.path / side, 8, outage);
    for (int i = 0; i < 8; ++i) {
      const std::string date = std::to_string(10 + i);
      store_run(folder.path / side / "b" / ("202701" + date + "T040000Z"), "b", "2027-01-" + date + "T04:00:00.000Z",
                1 * kSecond);
    }
  }
  edit(folder.path / "slow/b/20270112T040000Z" / artefact::environment,
       [](Json& environment) { environment["machine"]["cpus"] = 64; });
  CHECK(*compare(between(folder.path / "base", folder.path / "slow")) == exit_code::missed);
  CHECK(*compare(between(folder.path / "base/b", folder.path / "slow/b")) == exit_code::inconclusive);
}

TEST_CASE("where nothing can be compared the error says why") {
  const TemporaryFolder folder;
  store_runs(folder.path / "base", 2, 1 * kSecond);
  store_runs(folder.path / "other", 2, 1 * kSecond);
  for (const char* run : {"20270110T030000Z", "20270111T030000Z"}) {
    edit(folder.path / "other/a" / run / artefact::verdict, [](Json& verdict) { verdict["verdict"] = "aborted"; });
  }
  const auto nothing = compare(between(folder.path / "base", folder.path / "other"));
  REQUIRE_FALSE(nothing.ok());
  CHECK(nothing.error().kind == ErrorKind::usage);
  CHECK(nothing.error().text().find("it was aborted") != std::string::npos);
  const auto twice = compare(between(folder.path / "base", folder.path / "base"));
  REQUIRE_FALSE(twice.ok());
  CHECK(twice.error().text().find("on both sides") != std::string::npos);
  CHECK(compare(between(folder.path / "base", folder.path / "none")).error().kind == ErrorKind::usage);
  CHECK(compare(Options{}).error().kind == ErrorKind::usage);
  Options wrong = between(folder.path / "base", folder.path / "other");
  wrong.relevant = "much";
  CHECK(compare(wrong).error().where == "--relevant");
}

TEST_CASE("trials that cannot be read are left out by name") {
  const TemporaryFolder folder;
  store_runs(folder.path / "base", 8, 1 * kSecond);
  store_runs(folder.path / "slow", 8, 4 * kSecond);
  fs::remove(folder.path / "slow/a/20270110T030000Z" / artefact::verdict);
  Options options = between(folder.path / "base", folder.path / "slow");
  options.json = folder.path / "compare.json";
  CHECK(*compare(options) == exit_code::missed);
  const Json report = *parse_json(*read_file(options.json), "compare.json");
  REQUIRE(report.at("excluded").size() == 1);
  CHECK(report.at("excluded").at(0).at("reason") == "it has no verdict.json; hadrill judge makes one");
}
