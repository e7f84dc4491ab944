// Owns how text that somebody else wrote stands in Markdown: as itself, and as nothing else.
#pragma once

#include <string>
#include <string_view>

namespace hadrill {

/// `text` in a line or in a cell of a table, after which it reads as it is: no HTML, no link, no code, no heading, no
/// emphasis, no mathematics, nobody mentioned, no further line or cell. What cannot be printed is '?'. Findings quote
/// what a cluster answered, and a suite's Markdown is shown on the page of a CI server.
/// Source: CommonMark 0.31.2, backslash escapes and entities; GitHub Flavored Markdown 0.29, tables and extended
/// autolinks.
std::string markdown_text(std::string_view text);

}  // namespace hadrill
