#include "document/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "base/spelling.hpp"

namespace hadrill {
namespace {

using Words = std::vector<std::string>;

std::string type_name(const std::string& type) {
  if (type == "object") return "a mapping";
  if (type == "array") return "a list";
  if (type == "integer") return "a whole number";
  if (type == "number") return "a number";
  if (type == "boolean") return "true or false";
  return "text";
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  return value.is_string();
}

Words keys_of(const Json& object) {
  Words keys;
  for (const auto& [key, unused] : object.items()) keys.push_back(key);
  return keys;
}

Words strings_of(const Json& array) {
  Words words;
  for (const Json& word : array) words.push_back(word.get<std::string>());
  return words;
}

/// Walks document and schema together. One function per group of schema keywords.
class Explainer {
 public:
  Explainer(const YamlDocument& document, const Format& format, Problems& problems)
      : document_(document), format_(format), problems_(problems) {}

  void node(const Json& unresolved, const Json& value, const std::string& pointer) {
    const Json& schema = format_.resolved(unresolved);
    if (schema.contains("oneOf")) return one_of(schema, value, pointer);
    for (const Json& part : json_array(schema, "/allOf")) all_of(part, value, pointer);
    const std::string type = json_text(schema, "/type");
    if (!type.empty() && !has_type(value, type)) return wrong_type(schema, value, pointer);
    if (schema.contains("const")) constant(schema, value, pointer);
    if (value.is_string()) string(schema, value.get<std::string>(), pointer);
    if (value.is_number()) number(schema, value, pointer);
    if (value.is_array()) array(schema, value, pointer);
    if (value.is_object()) object(schema, value, pointer);
  }

 private:
  /// What a schema allows, in words.
  std::string expectation(const Json& unresolved) const {
    const Json& schema = format_.resolved(unresolved);
    if (schema.contains("x-expected")) return json_text(schema, "/x-expected");
    if (schema.contains("const")) return schema.at("const").get<std::string>();
    if (schema.contains("enum")) return fmt::format("one of {}", fmt::join(strings_of(schema.at("enum")), ", "));
    if (schema.contains("properties")) {
      return fmt::format("a mapping with keys {}", fmt::join(keys_of(schema.at("properties")), ", "));
    }
    if (schema.contains("allOf")) return expectation(schema.at("allOf").front());
    return type_name(json_text(schema, "/type"));
  }

  std::string name_of(const std::string& pointer) const { return node_name(pointer, "the " + format_.name()); }

  void add(const std::string& pointer, std::string message) {
    problems_.add(document_.positions, pointer, std::move(message));
  }

  void wrong_type(const Json& schema, const Json& value, const std::string& pointer) {
    const std::string name = name_of(pointer);
    if (value.is_number() && schema.contains("x-number")) {
      const std::string hint = std::regex_replace(json_text(schema, "/x-number"), std::regex("\\{\\}"), value.dump());
      return add(pointer, fmt::format("{} is {}, a number; {}", name, value.dump(), hint));
    }
    const bool quotes_help =
        value.is_primitive() && !value.is_null() && json_text(schema, "/type") == "string" && !schema.contains("enum");
    const std::string hint = quotes_help ? fmt::format("; if it is meant, quote it: \"{}\"", value.dump()) : "";
    add(pointer, fmt::format("{} is {}; expected {}{}", name, shown(value), expectation(schema), hint));
  }

  void constant(const Json& schema, const Json& value, const std::string& pointer) {
    if (value == schema.at("const")) return;
    add(pointer, fmt::format("{} is {}; allowed: {}", name_of(pointer), shown(value), expectation(schema)));
  }

  void string(const Json& schema, const std::string& value, const std::string& pointer) {
    if (schema.contains("enum")) {
      const Words allowed = strings_of(schema.at("enum"));
      if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        add(pointer, unknown_word(name_of(pointer), value, allowed));
      }
    }
    const auto characters = std::count_if(value.begin(), value.end(), [](char c) { return (c & 0xC0) != 0x80; });
    const auto longest = json_get<std::int64_t>(schema, "/maxLength");
    if (longest && characters > *longest) {
      return add(pointer,
                 fmt::format("{} has {} characters; allowed: at most {}", name_of(pointer), characters, *longest));
    }
    const bool too_short = characters < json_get<std::int64_t>(schema, "/minLength").value_or(0);
    const auto pattern = json_get<std::string>(schema, "/pattern");
    if (too_short || (pattern && !std::regex_search(value, std::regex(*pattern)))) {
      add(pointer, fmt::format("{} is {}; expected {}", name_of(pointer), shown(value), expectation(schema)));
    }
  }

  void number(const Json& schema, const Json& value, const std::string& pointer) {
    if (!schema.contains("minimum") || !schema.contains("maximum")) return;
    const Json& least = schema.at("minimum");
    const Json& most = schema.at("maximum");
    if (value >= least && value <= most) return;
    add(pointer, fmt::format("{} is {}; allowed: {} to {}", name_of(pointer), value.dump(), least.dump(), most.dump()));
  }

  void array(const Json& schema, const Json& value, const std::string& pointer) {
    const std::size_t least = json_get<std::size_t>(schema, "/minItems").value_or(0);
    const std::size_t most = json_get<std::size_t>(schema, "/maxItems").value_or(value.size());
    if (value.size() < least) {
      add(pointer, fmt::format("{} has {} entries; allowed: at least {}", name_of(pointer), value.size(), least));
    }
    if (value.size() > most) {
      add(pointer, fmt::format("{} has {} entries; allowed: at most {}", name_of(pointer), value.size(), most));
    }
    if (schema.value("uniqueItems", false)) unique(value, pointer);
    if (!schema.contains("items")) return;
    for (std::size_t i = 0; i < value.size(); ++i) node(schema.at("items"), value[i], child_pointer(pointer, i));
  }

  void unique(const Json& list, const std::string& pointer) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto first = std::find(list.begin(), list.end(), list[i]);
      if (first == list.begin() + static_cast<std::ptrdiff_t>(i)) continue;
      const std::string at = child_pointer(pointer, i);
      add(at, fmt::format("{} is {}, which is in the list already; keep one", name_of(at), shown(list[i])));
    }
  }

  void object(const Json& schema, const Json& value, const std::string& pointer) {
    const Json properties = schema.value("properties", Json::object());
    const Words allowed = keys_of(properties);
    if (schema.contains("propertyNames")) return free_names(schema, value, pointer);
    Words meant;  // keys that a misspelled one stands for: not missing as well
    for (const auto& [key, member] : value.items()) {
      const std::string at = child_pointer(pointer, key);
      if (properties.contains(key)) {
        node(properties.at(key), member, at);
      } else if (schema.contains("additionalProperties")) {
        unknown_key(key, at, allowed);
        if (const auto near = nearest_word(key, allowed)) meant.push_back(*near);
      }
    }
    for (const Json& required : json_array(schema, "/required")) {
      const std::string key = required.get<std::string>();
      if (value.contains(key) || std::find(meant.begin(), meant.end(), key) != meant.end()) continue;
      add(pointer, fmt::format("missing key {}; expected {}", in_quotes(key), expectation(properties.at(key))));
    }
  }

  /// A mapping whose names are the author's own.
  void free_names(const Json& schema, const Json& value, const std::string& pointer) {
    const std::size_t least = json_get<std::size_t>(schema, "/minProperties").value_or(0);
    const std::size_t most = json_get<std::size_t>(schema, "/maxProperties").value_or(value.size());
    if (value.size() < least || value.size() > most) {
      add(pointer, fmt::format("{} has {} entries; allowed: {} to {}", name_of(pointer), value.size(), least, most));
    }
    const Json& names = schema.at("propertyNames");
    const std::regex pattern(json_text(names, "/pattern"));
    for (const auto& [key, member] : value.items()) {
      const std::string at = child_pointer(pointer, key);
      if (!std::regex_search(key, pattern)) {
        problems_.add(document_.positions.key(at),
                      fmt::format("key {}; expected {}", in_quotes(key), expectation(names)));
      }
      node(schema.at("additionalProperties"), member, at);
    }
  }

  void unknown_key(const std::string& key, const std::string& pointer, const Words& allowed) {
    problems_.add(document_.positions.key(pointer), unknown_word("key", key, allowed));
  }

  /// A part of allOf: a plain one, or "if KEY is CONSTANT then ...", which is how faults get their parameters.
  void all_of(const Json& part, const Json& value, const std::string& pointer) {
    if (!part.contains("if")) return node(part, value, pointer);
    if (!value.is_object()) return;
    for (const auto& [key, condition] : part.at("if").at("properties").items()) {
      if (!value.contains(key) || value.at(key) != condition.at("const")) return;
    }
    node(part.at("then"), value, pointer);
  }

  /// Picks the branch that is meant: by type, and between mappings by their first required key.
  void one_of(const Json& schema, const Json& value, const std::string& pointer) {
    std::vector<const Json*> meant;
    Words meant_keys;
    Words first_keys;
    Words known_keys;
    for (const Json& unresolved : schema.at("oneOf")) {
      const Json& branch = format_.resolved(unresolved);
      if (!has_type(value, json_text(branch, "/type"))) continue;
      if (!value.is_object()) return node(branch, value, pointer);
      first_keys.push_back(json_text(branch, "/required/0"));
      for (const std::string& key : keys_of(branch.at("properties"))) {
        if (std::find(known_keys.begin(), known_keys.end(), key) == known_keys.end()) known_keys.push_back(key);
      }
      if (!value.contains(first_keys.back())) continue;
      meant.push_back(&branch);
      meant_keys.push_back(first_keys.back());
    }
    if (meant.size() == 1) return node(*meant.front(), value, pointer);
    if (first_keys.empty()) return wrong_type(schema, value, pointer);
    if (meant.size() > 1) {
      return add(pointer, fmt::format("{} has {}; expected {}", name_of(pointer), fmt::join(meant_keys, " and "),
                                      expectation(schema)));
    }
    bool misspelled = false;
    for (const std::string& key : keys_of(value)) {
      if (std::find(known_keys.begin(), known_keys.end(), key) != known_keys.end()) continue;
      unknown_key(key, child_pointer(pointer, key), known_keys);
      misspelled = true;
    }
    if (misspelled) return;
    add(pointer, fmt::format("{} has neither {}; expected {}", name_of(pointer), fmt::join(first_keys, " nor "),
                             expectation(schema)));
  }

  const YamlDocument& document_;
  const Format& format_;
  Problems& problems_;
};

}  // namespace

std::string node_name(const std::string& pointer, const std::string& root) {
  if (pointer.empty()) return root;
  const Json::json_pointer whole(pointer);
  const std::string& last = whole.back();
  const bool is_index = !last.empty() && last.find_first_not_of("0123456789") == std::string::npos;
  return is_index ? fmt::format("{}[{}]", whole.parent_pointer().back(), last) : last;
}

std::string shown(const Json& value) {
  if (value.is_string()) return in_quotes(value.get<std::string>());
  if (value.is_null()) return "empty";
  if (value.is_object()) return "a mapping";
  if (value.is_array()) return "a list";
  return value.dump();
}

void explain_schema_problems(const YamlDocument& document, const Format& format, Problems& problems) {
  const std::vector<std::string> complaints = format.complaints(document.root);
  if (complaints.empty()) return;
  Explainer(document, format, problems).node(format.schema(), document.root, "");
  // The schema grew a keyword that the explainer has no words for: valijson's are better than none.
  if (problems.empty()) problems.add(document.positions, "", fmt::format("{}", fmt::join(complaints, "; ")));
}

}  // namespace hadrill
