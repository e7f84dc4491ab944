// Owns bytes in JSON: standard base64 with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hadrill::agent {

/// nullopt when `text` is not base64, or not padded to a multiple of four.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace hadrill::agent
