// Owns the words of operations.jsonl, for writing and for reading.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "history/operation.hpp"

namespace hadrill {

inline constexpr std::array<std::pair<std::string_view, WriteOutcome>, 3> kWriteOutcomes{{
    {"acknowledged", WriteOutcome::acknowledged},
    {"refused", WriteOutcome::refused},
    {"indeterminate", WriteOutcome::indeterminate},
}};
inline constexpr std::array<std::pair<std::string_view, ReadPurpose>, 3> kReadPurposes{{
    {"probe", ReadPurpose::probe},
    {"recovery", ReadPurpose::recovery},
    {"final", ReadPurpose::final},
}};
inline constexpr std::array<std::pair<std::string_view, ListScope>, 2> kListScopes{{
    {"listed", ListScope::listed},
    {"partial", ListScope::partial},
}};
inline constexpr std::array<std::pair<std::string_view, WatchStep>, 8> kWatchSteps{{
    {"requested", WatchStep::requested},
    {"added", WatchStep::added},
    {"modified", WatchStep::modified},
    {"deleted", WatchStep::deleted},
    {"bookmark", WatchStep::bookmark},
    {"closed", WatchStep::closed},
    {"stopped", WatchStep::stopped},
    {"expired", WatchStep::expired},
}};

/// The word for `value`; "" for a value that is none of the enum.
template <typename Table, typename Value>
constexpr std::string_view name_in(const Table& table, Value value) {
  for (const auto& [name, known] : table) {
    if (known == value) return name;
  }
  return {};
}

template <typename Table>
constexpr auto value_in(const Table& table, std::string_view name) {
  using Value = typename Table::value_type::second_type;
  for (const auto& [known, value] : table) {
    if (known == name) return std::optional<Value>(value);
  }
  return std::optional<Value>();
}

}  // namespace hadrill
