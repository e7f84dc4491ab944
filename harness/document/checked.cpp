#include "document/checked.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "document/explain.hpp"

namespace hadrill {

Result<Json> read_checked(std::string_view text, const std::string& file, const Format& format) {
  Problems problems(file);
  try {
    auto document = parse_yaml(text, problems);
    if (!document) return problems.error();
    explain_schema_problems(*document, format, problems);
    if (!problems.empty()) return problems.error();
    return std::move(document->root);
  } catch (const std::exception& error) {  // std::regex and nlohmann::json may throw; nothing may leave this edge
    problems.add({}, fmt::format("cannot be checked: {}", error.what()));
    return problems.error();
  }
}

}  // namespace hadrill
