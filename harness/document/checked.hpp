// Owns the way from the text of a file to what it says, for files that the schema alone decides about.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "document/format.hpp"

namespace hadrill {

/// The document of `text`, which obeys the schema of `format`; `file` is used in messages. Error: usage, with every
/// problem and its line and column. Never throws.
Result<Json> read_checked(std::string_view text, const std::string& file, const Format& format);

}  // namespace hadrill
