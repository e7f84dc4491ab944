#include "bounds/texts.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace hadrill::bounds;
using namespace std::chrono_literals;

TEST_CASE("durations as Go writes them") {
  CHECK(parse_go_duration("15s") == 15s);
  CHECK(parse_go_duration("1m30s") == 90s);
  CHECK(parse_go_duration("5m0s") == 5min);
  CHECK(parse_go_duration("1.5s") == 1500ms);
  CHECK(parse_go_duration("0.25s") == 250ms);
  CHECK(parse_go_duration("250ms") == 250ms);
  CHECK(parse_go_duration("10us") == 10us);
  CHECK(parse_go_duration("10\u00b5s") == 10us);
  CHECK(parse_go_duration("0") == 0s);
  CHECK(parse_go_duration("0s") == 0s);
  for (const char* bad : {"", "15", "s", "-1s", "1s ", " 1s", "1 s", "1x", "1..5s", "1s2", "999999h", "nan", "1e3s"}) {
    INFO(bad);
    CHECK_FALSE(parse_go_duration(bad));
  }
}

TEST_CASE("times as haproxy writes them: milliseconds without a unit") {
  CHECK(parse_haproxy_time("2s") == 2s);
  CHECK(parse_haproxy_time("250ms") == 250ms);
  CHECK(parse_haproxy_time("2000") == 2s);
  CHECK(parse_haproxy_time("1h") == 1h);
  CHECK(parse_haproxy_time("1d") == 24h);
  for (const char* bad : {"", "s", "1.5s", "1s1ms", "-1", "2 s", "9999999999999d"}) {
    INFO(bad);
    CHECK_FALSE(parse_haproxy_time(bad));
  }
}

TEST_CASE("times as nginx writes them: seconds without a unit, large units first") {
  CHECK(parse_nginx_time("60s") == 60s);
  CHECK(parse_nginx_time("60") == 60s);
  CHECK(parse_nginx_time("1m30s") == 90s);
  CHECK(parse_nginx_time("500ms") == 500ms);
  for (const char* bad : {"", "s", "30s1m", "1s1s", "-1s", "1x"}) {
    INFO(bad);
    CHECK_FALSE(parse_nginx_time(bad));
  }
}

TEST_CASE("counts and numbers") {
  CHECK(parse_count("0") == 0);
  CHECK(parse_count("1000") == 1000);
  for (const char* bad : {"", "-1", "+1", "1.0", "1s", "99999999999999"}) CHECK_FALSE(parse_count(bad));
  CHECK(parse_number("0.1") == Approx(0.1));
  for (const char* bad : {"", "-0.1", "1e3", "0.1x"}) CHECK_FALSE(parse_number(bad));
}
