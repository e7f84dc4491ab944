#include "base/json.hpp"

namespace hadrill {

Result<Json> parse_json(std::string_view text, const std::string& where) {
  Json document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return infrastructure_error(where, "not valid JSON", std::string(text.substr(0, 200)));
  return document;
}

std::string json_text(const Json& document, std::string_view pointer, std::string_view fallback) {
  return json_get<std::string>(document, pointer).value_or(std::string(fallback));
}

const Json& json_array(const Json& document, std::string_view pointer) {
  static const Json empty = Json::array();
  const Json::json_pointer at{std::string(pointer)};
  if (!document.contains(at) || !document.at(at).is_array()) return empty;
  return document.at(at);
}

std::vector<std::string> json_texts(const Json& document, std::string_view pointer) {
  std::vector<std::string> texts;
  for (const Json& one : json_array(document, pointer)) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
  }
  return texts;
}

}  // namespace hadrill
