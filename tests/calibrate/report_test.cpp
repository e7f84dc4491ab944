// What is written obeys its schema, and only a calibration that passed is believed.
#include "calibrate/report.hpp"

#include <catch2/catch.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/file.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::calibrate;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

bool obeys(const Json& document) {
  const auto text = read_file(std::filesystem::path(HADRILL_SOURCE_DIR) / "reports/schema/calibration.schema.json");
  REQUIRE(text.ok());
  const nlohmann::json parsed = nlohmann::json::parse(*text);
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(parsed), schema);
  const nlohmann::json plain = document;
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  return validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(plain), nullptr);
}

Assessment measured(Duration error, std::size_t outages = 1, Judgement judgement = Judgement::pass) {
  Assessment assessment;
  assessment.judgement = judgement;
  assessment.error = error;
  assessment.bound = kBound * static_cast<std::int64_t>(outages);
  assessment.outages = outages;
  return assessment;
}

CaseReport one_case(const std::string& name, const Assessment& assessment) {
  return {name,
          "something",
          {{"api.read.new", "longest outage", "1.200 s", "1.1 s to 1.3 s", assessment}},
          assessment.judgement,
          3ms};
}

Report report_of(std::vector<CaseReport> cases) {
  Report report;
  report.began_realtime_ns = 1'800'000'000'000'000'000;
  report.cases = std::move(cases);
  return report;
}

std::optional<hadrill::Calibration> read_back(const Report& report) {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder.path / kCalibrationFile, calibration_json(report).dump()).ok());
  return read_calibration(folder.path / kCalibrationFile);
}

}  // namespace

TEST_CASE("the error is that of the outage that was measured worst") {
  const Report report =
      report_of({one_case("a", measured(12ms)), one_case("b", measured(31ms)), one_case("sum", measured(200ms, 20))});
  CHECK(report.error() == Duration(31ms));
  CHECK(report.judgement() == Judgement::pass);
  CHECK(exit_code(report) == 0);
  const auto known = read_back(report);
  REQUIRE(known);
  CHECK(known->error == 31ms);
  CHECK(known->at == "2027-01-15T08:00:00.000Z");
}

TEST_CASE("calibration.json obeys its schema, which refuses what is wrong") {
  Assessment nothing;
  nothing.judgement = Judgement::fail;
  nothing.reason = "it was not measured";
  const Json good = calibration_json(report_of({one_case("a", measured(12ms)), one_case("b", nothing)}));
  CHECK(obeys(good));
  for (const auto& [key, value] : good.items()) {
    Json bad = good;
    bad.erase(key);
    INFO("without " << key);
    CHECK_FALSE(obeys(bad));
  }
  Json bad = good;
  bad["cases"][0]["rows"][0]["judgement"] = "fine";
  CHECK_FALSE(obeys(bad));
  bad = good;
  bad["errorNs"] = -1;
  CHECK_FALSE(obeys(bad));
  bad = good;
  bad["surplus"] = 1;
  CHECK_FALSE(obeys(bad));
}

TEST_CASE("the worst case decides, and only a pass is believed") {
  const CaseReport good = one_case("good", measured(12ms));
  const CaseReport wrong = one_case("wrong", measured(120ms, 1, Judgement::fail));
  const CaseReport unclear = one_case("unclear", measured(120ms, 1, Judgement::inconclusive));
  CHECK(exit_code(report_of({good, wrong, unclear})) == 1);
  CHECK(exit_code(report_of({good, unclear})) == 2);
  CHECK(exit_code(report_of({})) == 1);
  CHECK_FALSE(read_back(report_of({good, wrong})).has_value());
  CHECK_FALSE(read_back(report_of({good, unclear})).has_value());
  CHECK_FALSE(read_back(report_of({})).has_value());
}

TEST_CASE("a file that is not there or is no calibration says nothing") {
  const TemporaryFolder folder;
  CHECK_FALSE(read_calibration(folder.path / "none").has_value());
  for (const char* text :
       {"", "{", "[]", R"({"schema":"hadrill/calibration/v2","errorNs":1,"at":"x","judgement":"pass"})",
        R"({"schema":"hadrill/calibration/v1","errorNs":-1,"at":"x","judgement":"pass"})"}) {
    REQUIRE(write_file(folder.path / "file", text).ok());
    CHECK_FALSE(read_calibration(folder.path / "file").has_value());
  }
}

TEST_CASE("the table shows what a case is about, and whatever did not pass") {
  CaseReport one = one_case("a", measured(12ms));
  Row row{"api.read.new", "seen as", "refused", "refused", {}, true};
  row.assessment.judgement = Judgement::pass;
  one.rows.push_back(row);
  CHECK(table_of(one).find("0.012 s") != std::string::npos);
  CHECK(table_of(one).find("seen as") == std::string::npos);
  one.rows.back().assessment.judgement = Judgement::fail;
  CHECK(table_of(one).find("seen as") != std::string::npos);
}
