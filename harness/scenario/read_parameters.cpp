// Parameters of faults: what the schema says by hadrill's own keywords, which no validator knows.
#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "document/explain.hpp"
#include "scenario/reader.hpp"
#include "scenario/schema.hpp"

namespace hadrill {
namespace {

/// A fault that has no entry in the schema takes no parameters; nothing else would complain about them.
void refuse_all(const Reader& reader, const std::string& at) {
  std::vector<std::string> allowed;
  for (const auto& [name, unused] : fault_schema("process.kill").at("properties").items()) {
    if (is_inject_key(name)) allowed.push_back(name);
  }
  for (const auto& [name, unused] : reader.document.root.at(Json::json_pointer(at)).items()) {
    if (is_inject_key(name)) continue;
    reader.problems.add(reader.document.positions.key(child_pointer(at, name)), unknown_word("key", name, allowed));
  }
}

void check_role(const Reader& reader, const InjectStep& step, const std::string& at) {
  std::vector<std::string> allowed;
  for (const Json& role : json_array(fault_schema(step.fault), "/x-roles")) allowed.push_back(role.get<std::string>());
  const std::string role = to_string(step.target.role);
  if (allowed.empty() || std::find(allowed.begin(), allowed.end(), role) != allowed.end()) return;
  reader.complain(
      at, fmt::format("{} is not possible on role {}; allowed: {}", step.fault, role, fmt::join(allowed, ", ")));
}

Duration bound(const Json& schema, const char* keyword) { return parse_duration(json_text(schema, keyword)).value(); }

/// A word of an enum that only some roles have.
void check_word(const Reader& reader, const Json& by_role, const InjectStep& step, const std::string& at) {
  const Json& allowed = json_array(by_role, "/enum");
  if (allowed.empty() || std::find(allowed.begin(), allowed.end(), Json(reader.text(at))) != allowed.end()) return;
  reader.complain(at,
                  fmt::format("{} is {}; allowed for {}: {}", node_name(at), in_quotes(reader.text(at)),
                              to_string(step.target.role), fmt::join(allowed.get<std::vector<std::string>>(), ", ")));
}

/// The value of one parameter; null when it was not written and has no default.
Json read_parameter(const Reader& reader, const Json& schema, const InjectStep& step, const std::string& at) {
  const Json by_role = schema.value("x-by-role", Json::object()).value(to_string(step.target.role), Json::object());
  if (!reader.has(at)) return by_role.contains("default") ? by_role.at("default") : schema.value("default", Json());
  if (schema.contains("x-minimum")) {
    const Duration least = bound(schema, "/x-minimum");
    return format_duration(reader.duration_within(at, least, least, bound(schema, "/x-maximum")));
  }
  check_word(reader, by_role, step, at);
  return reader.document.root.at(Json::json_pointer(at));
}

/// A duration that another parameter bounds.
void check_at_most(const Reader& reader, const Json& schema, const Json& parameters, const std::string& name,
                   const std::string& at) {
  const std::string other = json_text(schema, "/x-at-most");
  if (other.empty() || reader.problems.about(child_pointer(at, other))) return;
  const std::string value = json_text(parameters, child_pointer("", name));
  const std::string most = json_text(parameters, child_pointer("", other));
  if (parse_duration(value).value() <= parse_duration(most).value()) return;
  const char* const origin = reader.has(child_pointer(at, other)) ? "" : " (the default)";
  reader.complain(child_pointer(at, name), fmt::format("{} is {}, longer than the {} of {}{}; allowed: at most the {}",
                                                       name, value, other, most, origin, other));
}

}  // namespace

Json read_parameters(const Reader& reader, const InjectStep& step, const std::string& at) {
  Json parameters = Json::object();
  if (fault_schema(step.fault).empty()) {
    refuse_all(reader, at);
    return parameters;
  }
  const std::string role = at + "/target/role";
  // Which role was meant is not known; what depends on it must not be said.
  if (!reader.has(role) || reader.problems.about(role)) return parameters;
  check_role(reader, step, role);
  const Json schemas = fault_parameters(step.fault);
  for (const auto& [name, schema] : schemas.items()) {
    const Json value = read_parameter(reader, schema, step, child_pointer(at, name));
    if (!value.is_null()) parameters[name] = value;
  }
  for (const auto& [name, schema] : schemas.items()) check_at_most(reader, schema, parameters, name, at);
  return parameters;
}

}  // namespace hadrill
