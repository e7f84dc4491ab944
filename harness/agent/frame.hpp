// Owns the wire format of `hadrill-agent tunnel` (docs/agent-protocol.md): frames made and read, for both ends. Pure;
// no dependencies, because it runs inside nodes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hadrill::agent {

inline constexpr std::uint16_t kTunnelProtocol = 1;
/// Bytes before a frame's payload.
inline constexpr std::size_t kFrameHeader = 8;
/// Most payload a frame may carry: bounds how long one stream keeps the others waiting.
inline constexpr std::size_t kLongestPayload = 16UL * 1024;
/// Bytes either end takes for a stream before it was able to pass them on.
inline constexpr std::uint32_t kStreamWindow = 64U * 1024;
inline constexpr std::uint32_t kLargestWindow = 16U * 1024 * 1024;
/// Streams one tunnel has at a time. With kStreamWindow it bounds the memory of both ends.
inline constexpr std::size_t kMostStreams = 1024;
/// Bytes of frames waiting for the pipe above which no more data is read from sockets.
inline constexpr std::size_t kPipeHighWater = 256UL * 1024;
/// Bytes of frames waiting for the pipe that neither end exceeds while both keep the protocol.
inline constexpr std::size_t kPipeLimit = 4UL * 1024 * 1024;

/// "near" is the harness, "far" the agent. The numbers are the protocol.
enum class FrameType : std::uint8_t {
  hello = 1,   ///< both: the first frame
  open = 2,    ///< near: connect a new stream
  opened = 3,  ///< far: it is connected
  data = 4,    ///< both
  finish = 5,  ///< both: no more data from this side
  credit = 6,  ///< both: that many more bytes may be sent
  close = 7,   ///< near: the near end was closed; send what is under way, then close
  reset = 8,   ///< near: end it at once, with a reset
  ended = 9,   ///< far: the last frame of every stream; from here on its number may be used again
  ping = 10,   ///< near
  pong = 11,   ///< far
};

struct Frame {
  FrameType type = FrameType::hello;
  std::uint32_t stream = 0;  ///< 0 for frames about the tunnel as a whole
  std::string_view payload;
};

struct Hello {
  std::uint16_t protocol = kTunnelProtocol;
  std::uint32_t window = kStreamWindow;  ///< how much its sender takes per stream before any credit
};

/// Where a stream leads to, seen from inside the node or the pod.
struct Destination {
  std::uint32_t address = 0;  ///< IPv4, most significant byte first: 127.0.0.1 is 0x7f000001
  std::uint16_t port = 0;
  std::string pod_uid;  ///< empty: the node itself

  friend bool operator==(const Destination&, const Destination&) = default;
};

/// At most 64 letters, digits, '-' and '_'; empty is fine.
bool valid_pod_uid(std::string_view pod_uid);

/// How a stream ended, as the far end knows it.
enum class EndedHow : std::uint8_t {
  finished = 0,   ///< both sides said finish
  refused = 1,    ///< connecting failed, with an error number
  failed = 2,     ///< the connection failed after it was made, with an error number
  dropped = 3,    ///< the near end closed or reset it
  no_pod = 4,     ///< no process of that pod runs on this node
  no_socket = 5,  ///< the agent could not make a socket, with an error number: nothing was sent to the destination
};

struct Ended {
  EndedHow how = EndedHow::finished;
  std::int32_t error_number = 0;  ///< errno, 0 without
  std::int64_t at_ns = 0;         ///< CLOCK_MONOTONIC, when the agent saw it
};

struct Pong {
  std::uint64_t token = 0;  ///< of the ping
  std::int64_t at_ns = 0;   ///< CLOCK_MONOTONIC, when the agent answered
};

void put_hello(std::string& out, const Hello& hello);
void put_open(std::string& out, std::uint32_t stream, const Destination& destination);
void put_opened(std::string& out, std::uint32_t stream, std::int64_t at_ns);
/// 1 to kLongestPayload bytes.
void put_data(std::string& out, std::uint32_t stream, std::string_view bytes);
void put_credit(std::string& out, std::uint32_t stream, std::uint32_t bytes);
/// finish, close or reset.
void put_plain(std::string& out, FrameType type, std::uint32_t stream);
void put_ended(std::string& out, std::uint32_t stream, const Ended& ended);
void put_ping(std::string& out, std::uint64_t token);
void put_pong(std::string& out, const Pong& pong);

// Payloads of frames that FrameReader let through, so of the right size. nullopt: a value that has no meaning.
std::optional<Hello> read_hello(
    std::string_view payload);  ///< also nullopt when it is no hello of this protocol family
std::optional<Destination> read_open(std::string_view payload);
std::int64_t read_opened(std::string_view payload);
std::uint32_t read_credit(std::string_view payload);
std::optional<Ended> read_ended(std::string_view payload);
std::uint64_t read_ping(std::string_view payload);
Pong read_pong(std::string_view payload);

/// Cuts a byte stream into frames.
class FrameReader {
 public:
  enum class Found { frame, nothing, violation };

  /// Where the next bytes go; never empty as long as next() was called until it found nothing. Ends the life of the
  /// last frame's payload.
  std::span<char> space();
  /// `size` bytes were put there.
  void filled(std::size_t size);
  /// The next whole frame. A violation (unknown type, wrong size or stream number) is final.
  Found next(Frame& frame);
  /// Whether the bytes so far end inside a frame.
  bool in_frame() const { return begin_ != end_; }

 private:
  static constexpr std::size_t kCapacity = 4 * (kFrameHeader + kLongestPayload);
  std::array<char, kCapacity> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace hadrill::agent
