// Owns JSON at the edges: parsing that returns errors, typed look-ups that do not throw.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hadrill {

using Json = nlohmann::ordered_json;

/// Parses `text`; `where` names the source in the error.
Result<Json> parse_json(std::string_view text, const std::string& where);

/// The member at `pointer` ("/metadata/name") as T, or nullopt when missing or of another type.
template <typename T>
std::optional<T> json_get(const Json& document, std::string_view pointer) {
  const Json::json_pointer at{std::string(pointer)};
  if (!document.contains(at)) return std::nullopt;
  const Json& member = document.at(at);
  if constexpr (std::is_same_v<T, std::string>) {
    if (!member.is_string()) return std::nullopt;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!member.is_boolean()) return std::nullopt;
  } else if constexpr (std::is_arithmetic_v<T>) {
    if (!member.is_number()) return std::nullopt;
  }
  return member.get<T>();
}

/// The string at `pointer`, or `fallback`.
std::string json_text(const Json& document, std::string_view pointer, std::string_view fallback = {});

/// The array at `pointer`, or an empty one.
const Json& json_array(const Json& document, std::string_view pointer);

/// The strings in the array at `pointer`, without what is none; empty where there is no array.
std::vector<std::string> json_texts(const Json& document, std::string_view pointer);

}  // namespace hadrill
