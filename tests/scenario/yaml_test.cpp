// Text that is not YAML, or more YAML than a scenario needs.
#include <fmt/format.h>

#include "document/yaml_document.hpp"
#include "document/yaml_scalar.hpp"
#include "sample.hpp"

using namespace hadrill;
using namespace hadrill::test;

TEST_CASE("syntax errors have a position") {
  CHECK(problems_of("a: [b\nc: d") == Lines{"2:2: not valid YAML: end of sequence flow not found"});
  CHECK(problems_of("a: b: c\n") == Lines{"1:5: not valid YAML: illegal map value"});
  CHECK(problems_of("a: \"\\ud800\"\n") == Lines{"1:11: not valid YAML: invalid unicode: 55296"});
  CHECK(problems_of("") == Lines{"1:1: the file is empty"});
  CHECK(problems_of("# nothing\n") == Lines{"1:1: the file is empty"});
  CHECK(problems_of("just text") ==
        Lines{"1:1: the scenario is \"just text\"; expected a mapping with keys apiVersion, kind, metadata, topology, "
              "steadyState, probers, method, slo, stopConditions"});
  CHECK(problems_of(kSample + "---\n" + kSample) == Lines{"1:1: more than one YAML document; allowed: one per file"});
}

TEST_CASE("YAML that a scenario does not need is refused") {
  CHECK(problems_of("a: &x b\nc: *x\n") == Lines{"1:4: anchor; write the value out where it is needed instead",
                                                 "2:4: alias; write the value out instead"});
  CHECK(problems_of("a: !!str b\n") == Lines{"1:4: tag; write the value without it"});
  CHECK(problems_of("a: 1\nb: 2\na: 3\n") == Lines{"3:1: duplicate key \"a\"; it is already on line 1, keep one"});
  CHECK(problems_of("[a]: 1\n") == Lines{"1:1: a list or mapping as a key; write KEY: VALUE with a word as key"});
  CHECK(problems_of(": 1\n") == Lines{"1:1: a key is missing before this; write KEY: VALUE"});
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}]\n", i, i - 1);
  CHECK(problems_of(bomb).back() == "2:10: alias; write the value out instead");
}

TEST_CASE("bounds hold") {
  CHECK(problems_of(std::string(YamlLimits::file_bytes + 1, '#')) ==
        Lines{"1:1: the file has 1048577 bytes; allowed: at most 1048576"});
  CHECK(problems_of(std::string(17, '[') + std::string(17, ']')) == Lines{"1:17: nested too deep; allowed: 16 levels"});
  CHECK_FALSE(problems_of(std::string(500'000, '[')).empty());
  CHECK_FALSE(problems_of(std::string(500'000, '{')).empty());
  std::string many = "[";
  for (int i = 0; i < 6000; ++i) many += "x,";
  CHECK(problems_of(many + "]") == Lines{"1:10000: too many entries; allowed: 5000"});
  CHECK(problems_of("a: " + std::string(5000, 'x')) == Lines{"1:4: text of 5000 bytes; allowed: at most 4096"});
  CHECK(problems_of(std::string(300, 'x') + ": 1") == Lines{"1:1: key of 300 bytes; allowed: at most 200"});
}

TEST_CASE("a long text does not overrun the regular expressions of the schema") {
  for (const char c : {'a', '1', '.', '-', 'h'}) {
    CHECK_FALSE(problems_of(sample_with("hold: 20s", "hold: " + std::string(4096, c))).empty());
    CHECK_FALSE(problems_of(sample_with("name: sample", "name: x" + std::string(4095, c))).empty());
  }
}

TEST_CASE("bytes that are not text") {
  const std::string kAllowed = "allowed: UTF-8 text without control characters";
  CHECK(problems_of("a: \"x\\_y\"") == Lines{"1:4: an escape yields byte 0xA0, which is not UTF-8; " + kAllowed});
  using namespace std::string_literals;
  CHECK(problems_of("a: b\nc: \xff\n") == Lines{"2:4: byte 0xFF, which is not UTF-8; " + kAllowed});
  CHECK(problems_of("a: \xc0\xaf") == Lines{"1:4: byte 0xC0, which is not UTF-8; " + kAllowed});
  CHECK(problems_of("a: \xed\xa0\x80") == Lines{"1:4: byte 0xED, which is not UTF-8; " + kAllowed});
  CHECK(problems_of("a: \xe2\x82") == Lines{"1:4: byte 0xE2, which is not UTF-8; " + kAllowed});
  CHECK(problems_of("a: \0b"s) == Lines{"1:4: control character U+0000; " + kAllowed});
  CHECK(problems_of("a: \x1b[31m") == Lines{"1:4: control character U+001B; " + kAllowed});
  CHECK(problems_of("a: \"x\\0y\"") == Lines{"1:4: an escape yields control character U+0000; " + kAllowed});
  CHECK(problems_of("\xff\xfe"
                    "a\0"s) == Lines{"1:1: byte 0xFF, which is not UTF-8; " + kAllowed});
  CHECK(load_good(sample_with("A sample", "Ein Ausfall \xe2\x80\x93 \xc3\xbc\xf0\x9f\x98\x80")).description ==
        "Ein Ausfall \xe2\x80\x93 \xc3\xbc\xf0\x9f\x98\x80");
}

TEST_CASE("plain scalars follow YAML 1.2") {
  CHECK(resolve_plain_scalar("no") == "no");
  CHECK(resolve_plain_scalar("true") == true);
  CHECK(resolve_plain_scalar("~").is_null());
  CHECK(resolve_plain_scalar("012") == 12);
  CHECK(resolve_plain_scalar("0x1F") == 31);
  CHECK(resolve_plain_scalar("-1.5e3") == -1500.0);
  for (const char* text : {"15s", "1.2.3", "inf", "nan", "-", ".", "1e999", "0x", "+-1", "99%"}) {
    CHECK(resolve_plain_scalar(text) == text);
  }
}

TEST_CASE("what is written as a scalar reads back") {
  CHECK(yaml_scalar("process.kill") == "process.kill");
  CHECK(yaml_scalar("99%") == "99%");
  CHECK(yaml_scalar("123") == "\"123\"");
  CHECK(yaml_scalar("true") == "\"true\"");
  CHECK(yaml_scalar("-") == "\"-\"");
  CHECK(yaml_scalar("a: b") == "\"a: b\"");
  CHECK(yaml_scalar("") == "\"\"");
}
