#include "page/markup.hpp"

#include <catch2/catch.hpp>

#include "stories.hpp"

using namespace hadrill;
using namespace hadrill::test;

TEST_CASE("what has a meaning in HTML is text afterwards") {
  CHECK(escape_html("a < b && c > \"d\" 'e'") == "a &lt; b &amp;&amp; c &gt; &quot;d&quot; &#39;e&#39;");
  CHECK(escape_html("") == "");
  CHECK(escape_html("plain, with \t and \n, \xC3\xA4, \xE2\x82\xAC, \xF0\x9F\x98\x80") ==
        "plain, with \t and \n, \xC3\xA4, \xE2\x82\xAC, \xF0\x9F\x98\x80");
}

TEST_CASE("what cannot be seen or turns the writing round is replaced") {
  const std::string replaced = "\xEF\xBF\xBD";
  CHECK(escape_html(std::string_view("\0x", 2)) == replaced + "x");
  CHECK(escape_html("\x1b[31m") == replaced + "[31m");
  CHECK(escape_html("\x7F") == replaced);
  CHECK(escape_html("\xC2\x85") == replaced);  // a C1 control
  CHECK(escape_html("\xE2\x80\xAE"
                    "abc") == replaced + "abc");   // right-to-left override
  CHECK(escape_html("\xE2\x81\xA6") == replaced);  // isolate
}

TEST_CASE("what is no UTF-8 is replaced byte by byte, and swallows nothing behind it") {
  const std::string replaced = "\xEF\xBF\xBD";
  CHECK(escape_html("\xFF<") == replaced + "&lt;");
  CHECK(escape_html("\xC3<") == replaced + "&lt;");
  CHECK(escape_html("\xE2\x82") == replaced + replaced);
  CHECK(escape_html("\xC0\xBC") == replaced + replaced);                 // an overlong "<"
  CHECK(escape_html("\xED\xA0\x80") == replaced + replaced + replaced);  // a surrogate
  CHECK(escape_html("\xF4\x90\x80\x80") == replaced + replaced + replaced + replaced);
}

TEST_CASE("JSON in the page cannot end its script, and says the same") {
  for (const std::string& evil : hostile_strings()) {
    const std::string text = script_json({{"name", evil}, {evil, 1}});
    INFO(text);
    for (const char c : text) {
      CHECK(c != '<');
      CHECK(c != '>');
      CHECK(c != '&');
      CHECK(static_cast<unsigned char>(c) < 0x80);
    }
    CHECK(Json::parse(text).size() == 2);
  }
  CHECK(Json::parse(script_json({{"name", "</script>&\xE2\x80\xA8"}})).at("name") == "</script>&\xE2\x80\xA8");
}

TEST_CASE("elements escape text and values of attributes, and take markup as it is") {
  Html inner;
  inner.element("b", "<x>").text(" & ").empty("br");
  Html outer;
  outer.element("p", inner, {{"title", "\"quoted\" <i>"}});
  CHECK(outer.str() == "<p title=\"&quot;quoted&quot; &lt;i&gt;\"><b>&lt;x&gt;</b> &amp; <br></p>\n");
}
