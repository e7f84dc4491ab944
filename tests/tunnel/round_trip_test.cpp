// What the tunnel adds to a round trip: not a test of a bound, so not part of the unit tests. test_tunnel "[measure]"
// prints the table of docs/agent-protocol.md.
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cstdio>

#include "bench.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::tunnel;

namespace {

constexpr int kRoundTrips = 10'000;
constexpr int kConnections = 2'000;
constexpr std::size_t kMessage = 100;

int connect_directly(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  REQUIRE(connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return socket;
}

void ask(int socket) {
  static const std::string message(kMessage, 'm');
  write_all(socket, message);
  REQUIRE(read_exactly(socket, kMessage).size() == kMessage);
}

template <typename Action>
std::vector<double> microseconds(int count, Action action) {
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const Instant before = MonotonicClock().now();
    action();
    times.push_back(static_cast<double>((MonotonicClock().now() - before).count()) / 1e3);
  }
  std::sort(times.begin(), times.end());
  return times;
}

void print(const char* what, const std::vector<double>& times) {
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  std::printf("%-44s n %6zu   median %7.1f us   p99 %7.1f us   p99.9 %7.1f us   max %8.1f us\n", what, times.size(),
              at(0.5), at(0.99), at(0.999), times.back());
}

}  // namespace

TEST_CASE("added round trip", "[.][measure]") {
  const FarServer server([](int client) {
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    FarServer::echo(client);
  });
  const auto tunnel = started(local_agent());
  std::printf("tunnel thread at real-time priority: %s\n", tunnel->realtime_priority() ? "yes" : "no");

  const int direct = connect_directly(server.port());
  const Client through(open_stream(*tunnel, server.address()));
  // In turn, so that a disturbance of the machine meets both.
  std::vector<double> directly;
  std::vector<double> tunnelled;
  for (int block = 0; block < kRoundTrips / 100; ++block) {
    for (const double time : microseconds(100, [&] { ask(direct); })) directly.push_back(time);
    for (const double time : microseconds(100, [&] { ask(through.socket()); })) tunnelled.push_back(time);
  }
  std::sort(directly.begin(), directly.end());
  std::sort(tunnelled.begin(), tunnelled.end());
  print("open connection, directly", directly);
  print("open connection, through the tunnel", tunnelled);
  close(direct);

  print("new connection and one answer, directly", microseconds(kConnections, [&] {
          const int socket = connect_directly(server.port());
          ask(socket);
          close(socket);
        }));
  print("new connection and one answer, tunnelled", microseconds(kConnections, [&] {
          const Client client(open_stream(*tunnel, server.address()));
          ask(client.socket());
        }));
}
