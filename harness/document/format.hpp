// Owns a kind of YAML file: its JSON Schema, and the question whether a document obeys it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace hadrill {

/// One kind of file, by its schema: draft 7, and of it the keywords that document/explain.hpp has words for.
class Format {
 public:
  /// `name` is what messages call a file of that kind, e.g. "scenario". The schema has to be a valid one.
  Format(std::string name, std::string_view schema_text);
  ~Format();
  Format(const Format&) = delete;
  Format& operator=(const Format&) = delete;

  const std::string& name() const { return name_; }
  const Json& schema() const { return schema_; }
  /// The schema that a "$ref" stands for, or `schema` itself.
  const Json& resolved(const Json& schema) const;
  /// What valijson has against `document`, in its words; empty when the document is valid. explain_schema_problems()
  /// words it for people. Never throws.
  std::vector<std::string> complaints(const Json& document) const;

 private:
  struct Compiled;
  std::string name_;
  Json schema_;
  std::unique_ptr<const Compiled> compiled_;  ///< once: that costs more than the validation of a document
};

}  // namespace hadrill
