// Every line of operations.jsonl obeys the schema that is shipped, and the schema refuses what is wrong.
#include <catch2/catch.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "history/operation_log.hpp"

using namespace hadrill;

namespace {

class OperationSchema {
 public:
  OperationSchema() {
    const auto text = read_file(std::filesystem::path(HADRILL_SOURCE_DIR) / "reports/schema/operation.schema.json");
    REQUIRE(text.ok());
    const nlohmann::json document = nlohmann::json::parse(*text);
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(document), schema_);
  }
  bool allows(const nlohmann::json& line) const {
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(line), nullptr);
  }

 private:
  valijson::Schema schema_;
};

std::vector<std::string> a_line_of_each_type() {
  Write write;
  write.id = 1;
  write.precondition = 41;
  Write returned = write;
  returned.outcome = WriteOutcome::acknowledged;
  returned.version = 42;
  returned.returned = {2};
  Read read;
  read.version = 42;
  read.id = 1;
  List list;
  list.version = 50;
  list.items = {{0, 12, 3}};
  std::vector<std::string> lines{operation_line::header({1}, {"r1", "ns", {"n1"}, {{"api.write", "lb", 0, false}}, 2}),
                                 operation_line::invoked(write), operation_line::returned(returned, "why"),
                                 operation_line::read(read), operation_line::list(list)};
  for (const WatchStep step : {WatchStep::requested, WatchStep::added, WatchStep::modified, WatchStep::deleted,
                               WatchStep::bookmark, WatchStep::closed, WatchStep::stopped, WatchStep::expired}) {
    WatchRecord record;
    record.step = step;
    record.version = 7;
    lines.push_back(operation_line::watch(record, record.is_end() ? "why" : ""));
  }
  return lines;
}

}  // namespace

TEST_CASE("every type of line obeys operation.schema.json, and misses each of its members but the reason") {
  const OperationSchema schema;
  for (const std::string& text : a_line_of_each_type()) {
    INFO(text);
    const nlohmann::json line = nlohmann::json::parse(text);
    CHECK(schema.allows(line));
    for (const auto& [key, value] : line.items()) {
      INFO("without " << key);
      nlohmann::json without = line;
      without.erase(key);
      CHECK(schema.allows(without) == (key == "reason"));
      nlohmann::json negative = line;
      negative[key] = -1;
      CHECK_FALSE(schema.allows(negative));
    }
  }
}
