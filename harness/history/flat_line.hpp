// Owns one line of operations.jsonl taken apart: its known members, nothing said yet about what they mean. A whole JSON
// document per line would cost several times as much.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hadrill {

enum class NumberMember : std::uint8_t { v, t, invoked_ns, id, object, vantage, server, precondition, version, status };
enum class TextMember : std::uint8_t { type, outcome, purpose, scope };

/// Members it does not know, and known ones of another JSON type, are as if they were not there.
class FlatLine {
 public:
  /// False: not one JSON object.
  bool parse(std::string_view line);

  /// nullopt: not there, not an integer, negative or greater than 2^62.
  std::optional<std::int64_t> number(NumberMember member) const;
  /// Empty: not there.
  const std::string& text(TextMember member) const { return texts_[static_cast<std::size_t>(member)]; }
  /// Of "items", an array of triples, one after the other. nullopt: not there, or not of that form.
  std::optional<std::vector<std::int64_t>> triples() const;

 private:
  friend class FlatLineSax;
  static constexpr std::size_t kNumbers = 10;
  static constexpr std::size_t kTexts = 4;
  static constexpr std::int64_t kMissing = -1;

  std::array<std::int64_t, kNumbers> numbers_{};
  std::array<std::string, kTexts> texts_;
  std::vector<std::int64_t> triples_;
  bool has_triples_ = false;
};

}  // namespace hadrill
