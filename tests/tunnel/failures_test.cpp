// What a client sees when the far side fails, and that trouble of the tunnel itself is told apart from it.
#include "bench.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::tunnel;
using namespace std::chrono_literals;

TEST_CASE("each way the far side can fail is told as what it is") {
  const auto tunnel = started(local_agent());
  SECTION("nobody listens") {
    const Client client(open_stream(*tunnel, "127.0.0.1:" + std::to_string(dead_port())));
    const StreamReport report = client.ended();
    CHECK(report.cause == Cause::refused);
    CHECK(report.error_number == ECONNREFUSED);
    CHECK_FALSE(report.connected);
    CHECK_FALSE(says_nothing_of_destination(report.cause));
  }
  SECTION("there is no route") {
    const Client client(open_stream(*tunnel, "255.255.255.255:80"));  // refused by the kernel before anything is sent
    const StreamReport report = client.ended();
    CHECK(report.cause == Cause::unreachable);
    CHECK(report.error_number == ENETUNREACH);
  }
  SECTION("the connection is reset in the middle of an answer") {
    const FarServer server([](int client) {
      read_exactly(client, 3);
      write_all(client, "half");
      read_exactly(client, 3);
      arm_reset(client);
    });
    const Client client(open_stream(*tunnel, server.address()));
    write_all(client.socket(), "ask");
    CHECK(read_exactly(client.socket(), 4) == "half");
    write_all(client.socket(), "ask");
    CHECK(read_until_failure(client.socket()) == ECONNRESET);
    CHECK(client.ended().cause == Cause::reset);
    CHECK(client.ended().error_number == ECONNRESET);
  }
  SECTION("the connection is closed without a word") {
    const FarServer server([](int client) { read_exactly(client, 3); });
    const Client client(open_stream(*tunnel, server.address()));
    write_all(client.socket(), "ask");
    CHECK(read_until_failure(client.socket()) == 0);
    CHECK(client.report().phase == Phase::open);  // finished on its side only
    shutdown(client.socket(), SHUT_WR);
    CHECK(client.ended().cause == Cause::finished);
  }
  SECTION("nothing answers") {
    const FarServer server([](int client) { read_to_end(client); });
    const Client client(open_stream(*tunnel, server.address()));
    write_all(client.socket(), "ask");
    CHECK_FALSE(wait_for(client.socket(), POLLIN, 50));
    REQUIRE(eventually([&] { return client.report().phase == Phase::open; }));
    CHECK(client.report().cause == Cause::none);
  }
  SECTION("the pod is not there") {
    const Client client(open_stream(*tunnel, "127.0.0.1:80", "00000000-dead-beef-0000-000000000000"));
    CHECK(client.ended().cause == Cause::pod_gone);
    CHECK(says_nothing_of_destination(client.ended().cause));
  }
}

TEST_CASE("connecting that gets no answer stays what it is: neither refused nor connected") {
  LoopbackListener listener(0);
  listener.fill();
  const auto tunnel = started(local_agent());
  Client client(open_stream(*tunnel, "127.0.0.1:" + std::to_string(listener.port())));
  write_all(client.socket(), "ask");
  CHECK_FALSE(wait_for(client.socket(), POLLIN, 100));
  CHECK(client.report().phase == Phase::opening);
  client.close_socket();
  CHECK(client.ended().cause == Cause::closed_here);
}

TEST_CASE("a client that connects after the far side refused is refused") {
  const auto tunnel = started(local_agent());
  auto stream = open_stream(*tunnel, "127.0.0.1:" + std::to_string(dead_port()));
  REQUIRE(eventually([&] { return stream->report().phase == Phase::ended; }));
  const auto refused = [&] {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool failed =
        connect(socket, reinterpret_cast<const sockaddr*>(&stream->address()), stream->address_size()) != 0 &&
        errno == ECONNREFUSED;
    close(socket);
    return failed;
  };
  CHECK(eventually(refused));
}

TEST_CASE("what the client does reaches the far side as what it is") {
  std::atomic<int> seen = -1;
  const FarServer server([&](int client) {
    read_exactly(client, 3);
    write_all(client, "answer");
    seen = read_until_failure(client);
  });
  auto tunnel = started(local_agent());
  Client client(open_stream(*tunnel, server.address()));
  write_all(client.socket(), "ask");
  SECTION("closed after everything was read: an end of file") {
    REQUIRE(read_exactly(client.socket(), 6) == "answer");
    client.close_socket();
    REQUIRE(eventually([&] { return seen != -1; }));
    CHECK(seen == 0);
  }
  SECTION("closed with something unread: a reset") {
    REQUIRE(wait_for(client.socket(), POLLIN));
    client.close_socket();
    REQUIRE(eventually([&] { return seen != -1; }));
    CHECK(seen == ECONNRESET);
  }
  SECTION("the tunnel ends: a reset, because nothing was finished") {
    REQUIRE(read_exactly(client.socket(), 6) == "answer");
    tunnel.reset();
    REQUIRE(eventually([&] { return seen != -1; }));
    CHECK(seen == ECONNRESET);
  }
}

TEST_CASE("an agent that is killed ends every stream with the tunnel's reason, and is replaced") {
  const FarServer server(FarServer::echo);
  EventLog log;
  const auto tunnel = started(local_agent(), log.sink());
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<Client>(open_stream(*tunnel, server.address())));
    write_all(clients.back()->socket(), "x");
    REQUIRE(read_exactly(clients.back()->socket(), 1) == "x");
  }
  REQUIRE(kill(agent_pid(), SIGKILL) == 0);
  for (const auto& client : clients) {
    // Never an end of file: to a client that would be an answer that ended in order.
    CHECK(read_until_failure(client->socket()) == ECONNRESET);
    CHECK(client->ended().cause == Cause::channel_lost);
    CHECK(says_nothing_of_destination(client->ended().cause));
  }
  REQUIRE(eventually([&] { return log.all().size() == 2; }));
  CHECK(log.all()[0].kind == TunnelEvent::Kind::lost);
  CHECK(log.all()[0].node == "local");
  CHECK(log.all()[0].reason == "the agent's output ended, exit code 137");
  CHECK(log.all()[1].kind == TunnelEvent::Kind::reopened);
  CHECK(log.all()[1].at > log.all()[0].at);
  const Client again(open_stream(*tunnel, server.address()));
  write_all(again.socket(), "back");
  CHECK(read_exactly(again.socket(), 4) == "back");
}

TEST_CASE("while there is no channel a stream fails at once, with the reason") {
  const FarServer server(FarServer::echo);
  EventLog log;
  TunnelOptions options = local_agent();
  const TemporaryFolder folder;
  const std::string flag = (folder.path / "started").string();
  options.command.argv = {
      "sh", "-c", "[ ! -e \"$1\" ] || { echo no such container >&2; exit 3; }; : >\"$1\"; exec \"$2\" tunnel",
      "sh", flag, HADRILL_AGENT};
  const auto tunnel = started(options, log.sink());
  CHECK(tunnel->connected());
  REQUIRE(kill(agent_pid(), SIGKILL) == 0);
  REQUIRE(eventually([&] { return !tunnel->connected(); }));
  REQUIRE(eventually([&] {
    const auto stream = open_stream(*tunnel, server.address());
    return stream->report().detail.find("no such container") != std::string::npos;
  }));
  const auto stream = open_stream(*tunnel, server.address());
  CHECK(stream->take_socket() == -1);
  CHECK(stream->report().phase == Phase::ended);
  CHECK(stream->report().cause == Cause::channel_lost);
  CHECK(stream->report().detail.find("exit code 3") != std::string::npos);
  CHECK(server.accepted() == 0);
  REQUIRE(std::filesystem::remove(flag));
  CHECK(eventually([&] { return tunnel->connected(); }));
  CHECK(eventually([&] { return log.all().size() == 2; }));
}

TEST_CASE("an agent that does not answer is noticed, and given up after a while") {
  const FarServer server(FarServer::echo);
  EventLog log;
  TunnelOptions options = local_agent();
  options.pulse = {20ms, 400ms};
  const auto tunnel = started(options, log.sink());
  const Client client(open_stream(*tunnel, server.address()));
  write_all(client.socket(), "x");
  REQUIRE(read_exactly(client.socket(), 1) == "x");
  CHECK(eventually([&] { return tunnel->round_trip().has_value(); }));
  const pid_t agent = agent_pid();
  REQUIRE(kill(agent, SIGSTOP) == 0);
  // From here on nothing is seen of the far side, and the report says for how long.
  CHECK(eventually([&] { return client.report().channel_silent > 100ms; }));
  REQUIRE(eventually([&] { return !log.all().empty(); }));
  CHECK(log.all()[0].reason.starts_with("the agent did not answer for 400ms"));
  CHECK(client.ended().cause == Cause::channel_lost);
  CHECK(eventually([&] { return tunnel->connected(); }));
  CHECK(agent_pid() != agent);
  CHECK(tunnel->silent() < 100ms);
}

TEST_CASE("a tunnel that cannot be opened says why") {
  TunnelOptions options = local_agent();
  const auto error_of = [&](std::vector<std::string> argv) {
    options.command.argv = std::move(argv);
    const auto tunnel = Tunnel::start(options, {}, Interrupt::never());
    REQUIRE_FALSE(tunnel.ok());
    CHECK(tunnel.error().kind == ErrorKind::infrastructure);
    CHECK(tunnel.error().where == "tunnel into local");
    return tunnel.error().message;
  };
  CHECK(error_of({"no-such-program-here"}) == "no program \"no-such-program-here\" on PATH");
  CHECK(error_of({"sh", "-c", "echo No such container: x >&2; exit 1"}) ==
        "the agent's output ended, exit code 1: No such container: x");
  CHECK(error_of({"sh", "-c", "echo hello; cat >/dev/null"}) == "the agent broke the tunnel protocol, exit code 0");
  CHECK(error_of(
            {"sh", "-c",
             "printf '\\001\\000\\000\\012\\000\\000\\000\\000hdrl\\000\\002\\000\\001\\000\\000'; cat >/dev/null"}) ==
        "the agent speaks version 2 of the tunnel protocol, this is 1, exit code 0");
  options.greet_within = 50ms;
  CHECK(error_of({"sh", "-c", "cat >/dev/null"}) == "the agent did not say hello in time, exit code 0");
  Interrupt interrupt;
  interrupt.raise();
  const auto interrupted = Tunnel::start(local_agent(), {}, interrupt);
  REQUIRE_FALSE(interrupted.ok());
  CHECK(interrupted.error().kind == ErrorKind::interrupted);
}

TEST_CASE("an address that is none is a usage error") {
  for (const char* address : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "localhost:80",
                              "127.0.0.1:80x", "[::1]:80", ":80", "127.0.0.1:-1"}) {
    INFO(address);
    const auto parsed = parse_destination(address);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().kind == ErrorKind::usage);
  }
  const auto good = parse_destination("10.96.0.1:443", "0a-b_C");
  REQUIRE(good.ok());
  CHECK(good->address == 0x0a600001);
  CHECK(good->port == 443);
  CHECK_FALSE(parse_destination("10.96.0.1:443", "a/b").ok());
  CHECK_FALSE(parse_destination("10.96.0.1:443", std::string(65, 'a')).ok());
}
