// Owns what every page of ours is made of besides its own markup: a template that is filled in, and a policy that knows
// scripts and styles by their hashes. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hadrill {

/// What a page brings with it, as it stands between its tags. Nothing else runs and nothing else is loaded.
struct PageParts {
  std::vector<std::string_view> scripts;
  std::vector<std::string_view> styles;
};

/// The value of Content-Security-Policy for a page of these parts.
std::string page_policy(const PageParts& parts);

/// `text` with its @NAMES@ filled in, each once and in one pass: what is put in is never looked at again. A name that
/// is not known stays as it is.
std::string fill_template(std::string_view text, const std::vector<std::pair<std::string_view, std::string>>& parts);

}  // namespace hadrill
