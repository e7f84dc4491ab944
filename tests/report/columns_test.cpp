#include "report/columns.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;

TEST_CASE("fit fills and cuts to the exact width") {
  CHECK(fit("abc", 5) == "abc  ");
  CHECK(fit("abcdefghij", 6) == "ab..ij");
  CHECK(fit("abc", 3) == "abc");
  CHECK(fit("abc", 1) == "a");
  CHECK(width_of("h\xc3\xa4lt") == 4);
  CHECK(fit("h\xc3\xa4lt", 5) == "h\xc3\xa4lt ");
}

TEST_CASE("wrap keeps every line within the columns and indents what follows") {
  const std::string text =
      wrap("note  ", std::string(50, 'a') + " " + std::string(50, 'b') + " " + std::string(150, 'c'));
  std::size_t begin = 0;
  std::size_t lines = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin)) {
    CHECK(end - begin <= kColumns);
    CHECK(text.substr(begin, 6) == (lines++ == 0 ? "note  " : "      "));
  }
  CHECK(lines == 4);
  CHECK(begin == text.size());
}

TEST_CASE("wrap leaves nothing that moves the cursor") { CHECK(wrap("", "a\x1b[2Jb\nc") == "a [2Jb c\n"); }
