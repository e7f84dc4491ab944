// The server is talked to through the harness's own client, as the probers do.
#include "server/local_server.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "http/curl_client.hpp"
#include "http/curl_engine.hpp"

using namespace hadrill;
using namespace hadrill::server;
using namespace std::chrono_literals;

namespace {

http::Request post(const LocalServer& server, const std::string& body) {
  http::Request request;
  request.method = "POST";
  request.url = server.base() + "/echo";
  request.body = body;
  request.timeout = 3s;
  return request;
}

http::Transfer send(http::Client& client, const http::Request& request) {
  return client.send(request, Interrupt::never());
}

/// Does `task` on the server's thread and waits for it.
void now(LocalServer& server, const std::function<void(Controls&)>& task) {
  std::promise<void> done;
  server.at({}, [&](Controls& controls) {
    task(controls);
    done.set_value();
  });
  done.get_future().wait();
}

/// Answers as told.
class ToldHandler final : public Handler {
 public:
  std::function<Response(const Request&)> reply;
  Response handle(const Request& request) override { return reply(request); }
};

}  // namespace

TEST_CASE("what is sent to /echo comes back, over HTTP/2, on a new and on a kept connection") {
  EchoHandler echo;
  const auto server = LocalServer::start(echo);
  REQUIRE(server.ok());
  http::CurlClient client((*server)->identity());
  for (const http::ConnectionUse use : {http::ConnectionUse::fresh, http::ConnectionUse::reused}) {
    for (const std::string& body : {std::string("{\"a\":1}"), std::string(300'000, 'x')}) {
      http::Request request = post(**server, body);
      request.connection = use;
      const http::Transfer transfer = send(client, request);
      INFO(transfer.reason);
      CHECK(transfer.ending == http::Ending::response);
      CHECK(transfer.status == 200);
      CHECK(transfer.body == body);
      if (transfer.opened_connection) CHECK(transfer.certificate_serial == (*server)->certificate_serial());
    }
  }
  http::Request elsewhere = post(**server, "x");
  elsewhere.url = (*server)->base() + "/other";
  CHECK(send(client, elsewhere).status == 404);
}

TEST_CASE("nobody without its client certificate is served") {
  EchoHandler echo;
  const auto server = LocalServer::start(echo);
  const auto other = LocalServer::start(echo);
  REQUIRE((server.ok() && other.ok()));
  http::TlsIdentity stranger = (*other)->identity();
  stranger.ca_pem = (*server)->identity().ca_pem;
  http::CurlClient client(stranger);
  CHECK(send(client, post(**server, "x")).ending != http::Ending::response);
}

TEST_CASE("it can serve the clients of another CA, beside others with the same certificates") {
  EchoHandler echo;
  const auto cluster = make_certificates();
  auto own = make_certificates();
  REQUIRE((cluster.ok() && own.ok()));
  own->server.ca_pem = cluster->server.ca_pem + own->server.ca_pem;
  const auto one = LocalServer::start(echo, *own);
  const auto other = LocalServer::start(echo, *own);
  REQUIRE((one.ok() && other.ok()));
  http::TlsIdentity identity = cluster->client;
  identity.ca_pem += own->client.ca_pem;
  http::CurlClient client(identity);
  CHECK(send(client, post(**one, "x")).status == 200);
  CHECK(send(client, post(**other, "x")).status == 200);
  http::CurlClient second((*one)->identity());
  CHECK(send(second, post(**one, "x")).status == 200);
}

TEST_CASE("a server that stops listening refuses, on the same port, until it listens again") {
  EchoHandler echo;
  const auto server = LocalServer::start(echo);
  REQUIRE(server.ok());
  http::CurlClient client((*server)->identity());
  CHECK(send(client, post(**server, "x")).status == 200);
  for (int round = 0; round < 3; ++round) {
    now(**server, [](Controls& controls) {
      controls.stop_listening();
      controls.reset_connections();
    });
    // The first may find its connection dead.
    static_cast<void>(send(client, post(**server, "x")));
    CHECK(send(client, post(**server, "x")).ending == http::Ending::refused);
    now(**server, [](Controls& controls) { CHECK(controls.listen_again()); });
    CHECK(send(client, post(**server, "x")).status == 200);
  }
}

TEST_CASE("a frozen server answers when it has thawed") {
  EchoHandler echo;
  const auto server = LocalServer::start(echo);
  REQUIRE(server.ok());
  http::CurlClient client((*server)->identity());
  now(**server, [](Controls& controls) { controls.freeze(); });
  const Instant thaw = MonotonicClock().now() + 150ms;
  (*server)->at(thaw, [](Controls& controls) { controls.thaw(); });
  const http::Transfer transfer = send(client, post(**server, "x"));
  CHECK(transfer.status == 200);
  CHECK(transfer.done >= thaw);
}

TEST_CASE("unwelcome connections are reset") {
  EchoHandler echo;
  const auto server = LocalServer::start(echo);
  REQUIRE(server.ok());
  http::CurlClient client((*server)->identity());
  now(**server, [](Controls& controls) { controls.on_accept([n = 0]() mutable { return ++n % 2 == 0; }); });
  http::Request request = post(**server, "x");
  request.connection = http::ConnectionUse::fresh;
  for (int round = 0; round < 4; ++round) {
    CHECK(send(client, request).ending != http::Ending::response);
    CHECK(send(client, request).ending == http::Ending::response);
  }
}

TEST_CASE("a response can be late, of any status, or cut off") {
  ToldHandler told;
  const auto server = LocalServer::start(told);
  REQUIRE(server.ok());
  http::CurlClient client((*server)->identity());
  SECTION("late") {
    told.reply = [](const Request& request) { return Response{.body = request.body, .after = 120ms}; };
    const http::Transfer transfer = send(client, post(**server, "x"));
    CHECK(transfer.status == 200);
    CHECK(transfer.done - transfer.sent >= 120ms);
  }
  SECTION("another status") {
    told.reply = [](const Request&) { return Response{.status = 500, .body = "no"}; };
    const http::Transfer transfer = send(client, post(**server, "x"));
    CHECK(transfer.status == 500);
    CHECK(transfer.body == "no");
  }
  SECTION("cut off") {
    told.reply = [](const Request&) { return Response{.body = "0123456789", .cut_at = 5}; };
    const http::Transfer transfer = send(client, post(**server, "x"));
    CHECK(transfer.ending != http::Ending::response);
    CHECK(transfer.ending != http::Ending::timeout);
  }
}

TEST_CASE("a source's body arrives as it grows") {
  class Growing final : public Source {
   public:
    explicit Growing(std::string& text) : text_(text) {}
    std::string take() override { return std::exchange(text_, {}); }

   private:
    std::string& text_;
  };
  std::string text;  // of the server's thread
  ToldHandler told;
  told.reply = [&](const Request& request) {
    if (request.method == "POST") {
      text += request.body;
      return Response{};
    }
    return Response{.body = "first ", .source = std::make_unique<Growing>(text)};
  };
  const auto server = LocalServer::start(told);
  REQUIRE(server.ok());
  http::CurlEngine engine((*server)->identity());
  std::string heard;
  http::Request watch;
  watch.url = (*server)->base() + "/watch";
  watch.on_body = [&](std::string_view piece, Instant) { heard += piece; };
  engine.start(1, 0, watch);
  const auto drive = [&](Duration longest) {
    const Instant until = MonotonicClock().now() + longest;
    while (MonotonicClock().now() < until) static_cast<void>(engine.drive_until(until, Interrupt::never()));
  };
  drive(150ms);
  CHECK(heard == "first ");
  engine.start(2, 1, post(**server, "second "));
  drive(150ms);
  engine.start(3, 1, post(**server, "third"));
  drive(150ms);
  CHECK(heard == "first second third");
  engine.cancel(1);
}

TEST_CASE("it serves thousands of requests a second") {
  EchoHandler echo;
  const auto server = LocalServer::start(echo);
  REQUIRE(server.ok());
  http::CurlEngine engine((*server)->identity());
  constexpr std::uint64_t kRequests = 3000;
  std::uint64_t good = 0;
  std::uint64_t started = 0;
  const Instant give_up = MonotonicClock().now() + 20s;
  for (std::uint64_t ended = 0; ended < kRequests && MonotonicClock().now() < give_up;) {
    for (; started < kRequests && engine.in_flight() < 20; ++started)
      engine.start(started, 0, post(**server, std::to_string(started)));
    for (const http::Finished& finished : engine.drive_until(give_up, Interrupt::never())) {
      good += finished.transfer.body == std::to_string(finished.id) ? 1 : 0;
      ++ended;
    }
  }
  CHECK(good == kRequests);
}
