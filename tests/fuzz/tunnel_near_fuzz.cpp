// Whatever the agent says: the near end of the tunnel does not crash, says only frames, hands no client more than was
// sent for it, and every stream has ended with a cause when it is over.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tunnel/mux.hpp"

using namespace hadrill;
using namespace hadrill::tunnel;

namespace {

[[noreturn]] void broken_promise(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

/// A client with an opinion: connected and speaking, connected and gone, or late.
struct Client {
  std::shared_ptr<StreamRecord> record = std::make_shared<StreamRecord>(Instant{1});
  std::optional<NearSocket::Pair> pair = NearSocket::make();

  Client(Inbox& inbox, std::uint64_t number) {
    if (!pair) broken_promise("no sockets");
    OpenRequest request{kFirstTicket + number, {0x7f000001, 80, ""}, std::move(pair->near), record};
    if (inbox.put(request)) broken_promise("the inbox is shut");
    if (number % 3 == 2) return;
    const int socket = pair->client.socket.get();
    const auto* address = reinterpret_cast<const sockaddr*>(&pair->client.address);
    if (connect(socket, address, pair->client.address_size) != 0) broken_promise("a client cannot connect");
    if (send(socket, "question", 8, MSG_NOSIGNAL) != 8) broken_promise("a client cannot speak");
    if (number % 3 == 1) pair->client.socket.reset();
  }

  void check(std::size_t sent) const {
    if (record->report().phase != Phase::ended || record->report().cause == Cause::none)
      broken_promise("a stream did not end");
    if (!pair->client.socket.open()) return;
    std::array<char, 4096> buffer{};
    std::size_t got = 0;
    ssize_t size = 0;
    while ((size = recv(pair->client.socket.get(), buffer.data(), buffer.size(), 0)) > 0)
      got += static_cast<std::size_t>(size);
    if (got > sent) broken_promise("a client was handed what nobody sent");
  }
};

void check_output(int out) {
  agent::FramePipe pipe(out, -1);
  while (pipe.fill() == agent::FramePipe::Filled::some) {
    agent::Frame frame;
    agent::FrameReader::Found found = agent::FrameReader::Found::nothing;
    while ((found = pipe.next(frame)) == agent::FrameReader::Found::frame) {
    }
    if (found == agent::FrameReader::Found::violation) broken_promise("what it said is no frame");
  }
}

/// Carries four streams while `bytes` come in `pieces`, with a few turns after each so that clients are seen to as
/// well.
void carry(const std::string& bytes, std::size_t pieces, int out) {
  std::array<int, 2> in{};
  if (pipe2(in.data(), O_NONBLOCK) != 0) broken_promise("no pipes");
  Inbox inbox;
  Pulse pulse;
  Mux mux(in[0], out, inbox, pulse, {});
  std::vector<Client> clients;
  Mux::Lost lost;
  const std::size_t step = bytes.size() / pieces + 1;
  constexpr int kTurns = 4;
  bool greeted = false;
  for (std::size_t at = 0; at < bytes.size() && !lost; at += step) {
    const std::string piece = bytes.substr(at, step);
    if (write(in[1], piece.data(), piece.size()) != static_cast<ssize_t>(piece.size()))
      broken_promise("a pipe takes less");
    if (!greeted) {
      if (!mux.greet(MonotonicClock().now(), Interrupt::never()).ok()) break;
      greeted = true;
      inbox.open();
      for (std::uint64_t i = 0; i < 4; ++i) clients.emplace_back(inbox, i);
      lost = mux.begin(Interrupt::never());
    }
    for (int i = 0; i < kTurns && !lost; ++i) lost = mux.turn(Interrupt::never(), Duration::zero());
  }
  close(in[1]);
  while (greeted && !lost) lost = mux.turn(Interrupt::never(), Duration::max());
  if (greeted) mux.end(*lost);
  if (mux.streams() != 0) broken_promise("streams are left");
  for (const Client& client : clients) client.check(bytes.size());
  close(in[0]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kPipe = 60'000;
  if (size == 0 || size > kPipe) return 0;
  std::signal(SIGPIPE, SIG_IGN);
  // An odd first byte: the rest follows a proper hello. An even one: it has to be right by itself.
  std::string bytes;
  if (data[0] % 2 == 1) agent::put_hello(bytes, {agent::kTunnelProtocol, 1U + data[0] * 64U});
  bytes.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::array<int, 2> out{};
  if (pipe2(out.data(), O_NONBLOCK) != 0) broken_promise("no pipes");
  carry(bytes, 1U + data[0] / 32U, out[1]);
  close(out[1]);
  check_output(out[0]);
  close(out[0]);
  return 0;
}
