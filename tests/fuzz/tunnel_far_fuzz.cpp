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
  std::size_t window = 0;  ///< of the last hello
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
      if (frame.type == FrameType::hello) transcript.window = read_hello(frame.payload).value_or(Hello{1, 0}).window;
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kPipe = 60'000;
  if (size == 0 || size > kPipe) return 0;
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (pipe2(in.data(), O_NONBLOCK) != 0 || pipe2(out.data(), O_NONBLOCK) != 0) broken_promise("no pipes");
  // An odd first byte: the rest follows a proper hello. An even one: it has to be right by itself.
  std::string bytes;
  if (data[0] % 2 == 1) put_hello(bytes, {kTunnelProtocol, 1U + data[0] * 64U});
  bytes.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto put_in = [&bytes](int pipe) {
    if (write(pipe, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
      broken_promise("a pipe takes less");
    close(pipe);
  };
  put_in(in[1]);
  {
    PairDialler dialler;
    FarSide(in[0], out[1], dialler).serve();
  }
  close(out[1]);
  std::array<int, 2> again{};
  if (pipe2(again.data(), O_NONBLOCK) != 0) broken_promise("no pipes");
  put_in(again[1]);
  check(read_all(again[0]), read_all(out[0]));
  for (const int end : {in[0], out[0], again[0]}) close(end);
  return 0;
}
