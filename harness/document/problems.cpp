#include "document/problems.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/spelling.hpp"

namespace hadrill {
namespace {

constexpr std::size_t kMostProblemsShown = 50;
constexpr std::size_t kLongestQuote = 60;
// Spelling help costs length x length; nobody means a known word by a longer one.
constexpr std::size_t kLongestMisspelling = 128;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

Position Positions::value(std::string pointer) const {
  while (true) {
    const auto found = values_.find(pointer);
    if (found != values_.end()) return found->second;
    const std::size_t slash = pointer.rfind('/');
    if (slash == std::string::npos) return {};
    pointer.resize(slash);
  }
}

Position Positions::key(const std::string& pointer) const {
  const auto found = keys_.find(pointer);
  return found != keys_.end() ? found->second : value(pointer);
}

std::string child_pointer(const std::string& parent, std::string_view key) {
  std::string out = parent + "/";
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string child_pointer(const std::string& parent, std::size_t index) { return parent + "/" + std::to_string(index); }

void Problems::add(Position at, std::string message) { problems_.push_back({at, std::move(message)}); }

void Problems::add(const Positions& positions, const std::string& pointer, std::string message) {
  pointers_.insert(pointer);
  add(positions.value(pointer), std::move(message));
}

Error Problems::error() const {
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) { return a.at < b.at; });
  std::string lines;
  for (std::size_t i = 0; i < std::min(sorted.size(), kMostProblemsShown); ++i) {
    const Problem& problem = sorted[i];
    if (i > 0) lines += "\n";
    lines += fmt::format("{}:{}:{}: {}", file_, problem.at.line, problem.at.column, problem.message);
  }
  if (sorted.size() > kMostProblemsShown) lines += fmt::format("\nand {} more", sorted.size() - kMostProblemsShown);
  const std::string count = sorted.size() == 1 ? "1 problem" : fmt::format("{} problems", sorted.size());
  return {ErrorKind::usage, file_, count, lines};
}

std::string in_quotes(std::string_view text) {
  std::string_view shown = text.substr(0, kLongestQuote);
  // Never cut through a character.
  while (shown.size() < text.size() && !shown.empty() && continues_character(text[shown.size()]))
    shown.remove_suffix(1);
  std::string out = Json(std::string(shown)).dump(-1, ' ', false, Json::error_handler_t::replace);
  if (shown.size() < text.size()) out += "...";
  return out;
}

std::string unknown_word(std::string_view what, const std::string& word, const std::vector<std::string>& allowed) {
  std::string out = fmt::format("unknown {} {};", what, in_quotes(word));
  if (word.size() <= kLongestMisspelling) {
    if (const auto near = nearest_word(word, allowed)) out += fmt::format(" did you mean {}?", in_quotes(*near));
  }
  return out + fmt::format(" allowed: {}", allowed.empty() ? "none" : fmt::format("{}", fmt::join(allowed, ", ")));
}

}  // namespace hadrill
