// Owns what a plain YAML scalar means: YAML 1.2 core schema, so "no" and "on" are text and 012 is twelve.
#pragma once

#include <string>

#include "base/json.hpp"

namespace hadrill {

/// null, a boolean, a number, or else the text itself. Numbers that do not fit are text.
Json resolve_plain_scalar(const std::string& text);

/// `text` as a YAML scalar that reads back as exactly this text: plain when that is safe, else double-quoted.
std::string yaml_scalar(const std::string& text);

}  // namespace hadrill
