#include "cli/drill_questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/duration.hpp"
#include "base/spelling.hpp"
#include "report/columns.hpp"

namespace hadrill::cli {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::string minutes(Duration duration) {
  const auto whole = std::chrono::ceil<std::chrono::minutes>(duration).count();
  return fmt::format("{} min", whole);
}

/// The list with the numbers that the choices have in all of it.
std::string listing(const std::vector<Choice>& choices, const std::vector<std::size_t>& shown, std::size_t columns) {
  std::size_t width = 0;
  for (const std::size_t i : shown) width = std::max(width, choices[i].name.size());
  std::string text;
  std::string pillar;
  for (const std::size_t i : shown) {
    const Choice& one = choices[i];
    if (one.pillar != pillar) text += fmt::format("\n{}\n", one.pillar);
    pillar = one.pillar;
    const std::string head = fmt::format("{:>4}  {:<{}}  {:>6}  ", i + 1, one.name, width, minutes(one.takes));
    const std::size_t room = columns > head.size() + 1 ? columns - head.size() - 1 : 0;
    const bool cut = width_of(one.title) > room;
    text += head + (cut && room > 3 ? one.title.substr(0, room - 3) + "..." : cut ? "" : one.title) + "\n";
  }
  return text;
}

/// Those that the answer may mean; one, when it names it.
std::vector<std::size_t> meant(const std::string& answer, const std::vector<Choice>& choices) {
  std::size_t number = 0;
  const char* end = answer.data() + answer.size();
  const auto read = std::from_chars(answer.data(), end, number);
  if (read.ec == std::errc() && read.ptr == end)
    return number >= 1 && number <= choices.size() ? std::vector<std::size_t>{number - 1} : std::vector<std::size_t>{};
  const std::string wanted = lower_case(answer);
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const Choice& one = choices[i];
    if (one.name == wanted) return {i};
    const bool has = one.name.find(wanted) != std::string::npos ||
                     lower_case(one.title).find(wanted) != std::string::npos ||
                     lower_case(one.pillar).find(wanted) != std::string::npos;
    if (has) found.push_back(i);
  }
  return found;
}

std::string nothing_like(const std::string& answer, const std::vector<Choice>& choices) {
  std::vector<std::string> names;
  for (const Choice& one : choices) names.push_back(one.name);
  const auto near = nearest_word(answer, names);
  return fmt::format("There is no scenario \"{}\".{}\n", answer,
                     near ? fmt::format(" Did you mean {}?", *near) : std::string());
}

}  // namespace

std::optional<std::string> choose_scenario(Console& console, const std::vector<Choice>& choices) {
  std::vector<std::size_t> all(choices.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  console.print("What can be drilled, and about how long it takes from no cluster to no cluster:\n" +
                listing(choices, all, console.columns()));
  for (;;) {
    const auto typed = console.ask("\nWhich one? Its number, its name or a part of it; nothing leaves: ");
    if (!typed) return std::nullopt;
    const std::string answer = trimmed(*typed);
    if (answer.empty()) return std::nullopt;
    const std::vector<std::size_t> found = meant(answer, choices);
    if (found.size() == 1) return choices[found.front()].name;
    console.print(found.empty() ? nothing_like(answer, choices) : listing(choices, found, console.columns()));
  }
}

bool confirmed(Console& console, const std::string& question, bool otherwise) {
  for (;;) {
    const auto typed = console.ask(fmt::format("{} [{}] ", question, otherwise ? "Y/n" : "y/N"));
    if (!typed) return false;
    const std::string answer = lower_case(trimmed(*typed));
    if (answer.empty()) return otherwise;
    if (answer == "y" || answer == "yes") return true;
    if (answer == "n" || answer == "no") return false;
    console.print("Please answer y or n.\n");
  }
}

std::optional<Hypothesis> ask_hypothesis(Console& console, const std::optional<std::string>& text,
                                         const std::optional<Duration>& expected) {
  Hypothesis said{text.value_or(""), expected};
  if (!text) {
    const auto typed = console.ask("What will users notice? In your words; nothing if you would rather not say: ");
    if (!typed) return std::nullopt;
    said.text = trimmed(*typed);
  }
  while (!said.expected) {
    const auto typed =
        console.ask("How long will the longest outage be, at most? E.g. 5s or 1m30s; nothing for no number: ");
    if (!typed) return std::nullopt;
    const std::string answer = trimmed(*typed);
    if (answer.empty()) break;
    const auto duration = parse_duration(answer);
    if (duration.ok()) {
      said.expected = *duration;
    } else {
      console.print(duration.error().text() + "\n");
    }
  }
  return said;
}

}  // namespace hadrill::cli
