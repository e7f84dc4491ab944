#include "agent/frame.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "agent/flow.hpp"

using namespace hadrill::agent;

namespace {

struct Piece {
  FrameType type;
  std::uint32_t stream;
  std::string payload;
  friend bool operator==(const Piece&, const Piece&) = default;
};

/// Everything found in `bytes`, given to the reader `step` at a time; whether it ended in a violation.
bool cut(const std::string& bytes, std::size_t step, std::vector<Piece>& pieces) {
  FrameReader reader;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::span<char> space = reader.space();
    const std::size_t size = std::min({step, bytes.size() - at, space.size()});
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), size, space.begin());
    reader.filled(size);
    at += size;
    Frame frame;
    FrameReader::Found found = FrameReader::Found::nothing;
    while ((found = reader.next(frame)) == FrameReader::Found::frame)
      pieces.push_back({frame.type, frame.stream, std::string(frame.payload)});
    if (found == FrameReader::Found::violation) return true;
  }
  return false;
}

std::string header(int type, int zero, std::uint16_t size, std::uint32_t stream) {
  return {static_cast<char>(type),
          static_cast<char>(zero),
          static_cast<char>(size >> 8),
          static_cast<char>(size & 0xff),
          static_cast<char>(stream >> 24),
          static_cast<char>(stream >> 16 & 0xff),
          static_cast<char>(stream >> 8 & 0xff),
          static_cast<char>(stream & 0xff)};
}

}  // namespace

TEST_CASE("frames come back as they were put, however the bytes are cut") {
  std::string bytes;
  put_hello(bytes, {});
  put_open(bytes, 7, {0x0a600001, 443, "0f-12"});
  put_opened(bytes, 7, 1234567890123456789);
  put_data(bytes, 0xffffffff, std::string(kLongestPayload, 'd'));
  put_data(bytes, 7, "x");
  put_credit(bytes, 7, 0x01020304);
  put_plain(bytes, FrameType::finish, 7);
  put_plain(bytes, FrameType::close, 8);
  put_plain(bytes, FrameType::reset, 9);
  put_ended(bytes, 7, {EndedHow::refused, 111, -5});
  put_ping(bytes, std::numeric_limits<std::uint64_t>::max());
  put_pong(bytes, {1, 2});
  for (const std::size_t step : {1UL, 2UL, 7UL, 8UL, 1000UL, 1'000'000UL}) {
    std::vector<Piece> pieces;
    INFO(step);
    REQUIRE_FALSE(cut(bytes, step, pieces));
    REQUIRE(pieces.size() == 12);
    CHECK(read_hello(pieces[0].payload)->protocol == kTunnelProtocol);
    CHECK(read_hello(pieces[0].payload)->window == kStreamWindow);
    CHECK(read_open(pieces[1].payload) == Destination{0x0a600001, 443, "0f-12"});
    CHECK(read_opened(pieces[2].payload) == 1234567890123456789);
    CHECK(pieces[3] == Piece{FrameType::data, 0xffffffff, std::string(kLongestPayload, 'd')});
    CHECK(pieces[4] == Piece{FrameType::data, 7, "x"});
    CHECK(read_credit(pieces[5].payload) == 0x01020304);
    CHECK(pieces[7] == Piece{FrameType::close, 8, ""});
    const auto ended = read_ended(pieces[9].payload);
    REQUIRE(ended);
    CHECK(ended->how == EndedHow::refused);
    CHECK(ended->error_number == 111);
    CHECK(ended->at_ns == -5);
    CHECK(read_ping(pieces[10].payload) == std::numeric_limits<std::uint64_t>::max());
    CHECK(read_pong(pieces[11].payload).at_ns == 2);
  }
}

TEST_CASE("the bytes on the wire are what docs/agent-protocol.md says") {
  std::string bytes;
  put_hello(bytes, {});
  CHECK(bytes == std::string("\x01\x00\x00\x0a\x00\x00\x00\x00hdrl\x00\x01\x00\x01\x00\x00", 18));
  bytes.clear();
  put_open(bytes, 2, {0x7f000001, 2379, ""});
  CHECK(bytes == std::string("\x02\x00\x00\x06\x00\x00\x00\x02\x7f\x00\x00\x01\x09\x4b", 14));
}

TEST_CASE("what is no frame is a violation, and found without waiting for the rest") {
  const auto violates = [](const std::string& bytes) {
    std::vector<Piece> pieces;
    return cut(bytes, bytes.size(), pieces) && pieces.empty();
  };
  CHECK(violates("h"));
  CHECK(violates(header(0, 0, 0, 1)));
  CHECK(violates(header(12, 0, 0, 1)));
  CHECK(violates(header(255, 0, 0, 1)));
  CHECK(violates(header(4, 1, 5, 1)));      // the reserved byte
  CHECK(violates(header(4, 0, 0, 1)));      // data without data
  CHECK(violates(header(4, 0, 16385, 1)));  // more than the longest payload
  CHECK(violates(header(4, 0, 5, 0)));      // about no stream
  CHECK(violates(header(1, 0, 10, 1)));     // hello about a stream
  CHECK(violates(header(1, 0, 9, 0)));
  CHECK(violates(header(2, 0, 5, 1)));   // open too short
  CHECK(violates(header(2, 0, 71, 1)));  // a UID too long
  CHECK(violates(header(5, 0, 1, 1)));
  CHECK(violates(header(6, 0, 3, 1)));
  CHECK(violates(header(9, 0, 12, 1)));
  CHECK(violates(header(10, 0, 8, 1)));
  CHECK(violates(header(11, 0, 8, 0)));
  CHECK_FALSE(violates(header(4, 0, 16384, 1)));
}

TEST_CASE("values without a meaning are not read") {
  std::string hello;
  put_hello(hello, {});
  const std::string good = hello.substr(kFrameHeader);
  CHECK(read_hello(good));
  CHECK_FALSE(read_hello("HTTP/1.1 2"));
  CHECK_FALSE(read_hello(good.substr(0, 6) + std::string(4, '\0')));        // no window
  CHECK_FALSE(read_hello(good.substr(0, 6) + std::string(4, '\x7f')));      // more than anybody should hold
  CHECK_FALSE(read_open(std::string("\x7f\x00\x00\x01\x00\x00", 6)));       // port 0
  CHECK_FALSE(read_open(std::string("\x7f\x00\x00\x01\x00\x50../x", 10)));  // would name another file in /proc
  CHECK_FALSE(read_ended(std::string(1, '\x06') + std::string(12, '\0')));
}

TEST_CASE("credit is given by the half window and never exceeds the window") {
  Flow flow(100, 80);
  CHECK(flow.may_send() == 80);
  flow.sent(80);
  CHECK(flow.may_send() == 0);
  CHECK_FALSE(flow.credited(81));
  CHECK_FALSE(flow.credited(0));
  CHECK(flow.credited(80));
  CHECK_FALSE(flow.credited(1));

  CHECK(flow.received(100));
  CHECK_FALSE(flow.received(1));
  CHECK_FALSE(flow.passed_on(49));
  CHECK(flow.passed_on(1) == 50U);
  CHECK(flow.received(50));
  CHECK_FALSE(flow.received(1));
  // The smallest window still moves.
  Flow smallest(1, 1);
  CHECK(smallest.received(1));
  CHECK(smallest.passed_on(1) == 1U);
}

TEST_CASE("a byte queue keeps the order over any size") {
  ByteQueue queue;
  std::string expected;
  std::string got;
  for (int i = 0; i < 3000; ++i) {
    const std::string more(static_cast<std::size_t>(i % 97), static_cast<char>('a' + i % 26));
    queue.push(more);
    expected += more;
    if (i % 3 == 0) {
      const std::size_t size = queue.size() / 2;
      got += queue.front().substr(0, size);
      queue.pop(size);
    }
  }
  got += queue.front();
  queue.pop(queue.size());
  CHECK(got == expected);
  CHECK(queue.empty());
}
