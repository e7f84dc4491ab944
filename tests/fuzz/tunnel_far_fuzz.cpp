// Whatever the near end says: the agent's end of the tunnel does not crash, says only frames, ends every stream it
// opened at most once and never sends more than it has credit for. No network: its sockets are pairs.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "agent/far_side.hpp"

using namespace hadrill::agent;

namespace {

[[noreturn]] void broken_promise(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

/// Destinations by port: one that speaks, one that is silent, one that is gone, the rest refuse.
class PairDialler final : public Dialler {
 public:
  ~PairDialler() override {
    for (const int peer : peers_) close(peer);
  }
  Dialled dial(const Destination& destination) override {
    std::array<int, 2> pair{};
    const bool answers =
        destination.port % 4 != 3 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()) == 0;
    if (!answers) return {-1, EndedHow::refused, 111};
    if (destination.port % 4 == 0) {
      const std::string text(40'000, 'x');
      if (write(pair[1], text.data(), text.size()) < 0) broken_promise("a pair takes nothing");
    }
    if (destination.port % 4 == 2) {
      close(pair[1]);
    } else {
      peers_.push_back(pair[1]);
    }
    return {pair[0], EndedHow::finished, 0};
  }

 private:
  std::vector<int> peers_;
};

/// What one side said about one stream number, over all streams that had it.
struct Said {
  std::size_t opens = 0;
  std::size_t openeds = 0;
  std::size_t ends = 0;
  std::size_t bytes = 0;
  std::size_t credit = 0;
};
struct Transcript {
  std::map<std::uint32_t, Said> streams;
  std::size_t window = 0;  ///< of the first hello: a second one is no hello
  bool all_frames = true;
};

Transcript read_all(int descriptor) {
  Transcript transcript;
  FramePipe pipe(descriptor, -1);
  while (transcript.all_frames && pipe.fill() == FramePipe::Filled::some) {
    Frame frame;
    FrameReader::Found found = FrameReader::Found::nothing;
    while ((found = pipe.next(frame)) == FrameReader::Found::frame) {
      Said& said = transcript.streams[frame.stream];
      if (frame.type == FrameType::hello && transcript.window == 0)
        transcript.window = read_hello(frame.payload).value_or(Hello{1, 0}).window;
      if (frame.type == FrameType::open) ++said.opens;
      if (frame.type == FrameType::opened) ++said.openeds;
      if (frame.type == FrameType::ended && !read_ended(frame.payload)) broken_promise("an end without a meaning");
      if (frame.type == FrameType::ended) ++said.ends;
      if (frame.type == FrameType::data) said.bytes += frame.payload.size();
      if (frame.type == FrameType::credit) said.credit += read_credit(frame.payload);
    }
    transcript.all_frames = found != FrameReader::Found::violation;
  }
  return transcript;
}

/// Compares what the agent said with what it was told.
void check(const Transcript& told, const Transcript& said) {
  if (!said.all_frames) broken_promise("what it said is no frame");
  for (const auto& [id, its] : said.streams) {
    if (id == 0) continue;
    const auto ours = told.streams.find(id);
    if (ours == told.streams.end() || its.ends > ours->second.opens || its.openeds > ours->second.opens)
      broken_promise("it spoke of a stream that nobody opened");
    if (its.bytes > ours->second.opens * told.window + ours->second.credit)
      broken_promise("it sent more than it had credit for");
  }
}

/// Serves what is in `bytes`, which come in `pieces`, with a few turns after each so that sockets are seen to as well.
void serve(const std::string& bytes, std::size_t pieces, int out) {
  std::array<int, 2> in{};
  if (pipe2(in.data(), O_NONBLOCK) != 0) broken_promise("no pipes");
  PairDialler dialler;
  FarSide far(in[0], out, dialler);
  std::optional<FarSide::End> end = far.begin();
  const std::size_t step = bytes.size() / pieces + 1;
  constexpr int kTurns = 4;
  for (std::size_t at = 0; at < bytes.size() && !end; at += step) {
    const std::string piece = bytes.substr(at, step);
    if (write(in[1], piece.data(), piece.size()) != static_cast<ssize_t>(piece.size()))
      broken_promise("a pipe takes less");
    for (int i = 0; i < kTurns && !end; ++i) end = far.turn(0);
  }
  close(in[1]);
  while (!end) end = far.turn(-1);
  close(in[0]);
}

Transcript read_back(const std::string& bytes) {
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_NONBLOCK) != 0) broken_promise("no pipes");
  if (write(pipe[1], bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    broken_promise("a pipe takes less");
  close(pipe[1]);
  Transcript transcript = read_all(pipe[0]);
  close(pipe[0]);
  return transcript;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kPipe = 60'000;
  if (size == 0 || size > kPipe) return 0;
  std::signal(SIGPIPE, SIG_IGN);
  // An odd first byte: the rest follows a proper hello. An even one: it has to be right by itself.
  std::string bytes;
  if (data[0] % 2 == 1) put_hello(bytes, {kTunnelProtocol, 1U + data[0] * 64U});
  bytes.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::array<int, 2> out{};
  if (pipe2(out.data(), O_NONBLOCK) != 0) broken_promise("no pipes");
  serve(bytes, 1U + data[0] / 32U, out[1]);
  close(out[1]);
  check(read_back(bytes), read_all(out[0]));
  close(out[0]);
  return 0;
}
