// Owns the way from YAML text to JSON with positions, within bounds that hostile text cannot exceed.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.hpp"
#include "document/problems.hpp"

namespace hadrill {

/// What a file may hold at most; generous for what people write, too small for harm.
struct YamlLimits {
  static constexpr std::size_t file_bytes = 1024UL * 1024;
  static constexpr std::size_t nodes = 5000;
  static constexpr std::size_t depth = 16;
  static constexpr std::size_t key_bytes = 200;
  static constexpr std::size_t scalar_bytes = 4096;
};

/// A document and where each of its nodes was written.
struct YamlDocument {
  Json root;
  Positions positions;
};

/// Parses one YAML document. On any trouble (syntax, limits, duplicate keys, anchors, aliases, tags, several documents,
/// bytes that are not text) adds it to `problems` and returns nullopt. Never throws.
std::optional<YamlDocument> parse_yaml(std::string_view text, Problems& problems);

}  // namespace hadrill
