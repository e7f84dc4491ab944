// trials.csv, and what Apache Otava reads.
#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "trend/csv.hpp"
#include "trend/otava.hpp"
#include "trials.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::trend;

namespace {

std::vector<std::vector<std::string>> rows_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) {
        fields.emplace_back();
      } else {
        fields.back() += c;
      }
    }
    rows.push_back(fields);
  }
  return rows;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a field is quoted where it has to be, and a number has no superfluous zeros") {
  CHECK(csv_field("plain 1.5") == "plain 1.5");
  CHECK(csv_field("a,b") == "\"a,b\"");
  CHECK(csv_field("say \"a\"\n") == "\"say \"\"a\"\"\n\"");
  CHECK(csv_number(std::nullopt).empty());
  CHECK(csv_number(0) == "0");
  CHECK(csv_number(100) == "100");
  CHECK(csv_number(1.25) == "1.25");
  CHECK(csv_number(0.000000001) == "0.000000001");
}

TEST_CASE("trials.csv has a row per SLI, with who, when, what with, and both bounds") {
  std::vector<StoredTrial> some = trials(2, 1s, 250ms, "apiserver-kill");
  some[1].slos.front().time->upper.reset();
  some[1].judgement = Judgement::fail;
  StoredTrial silent = trial(5, 1s, 1s);
  silent.slos.clear();
  silent.judgement = Judgement::error;
  some.push_back(silent);
  some.push_back(shares(1, 0.95, 0.96, "z").front());
  const auto rows = rows_of(trials_csv(some));
  REQUIRE(rows.size() == 5);
  for (const auto& row : rows) CHECK(row.size() == rows.front().size());
  CHECK(rows[1] == std::vector<std::string>{"2027-01-10T03:00:00.000Z", "apiserver-kill", "stacked", "0.1.0", "v1.37.2",
                                            "0", "pass", "yes", "api.longest_outage", "seconds", "1", "1.25", "5",
                                            "pass", "apiserver-kill/apiserver-kill/0"});
  CHECK(rows[2][9] == "ratio");
  CHECK(rows[3][11].empty());
  CHECK(rows[4][7] == "no");
  CHECK(rows[4][8].empty());
  std::reverse(some.begin(), some.end());
  CHECK(rows_of(trials_csv(some)) == rows);
}

TEST_CASE("Otava gets a file per series and a number in every cell that it reads") {
  std::vector<StoredTrial> some = trials(3, 1s, 250ms, "runs");
  some[1].slos.front().time->upper.reset();
  some[2].judgement = Judgement::error;
  StoredTrial other = shares(1, 0.95, 0.96, "z").front();
  other.topology = "nginx";
  some.push_back(other);
  const auto files = otava_files(some);
  REQUIRE(files.size() == 3);
  const auto rows = rows_of(files.at("apiserver-kill.stacked.api.longest_outage.csv"));
  REQUIRE(rows.size() == 3);  // the trial of error is not in it
  CHECK(rows[0][0] == "time");
  CHECK(std::vector<std::string>(rows[1].begin(), rows[1].begin() + 4) ==
        std::vector<std::string>{"2027-01-10T03:00:00.000Z", "1", "1.25", "seen"});
  // Not seen to end: at least the lower bound, and marked.
  CHECK(std::vector<std::string>(rows[2].begin() + 1, rows[2].begin() + 4) ==
        std::vector<std::string>{"1.01", "1.01", "open"});
  for (std::size_t row = 1; row < rows.size(); ++row) {
    for (const std::size_t number : {std::size_t{1}, std::size_t{2}}) CHECK_FALSE(rows[row][number].empty());
  }
  CHECK(otava_files({}).empty());
}

TEST_CASE("Otava's configuration names every series, which way is worse, and a group per scenario") {
  std::vector<StoredTrial> some = trials(2, 1s, 250ms, "runs");
  some.push_back(shares(1, 0.95, 0.96, "z").front());
  const std::string text = otava_files(some).at("otava.yaml");
  CHECK(has(text,
            "  apiserver-kill.stacked.api.longest_outage:\n    type: csv\n"
            "    file: apiserver-kill.stacked.api.longest_outage.csv\n    time_column: time\n"
            "    attributes: [hadrill, kubernetes, seed, verdict, end, run]\n"));
  CHECK(has(text, "      lower: {column: lower, direction: -1}\n"));
  CHECK(has(text, "      lower: {column: lower, direction: 1}\n"));
  CHECK(has(text,
            "test_groups:\n  apiserver-kill: [apiserver-kill.stacked.api.availability, "
            "apiserver-kill.stacked.api.longest_outage]\n"));
}
