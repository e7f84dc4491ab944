// A JSON Schema of reports/schema, for tests of what is written.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/file.hpp"
#include "base/json.hpp"

namespace hadrill::test {

class SchemaFile {
 public:
  explicit SchemaFile(const std::string& name) {
    const auto text = read_file(std::filesystem::path(HADRILL_SOURCE_DIR) / "reports/schema" / name);
    REQUIRE(text.ok());
    const nlohmann::json document = nlohmann::json::parse(*text);
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(document), schema_);
  }

  /// "" when `document` obeys.
  std::string complaint(const Json& document) const {
    const nlohmann::json plain = document;
    valijson::ValidationResults results;
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    if (validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(plain), &results)) return "";
    std::string all = "invalid:";
    for (const auto& error : results) {
      for (const std::string& part : error.context) all += part;
      all += " " + error.description + "\n";
    }
    return all;
  }

 private:
  valijson::Schema schema_;
};

}  // namespace hadrill::test
