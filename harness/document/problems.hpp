// Owns what is wrong with a file: positions in it, and the list of problems that becomes one Error.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace hadrill {

/// A place in the file, both counted from 1; columns count bytes.
struct Position {
  int line = 1;
  int column = 1;
  friend auto operator<=>(const Position&, const Position&) = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14
};

/// Where each node of a document was written, by JSON pointer.
class Positions {
 public:
  void set_value(const std::string& pointer, Position at) { values_[pointer] = at; }
  void set_key(const std::string& pointer, Position at) { keys_[pointer] = at; }
  /// Of the value at `pointer`, or of the nearest parent that was written (a default has no place of its own).
  Position value(std::string pointer) const;
  /// Of the key of the member at `pointer`, or of its value when it has none.
  Position key(const std::string& pointer) const;

 private:
  std::unordered_map<std::string, Position> values_;
  std::unordered_map<std::string, Position> keys_;
};

/// The JSON pointer of a member of `parent`.
std::string child_pointer(const std::string& parent, std::string_view key);
std::string child_pointer(const std::string& parent, std::size_t index);

/// Collects problems. Nodes that have one are remembered, so that later checks do not complain about them again.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(Position at, std::string message);
  /// The same for the value of the node at `pointer`.
  void add(const Positions& positions, const std::string& pointer, std::string message);
  bool empty() const { return problems_.empty(); }
  /// Whether the node at `pointer` itself was complained about.
  bool about(const std::string& pointer) const { return pointers_.contains(pointer); }
  /// Kind usage, where: the file, message: how many, detail: "FILE:LINE:COLUMN: message" a line each, in file order.
  Error error() const;

 private:
  struct Problem {
    Position at;
    std::string message;
  };
  std::string file_;
  std::vector<Problem> problems_;
  std::unordered_set<std::string> pointers_;
};

/// `text` in quotes for a message: control characters escaped, long text shortened.
std::string in_quotes(std::string_view text);

/// "unknown WHAT "word"; did you mean "near"? allowed: a, b, c".
std::string unknown_word(std::string_view what, const std::string& word, const std::vector<std::string>& allowed);

}  // namespace hadrill
