#include "base/duration.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

TEST_CASE("durations are read as people write them") {
  CHECK(parse_duration("1m30s").value() == 90s);
  CHECK(parse_duration("250ms").value() == 250ms);
  CHECK(parse_duration("1.5s").value() == 1500ms);
  CHECK(parse_duration("0").value() == 0s);
  CHECK(parse_duration("1h2m3s4ms5us").value() == 1h + 2min + 3s + 4ms + 5us);
}

TEST_CASE("what is not a duration is refused") {
  for (const char* text : {"", "5", "s", "5 s", "-5s", "1s1m", "1s2s", "5x", "1..5s", "nan", "1e3s", "99999h", "5s "}) {
    INFO(text);
    REQUIRE_FALSE(parse_duration(text).ok());
    CHECK(parse_duration(text).error().kind == ErrorKind::usage);
  }
}

TEST_CASE("format_duration is exact to the microsecond and reads back") {
  CHECK(format_duration(90s) == "1m30s");
  CHECK(format_duration(0s) == "0s");
  CHECK(format_duration(1500ms) == "1s500ms");
  CHECK(format_duration(-250ms) == "-250ms");
  CHECK(parse_duration(format_duration(3661s + 7us)).value() == 3661s + 7us);
}
