// The real executable, spoken to byte by byte: what it answers, and that it ends when it has to.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "agent/frame_pipe.hpp"
#include "agent/proc.hpp"
#include "process/boost_runner.hpp"
#include "process/channel.hpp"
#include "support/loopback_listener.hpp"

using namespace hadrill;
using namespace hadrill::agent;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

constexpr int kPatienceMs = 20'000;

/// For as many as a tunnel may open.
constexpr int kBacklog = 2048;

/// The next that connected; the caller closes it.
int accept_from(const LoopbackListener& listener) {
  pollfd entry{listener.get(), POLLIN, 0};
  REQUIRE(poll(&entry, 1, kPatienceMs) == 1);
  return accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
}

/// The near end of a tunnel in raw frames.
class RawTunnel {
 public:
  RawTunnel() : channel_(start()), pipe_(channel_->output(), channel_->input()) {}

  std::string& put() { return pipe_.frames(); }
  void send() {
    while (pipe_.flush() == FramePipe::Flushed::blocked) {
      pollfd entry{pipe_.out(), POLLOUT, 0};
      REQUIRE(poll(&entry, 1, kPatienceMs) == 1);
    }
  }
  void greet() {
    put_hello(put(), {});
    send();
    REQUIRE(next().type == FrameType::hello);
  }
  /// The next frame from the agent; its payload lives until the next call.
  Frame next() {
    Frame frame;
    while (pipe_.next(frame) != FrameReader::Found::frame) {
      pollfd entry{pipe_.in(), POLLIN, 0};
      REQUIRE(poll(&entry, 1, kPatienceMs) == 1);
      REQUIRE(pipe_.fill() == FramePipe::Filled::some);
    }
    return frame;
  }
  void open(std::uint32_t id, std::uint16_t port) { put_open(put(), id, {INADDR_LOOPBACK, port, ""}); }
  Ended next_ended(std::uint32_t id) {
    const Frame frame = next();
    REQUIRE(frame.type == FrameType::ended);
    REQUIRE(frame.stream == id);
    return *read_ended(frame.payload);
  }
  Channel& channel() { return *channel_; }

 private:
  static std::unique_ptr<Channel> start() {
    auto channel = Channel::start({{HADRILL_AGENT, "tunnel"}, 10s});
    REQUIRE(channel.ok());
    return std::move(*channel);
  }
  std::unique_ptr<Channel> channel_;
  FramePipe pipe_;
};

std::string read_some(int descriptor) {
  pollfd entry{descriptor, POLLIN, 0};
  REQUIRE(poll(&entry, 1, kPatienceMs) == 1);
  std::string text(65536, '\0');
  const ssize_t size = recv(descriptor, text.data(), text.size(), 0);
  if (size < 0) return "errno " + std::to_string(errno);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace

TEST_CASE("the executable answers requests line by line until its input ends") {
  BoostRunner runner;
  Command command{{HADRILL_AGENT}, 20s};
  command.input =
      "{\"verb\":\"hello\"}\n{\"verb\":\"resolve\",\"program\":\"hadrill-agent\"}\n"
      "{\"verb\":\"heal\",\"id\":\"nothing\"}\nnonsense\n";
  const auto done = runner.run(command, Interrupt::never());
  REQUIRE(done.ok());
  CHECK(done->exit_code == 0);
  std::vector<nlohmann::json> answers;
  std::istringstream lines(done->out);
  for (std::string line; std::getline(lines, line);) answers.push_back(nlohmann::json::parse(line));
  REQUIRE(answers.size() == 4);
  CHECK(answers[0]["protocol"] == 2);
  CHECK(answers[1]["processes"].size() >= 1);  // a cluster on this machine has agents, too
  CHECK(answers[2]["evidence"]["alreadyHealed"] == true);
  CHECK(answers[3]["ok"] == false);
}

TEST_CASE("an argument it does not know is refused") {
  BoostRunner runner;
  const auto done = runner.run({{HADRILL_AGENT, "tunel"}, 20s}, Interrupt::never());
  REQUIRE(done.ok());
  CHECK(done->exit_code == 64);
  CHECK(done->err == "usage: hadrill-agent [tunnel | lives | heal]\n");
}

TEST_CASE("the tunnel mode wants pipes") {
  BoostRunner runner;
  const auto done = runner.run({{"sh", "-c", "exec \"$0\" tunnel <\"$0\"", HADRILL_AGENT}, 20s}, Interrupt::never());
  REQUIRE(done.ok());
  CHECK(done->exit_code == 1);
  CHECK(done->err == "hadrill-agent tunnel: standard input and output have to be pipes or sockets\n");
}

TEST_CASE("a tunnel ends with its input, and resets what was not over") {
  const LoopbackListener listener(kBacklog);
  RawTunnel tunnel;
  tunnel.greet();
  tunnel.open(1, listener.port());
  tunnel.send();
  const int far = accept_from(listener);
  REQUIRE(tunnel.next().type == FrameType::opened);
  tunnel.channel().close_input();
  CHECK(tunnel.channel().wait_for_end(10s));
  CHECK(tunnel.channel().exit_code() == 0);
  CHECK(read_some(far) == "errno " + std::to_string(ECONNRESET));
  close(far);
}

TEST_CASE("a tunnel answers pings with the shared clock, and tells when it connected") {
  const LoopbackListener listener(kBacklog);
  RawTunnel tunnel;
  const std::int64_t before = monotonic_ns();
  tunnel.greet();
  put_ping(tunnel.put(), 99);
  tunnel.send();
  const Frame pong = tunnel.next();
  REQUIRE(pong.type == FrameType::pong);
  CHECK(read_pong(pong.payload).token == 99);
  CHECK(read_pong(pong.payload).at_ns > before);
  tunnel.open(1, listener.port());
  tunnel.send();
  const Frame opened = tunnel.next();
  REQUIRE(opened.type == FrameType::opened);
  CHECK(read_opened(opened.payload) > before);
  CHECK(read_opened(opened.payload) <= monotonic_ns());
}

TEST_CASE("a stream's number may be used again once it ended, and not before") {
  const LoopbackListener listener(kBacklog);
  RawTunnel tunnel;
  tunnel.greet();
  SECTION("after") {
    for (int i = 0; i < 50; ++i) {
      tunnel.open(3, listener.port());
      put_data(tunnel.put(), 3, "round " + std::to_string(i));
      tunnel.send();
      const int far = accept_from(listener);
      CHECK(read_some(far) == "round " + std::to_string(i));
      REQUIRE(tunnel.next().type == FrameType::opened);
      put_plain(tunnel.put(), FrameType::reset, 3);
      // Sent before the end was heard of: about the old stream, so for nobody.
      put_plain(tunnel.put(), FrameType::finish, 3);
      put_credit(tunnel.put(), 3, 1);
      tunnel.send();
      CHECK(tunnel.next_ended(3).how == EndedHow::dropped);
      CHECK(read_some(far) == "errno " + std::to_string(ECONNRESET));
      close(far);
    }
  }
  SECTION("before") {
    tunnel.open(3, listener.port());
    tunnel.open(3, listener.port());
    tunnel.send();
    CHECK(tunnel.channel().wait_for_end(10s));
    CHECK(tunnel.channel().exit_code() == 1);
  }
}

TEST_CASE("a refused stream and the limit of streams are told with their error numbers") {
  RawTunnel tunnel;
  tunnel.greet();
  SECTION("refused") {
    std::uint16_t nobody = 0;
    { nobody = LoopbackListener(kBacklog).port(); }
    tunnel.open(1, nobody);
    tunnel.send();
    const Ended ended = tunnel.next_ended(1);
    CHECK(ended.how == EndedHow::refused);
    CHECK(ended.error_number == ECONNREFUSED);
  }
  SECTION("too many") {
    const LoopbackListener listener(kBacklog);
    for (std::uint32_t id = 1; id <= kMostStreams; ++id) tunnel.open(id, listener.port());
    tunnel.send();
    for (std::size_t i = 0; i < kMostStreams; ++i) REQUIRE(tunnel.next().type == FrameType::opened);
    tunnel.open(5000, listener.port());
    tunnel.send();
    const Ended ended = tunnel.next_ended(5000);
    CHECK(ended.how == EndedHow::no_socket);
    CHECK(ended.error_number == EMFILE);
  }
}

TEST_CASE("close lets what is under way arrive, reset does not wait for it") {
  const LoopbackListener listener(kBacklog);
  RawTunnel tunnel;
  tunnel.greet();
  tunnel.open(1, listener.port());
  put_data(tunnel.put(), 1, "last words");
  tunnel.send();
  REQUIRE(tunnel.next().type == FrameType::opened);
  const int far = accept_from(listener);
  put_plain(tunnel.put(), FrameType::close, 1);
  tunnel.send();
  CHECK(tunnel.next_ended(1).how == EndedHow::dropped);
  CHECK(read_some(far) == "last words");
  CHECK(read_some(far).empty());
  close(far);
}

TEST_CASE("whoever breaks the protocol is left") {
  LoopbackListener listener(kBacklog);
  RawTunnel tunnel;
  std::string& out = tunnel.put();
  std::optional<std::string> complaint;
  SECTION("no hello first") { put_ping(out, 1); }
  SECTION("not even a frame") { out = "{\"verb\":\"hello\"}\n"; }
  SECTION("a hello that is none") {
    out = std::string("\x01\x00\x00\x0a\x00\x00\x00\x00HDRL\x00\x01\x00\x01\x00\x00", 18);
  }
  SECTION("another version") {
    put_hello(out, {2, kStreamWindow});
    complaint = "the other end speaks another version of the tunnel protocol";
  }
  SECTION("a second hello") {
    put_hello(out, {});
    put_hello(out, {});
  }
  SECTION("a frame of ours") {
    put_hello(out, {});
    put_pong(out, {1, 1});
  }
  SECTION("open without a port") {
    put_hello(out, {});
    put_open(out, 1, {INADDR_LOOPBACK, 0, ""});
  }
  SECTION("more data than there is credit for") {
    listener.fill();  // so that nothing is passed on
    put_hello(out, {});
    tunnel.open(1, listener.port());
    for (std::size_t sent = 0; sent <= kStreamWindow; sent += kLongestPayload)
      put_data(out, 1, std::string(kLongestPayload, 'x'));
  }
  SECTION("more credit than there is a window for") {
    put_hello(out, {});
    tunnel.open(1, listener.port());
    put_credit(out, 1, 1);
  }
  SECTION("data after finish") {
    put_hello(out, {});
    tunnel.open(1, listener.port());
    put_plain(out, FrameType::finish, 1);
    put_data(out, 1, "x");
  }
  SECTION("finish twice") {
    put_hello(out, {});
    tunnel.open(1, listener.port());
    put_plain(out, FrameType::finish, 1);
    put_plain(out, FrameType::finish, 1);
  }
  tunnel.send();
  CHECK(tunnel.channel().wait_for_end(10s));
  CHECK(tunnel.channel().exit_code() == 1);
  CHECK(tunnel.channel().error_tail() ==
        "hadrill-agent tunnel: " + complaint.value_or("the input is not what the tunnel protocol allows") + "\n");
}
