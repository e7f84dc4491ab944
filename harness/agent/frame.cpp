#include "agent/frame.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace hadrill::agent {
namespace {

constexpr std::string_view kMagic = "hdrl";
constexpr std::size_t kLongestPodUid = 64;

template <typename Unsigned>
void put_number(std::string& out, Unsigned value) {
  for (std::size_t shift = sizeof value * 8; shift > 0; shift -= 8)
    out += static_cast<char>(value >> (shift - 8) & 0xff);
}

template <typename Unsigned>
Unsigned number_at(std::string_view bytes, std::size_t offset) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return static_cast<Unsigned>(value);
}

void put_header(std::string& out, FrameType type, std::size_t size, std::uint32_t stream) {
  assert(size <= kLongestPayload);
  out += static_cast<char>(type);
  out += '\0';
  put_number(out, static_cast<std::uint16_t>(size));
  put_number(out, stream);
}

struct Bounds {
  std::size_t least = 0;
  std::size_t most = 0;
  bool of_stream = true;  ///< about a stream, not about the tunnel
};

std::optional<Bounds> bounds_of(FrameType type) {
  switch (type) {
    case FrameType::hello:
      return Bounds{10, 10, false};
    case FrameType::open:
      return Bounds{6, 6 + kLongestPodUid};
    case FrameType::opened:
      return Bounds{8, 8};
    case FrameType::data:
      return Bounds{1, kLongestPayload};
    case FrameType::credit:
      return Bounds{4, 4};
    case FrameType::finish:
    case FrameType::close:
    case FrameType::reset:
      return Bounds{0, 0};
    case FrameType::ended:
      return Bounds{13, 13};
    case FrameType::ping:
      return Bounds{8, 8, false};
    case FrameType::pong:
      return Bounds{16, 16, false};
  }
  return std::nullopt;
}

bool is_uid_letter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

}  // namespace

bool valid_pod_uid(std::string_view pod_uid) {
  return pod_uid.size() <= kLongestPodUid && std::all_of(pod_uid.begin(), pod_uid.end(), is_uid_letter);
}

void put_hello(std::string& out, const Hello& hello) {
  put_header(out, FrameType::hello, 10, 0);
  out += kMagic;
  put_number(out, hello.protocol);
  put_number(out, hello.window);
}

void put_open(std::string& out, std::uint32_t stream, const Destination& destination) {
  assert(destination.pod_uid.size() <= kLongestPodUid);
  put_header(out, FrameType::open, 6 + destination.pod_uid.size(), stream);
  put_number(out, destination.address);
  put_number(out, destination.port);
  out += destination.pod_uid;
}

void put_opened(std::string& out, std::uint32_t stream, std::int64_t at_ns) {
  put_header(out, FrameType::opened, 8, stream);
  put_number(out, static_cast<std::uint64_t>(at_ns));
}

void put_data(std::string& out, std::uint32_t stream, std::string_view bytes) {
  put_header(out, FrameType::data, bytes.size(), stream);
  out += bytes;
}

void put_credit(std::string& out, std::uint32_t stream, std::uint32_t bytes) {
  put_header(out, FrameType::credit, 4, stream);
  put_number(out, bytes);
}

void put_plain(std::string& out, FrameType type, std::uint32_t stream) { put_header(out, type, 0, stream); }

void put_ended(std::string& out, std::uint32_t stream, const Ended& ended) {
  put_header(out, FrameType::ended, 13, stream);
  out += static_cast<char>(ended.how);
  put_number(out, static_cast<std::uint32_t>(ended.error_number));
  put_number(out, static_cast<std::uint64_t>(ended.at_ns));
}

void put_ping(std::string& out, std::uint64_t token) {
  put_header(out, FrameType::ping, 8, 0);
  put_number(out, token);
}

void put_pong(std::string& out, const Pong& pong) {
  put_header(out, FrameType::pong, 16, 0);
  put_number(out, pong.token);
  put_number(out, static_cast<std::uint64_t>(pong.at_ns));
}

std::optional<Hello> read_hello(std::string_view payload) {
  if (!payload.starts_with(kMagic)) return std::nullopt;
  const Hello hello{number_at<std::uint16_t>(payload, 4), number_at<std::uint32_t>(payload, 6)};
  if (hello.window == 0 || hello.window > kLargestWindow) return std::nullopt;
  return hello;
}

std::optional<Destination> read_open(std::string_view payload) {
  Destination to{number_at<std::uint32_t>(payload, 0), number_at<std::uint16_t>(payload, 4),
                 std::string(payload.substr(6))};
  if (to.port == 0 || !valid_pod_uid(to.pod_uid)) return std::nullopt;
  return to;
}

std::int64_t read_opened(std::string_view payload) {
  return static_cast<std::int64_t>(number_at<std::uint64_t>(payload, 0));
}

std::uint32_t read_credit(std::string_view payload) { return number_at<std::uint32_t>(payload, 0); }

std::optional<Ended> read_ended(std::string_view payload) {
  const auto how = static_cast<EndedHow>(payload[0]);
  if (how > EndedHow::no_socket) return std::nullopt;
  return Ended{how, static_cast<std::int32_t>(number_at<std::uint32_t>(payload, 1)),
               static_cast<std::int64_t>(number_at<std::uint64_t>(payload, 5))};
}

std::uint64_t read_ping(std::string_view payload) { return number_at<std::uint64_t>(payload, 0); }

Pong read_pong(std::string_view payload) {
  return {number_at<std::uint64_t>(payload, 0), static_cast<std::int64_t>(number_at<std::uint64_t>(payload, 8))};
}

std::span<char> FrameReader::space() {
  // What is left is less than one frame, so this moves little and leaves much.
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  return std::span(buffer_).subspan(end_);
}

void FrameReader::filled(std::size_t size) {
  assert(size <= kCapacity - end_);
  end_ += size;
}

FrameReader::Found FrameReader::next(Frame& frame) {
  const std::string_view bytes(buffer_.data() + begin_, end_ - begin_);
  if (bytes.empty()) return Found::nothing;
  frame.type = static_cast<FrameType>(bytes[0]);
  const auto bounds = bounds_of(frame.type);
  if (!bounds) return Found::violation;
  if (bytes.size() < kFrameHeader) return Found::nothing;
  frame.stream = number_at<std::uint32_t>(bytes, 4);
  const std::size_t size = number_at<std::uint16_t>(bytes, 2);
  if (bytes[1] != 0 || size < bounds->least || size > bounds->most) return Found::violation;
  if (bounds->of_stream != (frame.stream != 0)) return Found::violation;
  if (bytes.size() < kFrameHeader + size) return Found::nothing;
  frame.payload = bytes.substr(kFrameHeader, size);
  begin_ += kFrameHeader + size;
  return Found::frame;
}

}  // namespace hadrill::agent
