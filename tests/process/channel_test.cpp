#include "process/channel.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "children.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 10s;

Command shell(const std::string& script) { return {{"sh", "-c", script}, kPatience}; }

std::unique_ptr<Channel> started(const Command& command) {
  auto channel = Channel::start(command);
  REQUIRE(channel.ok());
  return std::move(*channel);
}

bool ready(int descriptor, short events) {
  pollfd entry{descriptor, events, 0};
  return poll(&entry, 1, 10'000) == 1;
}

/// At least one and at most `size` bytes, or none when the output has ended.
std::string read_some(const Channel& channel, std::size_t size) {
  REQUIRE(ready(channel.output(), POLLIN));
  std::string text(size, '\0');
  const ssize_t got = read(channel.output(), text.data(), size);
  REQUIRE(got >= 0);
  text.resize(static_cast<std::size_t>(got));
  return text;
}

std::string read_line(const Channel& channel) {
  std::string line;
  for (std::string byte = read_some(channel, 1); !byte.empty() && byte != "\n"; byte = read_some(channel, 1))
    line += byte;
  return line;
}

std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

}  // namespace

TEST_CASE("what goes into a channel comes out of it, whatever the size") {
  const auto channel = started({{"cat"}, kPatience});
  std::string sent(3UL * 1024 * 1024 + 7, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 >> 3);
  std::string received;
  std::size_t written = 0;
  while (written < sent.size()) {
    const ssize_t put = write(channel->input(), sent.data() + written, sent.size() - written);
    if (put > 0) written += static_cast<std::size_t>(put);
    // Non-blocking: a full pipe is EAGAIN, and then there is something to read.
    if (put < 0) {
      REQUIRE(errno == EAGAIN);
      received += read_some(*channel, 65536);
    }
  }
  channel->close_input();
  CHECK(channel->input() == -1);
  for (std::string more = read_some(*channel, 65536); !more.empty(); more = read_some(*channel, 65536))
    received += more;
  CHECK(received == sent);
  CHECK(channel->wait_for_end(kPatience));
  CHECK(channel->exit_code() == 0);
}

TEST_CASE("how it ended and what it said last are told") {
  const auto failed = started(shell("echo broken >&2; exit 7"));
  REQUIRE(failed->wait_for_end(kPatience));
  CHECK(failed->exit_code() == 7);
  CHECK(read_some(*failed, 1).empty());
  CHECK(ready(failed->output(), POLLIN));
  const auto killed = started(shell("kill -KILL $$"));
  REQUIRE(killed->wait_for_end(kPatience));
  CHECK(killed->exit_code() == 128 + SIGKILL);
}

TEST_CASE("a program that floods standard error is neither held up nor kept whole") {
  const auto channel = started(shell("yes noise | head -c 4200000 >&2; echo last words >&2; echo done; read -r end"));
  CHECK(read_line(*channel) == "done");
  MonotonicClock clock;
  const Instant give_up = clock.now() + kPatience;
  while (!channel->error_tail().ends_with("last words\n") && clock.now() < give_up) {
    clock.wait_until(clock.now() + 1ms, Interrupt::never());
  }
  CHECK(channel->error_tail().ends_with("noise\nlast words\n"));
  CHECK(channel->error_tail().size() == 16384);
}

TEST_CASE("a channel to a missing program is an error in words") {
  const std::size_t before = open_descriptors();
  const auto missing = Channel::start({{"no-such-program-here"}, 1s});
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().message == "no program \"no-such-program-here\" on PATH");
  CHECK_FALSE(Channel::start({{"/no/such/program"}, 1s}).ok());
  CHECK(open_descriptors() == before);
}

TEST_CASE("a terminal's Ctrl-C does not reach it: it has a process group of its own") {
  const auto channel = started(shell("echo $$; read -r end"));
  const pid_t pid = std::stoi(read_line(*channel));
  CHECK(getpgid(pid) == pid);
  CHECK(getpgid(pid) != getpgrp());
}

TEST_CASE("it inherits its three standard streams and nothing else of ours") {
  std::array<int, 2> ours{};
  REQUIRE(pipe(ours.data()) == 0);  // without O_CLOEXEC: the worst neighbour
  const auto other = started({{"cat"}, kPatience});
  const auto channel = started({{"ls", "/proc/self/fd"}, kPatience});
  // 3 is the folder that ls reads.
  for (const char* number : {"0", "1", "2", "3"}) CHECK(read_line(*channel) == number);
  CHECK(channel->wait_for_end(kPatience));
  close(ours[0]);
  close(ours[1]);
}

TEST_CASE("a program that ends with its input is not signalled") {
  auto channel = started(shell("trap 'echo told >&2; exit 9' TERM; read -r end; echo gone >&2"));
  channel->end(kPatience);
  CHECK(channel->exit_code() == 0);
  channel->end(kPatience);
}

TEST_CASE("one that reads on is told SIGTERM") {
  auto channel = started(shell("trap 'exit 9' TERM; echo ready; while :; do sleep 0.01; done"));
  CHECK(read_line(*channel) == "ready");
  channel->end(1s);
  CHECK(channel->exit_code() == 9);
}

TEST_CASE("nothing of it runs after the channel is gone, deaf to SIGTERM or not") {
  auto channel =
      started(shell("trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & echo $$ $!; "
                    "while :; do sleep 1; done"));
  std::string line = read_line(*channel);
  const std::string parent = line.substr(0, line.find(' '));
  const std::string child = line.substr(line.find(' ') + 1);
  REQUIRE(running(parent));
  REQUIRE(running(child));
  channel.reset();
  CHECK_FALSE(running(parent));
  CHECK(ends(child, kPatience));
}

TEST_CASE("a child left behind by a program that ended is killed with the group") {
  const auto channel = started(shell("sleep 600 >/dev/null 2>&1 & echo $!"));
  const std::string child = read_line(*channel);
  CHECK(channel->wait_for_end(kPatience));
  CHECK(ends(child, kPatience));
}

TEST_CASE("channels come and go without leaving descriptors or threads") {
  started({{"cat"}, kPatience});
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 20; ++i) started({{"cat"}, kPatience});
  CHECK(open_descriptors() == before);
}
