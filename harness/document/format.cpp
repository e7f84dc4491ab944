#include "document/format.hpp"

#include <fmt/format.h>

#include <exception>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace hadrill {
namespace {

// valijson adapts the plain nlohmann::json only, not the ordered one; order does not matter for validity.
using PlainJson = nlohmann::json;
using valijson::adapters::NlohmannJsonAdapter;

std::vector<std::string> complaints_of(const valijson::ValidationResults& results) {
  std::vector<std::string> out;
  for (const auto& error : results)
    out.push_back(fmt::format("{} {}", fmt::join(error.context, ""), error.description));
  if (out.empty()) out.emplace_back("does not obey the schema");
  return out;
}

}  // namespace

struct Format::Compiled {
  explicit Compiled(const Json& json) : text(json) {
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(NlohmannJsonAdapter(text), schema);
  }
  PlainJson text;
  valijson::Schema schema;
};

Format::Format(std::string name, std::string_view schema_text)
    : name_(std::move(name)), schema_(Json::parse(schema_text)), compiled_(std::make_unique<Compiled>(schema_)) {}

Format::~Format() = default;

const Json& Format::resolved(const Json& schema) const {
  const Json* node = &schema;
  while (node->is_object() && node->contains("$ref")) {
    const std::string reference = node->at("$ref").get<std::string>();
    node = &schema_.at(Json::json_pointer(reference.substr(1)));  // without "#"
  }
  return *node;
}

std::vector<std::string> Format::complaints(const Json& document) const {
  try {
    const PlainJson plain = document;
    valijson::ValidationResults results;
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    if (validator.validate(compiled_->schema, NlohmannJsonAdapter(plain), &results)) return {};
    return complaints_of(results);
  } catch (const std::exception& error) {
    return {fmt::format("cannot be checked against the schema: {}", error.what())};
  }
}

}  // namespace hadrill
