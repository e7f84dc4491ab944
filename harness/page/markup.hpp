// Owns how text becomes HTML. Every byte that comes from a run goes through here: names of nodes, error messages and
// bodies are whatever a cluster says, and must never be markup.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.hpp"

namespace hadrill {

/// As text of an element, or as a value of an attribute in double quotes. Control characters, marks that turn the
/// direction of writing, and what is no UTF-8 become U+FFFD; tab and line end stay.
std::string escape_html(std::string_view text);

/// JSON that cannot end the <script> it stands in, whatever is in its strings: ASCII without <, > and &.
std::string script_json(const Json& json);

/// Markup in the making. What goes in as text is escaped; what goes in as Html is markup already.
class Html {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// An element with text in it.
  Html& element(std::string_view tag, std::string_view text, Attributes attributes = {});
  /// An element with markup in it.
  Html& element(std::string_view tag, const Html& inner, Attributes attributes = {});
  /// One that has no end tag, or no content.
  Html& empty(std::string_view tag, Attributes attributes = {});
  Html& text(std::string_view text);
  Html& append(const Html& other);

  const std::string& str() const { return text_; }
  bool none() const { return text_.empty(); }

 private:
  void open(std::string_view tag, Attributes attributes);

  std::string text_;
};

}  // namespace hadrill
