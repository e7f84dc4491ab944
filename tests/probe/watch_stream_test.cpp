#include "probe/watch_stream.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "history/sample.hpp"

using namespace hadrill;

namespace {

/// A stream that is read in pieces.
struct Stream {
  std::string buffer;
  std::string trouble;
  std::vector<std::string> lines;

  /// A line "bad" is one that cannot be read.
  void take(std::string_view piece) {
    constexpr std::size_t kLongest = 8;
    take_lines(piece, kLongest, buffer, trouble, [&](std::string_view line) {
      lines.emplace_back(line);
      if (line == "bad") trouble = "a bad line";
    });
  }
};

}  // namespace

TEST_CASE("a natural number is digits and nothing else, and fits an Instant") {
  CHECK(natural("0") == 0);
  CHECK(natural("42") == 42);
  CHECK(natural(std::to_string(kLatest.ns)) == kLatest.ns);
  for (const std::string& bad : {std::string(), std::string("-1"), std::string("+1"), std::string(" 1"),
                                 std::string("1 "), std::string("0x1"), std::to_string(kLatest.ns + 1)}) {
    INFO(bad);
    CHECK_FALSE(natural(bad));
  }
}

TEST_CASE("a version is above 0") {
  const auto with = [](const Json& version) { return Json{{"metadata", {{"resourceVersion", version}}}}; };
  CHECK(version_of(with("7")) == 7);
  CHECK_FALSE(version_of(with("0")));
  CHECK_FALSE(version_of(with(7)));
  CHECK_FALSE(version_of(Json::object()));
}

TEST_CASE("a line of a watch says what happened to which object, or why it goes on no further") {
  const auto added = read_watch_envelope(R"({"type":"ADDED","object":{"kind":"Lease"}})");
  REQUIRE(added);
  CHECK(added->kind == WatchEnvelope::Kind::told);
  CHECK(added->type == "ADDED");
  CHECK(added->object == Json{{"kind", "Lease"}});
  const auto expired = read_watch_envelope(R"({"type":"ERROR","object":{"code":410,"message":"too old"}})");
  REQUIRE(expired);
  CHECK(expired->kind == WatchEnvelope::Kind::expired);
  CHECK(expired->reason == "too old");
  const auto failed = read_watch_envelope(R"({"type":"ERROR","object":{"code":500}})");
  REQUIRE(failed);
  CHECK(failed->kind == WatchEnvelope::Kind::failed);
  CHECK(failed->reason == "an error without a message");
  for (const char* bad : {"", "x", "[]", "{}", R"({"type":"ADDED"})"}) {
    INFO(bad);
    CHECK_FALSE(read_watch_envelope(bad));
  }
}

TEST_CASE("lines are whole however the stream was cut, and empty ones are none") {
  Stream stream;
  stream.take("a\nb");
  CHECK(stream.lines == std::vector<std::string>{"a"});
  CHECK(stream.buffer == "b");
  stream.take("c\n\n\nd\n");
  CHECK(stream.lines == std::vector<std::string>{"a", "bc", "d"});
  CHECK(stream.buffer.empty());
  CHECK(stream.trouble.empty());
}

TEST_CASE("nothing is taken after a line that cannot be read") {
  Stream stream;
  stream.take("bad\nb\n");
  stream.take("c\n");
  CHECK(stream.lines == std::vector<std::string>{"bad"});
  CHECK(stream.trouble == "a bad line");
}

TEST_CASE("a line that is too long is trouble, whole or not") {
  const std::string piece = GENERATE("123456789", "123456789\na\n");
  Stream stream;
  stream.take("12345678\n");
  CHECK(stream.trouble.empty());
  stream.take(piece);
  CHECK(stream.trouble == "a line without end");
  CHECK(stream.lines.size() == 1);
}

TEST_CASE("a stream ends for our reason, or else for what the other side did") {
  http::Transfer transfer;
  transfer.ending = http::Ending::reset;
  transfer.reason = "connection reset";
  CHECK(why_ended("nothing came", transfer) == "nothing came");
  CHECK(why_ended("", transfer) == "connection reset");
  transfer.ending = http::Ending::response;
  transfer.status = 200;
  CHECK(why_ended("", transfer) == "ended, HTTP 200");
}
