// Owns the words for what a document has against the schema: what is wrong, what is allowed, did you mean.
#pragma once

#include "document/format.hpp"
#include "document/yaml_document.hpp"

namespace hadrill {

/// Adds a problem for everything in `document` that the schema of `format` does not allow. valijson decides whether the
/// document is valid; this walks the schema along the document and says why not, in words for people.
void explain_schema_problems(const YamlDocument& document, const Format& format, Problems& problems);

/// How messages call the node at `pointer`: its key, or "probers[2]" for an entry of a list; `root` for the whole.
std::string node_name(const std::string& pointer, const std::string& root = "the file");

/// A value for a message: text in quotes, numbers as they are, "a list", "a mapping", "empty".
std::string shown(const Json& value);

}  // namespace hadrill
