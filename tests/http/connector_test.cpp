// Requests over connections that a connector makes.
#include "http/connector.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include "driving.hpp"
#include "tls_server.hpp"

using namespace hadrill;
using namespace hadrill::http;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

/// Connects to a TlsServer by socketpairs. What its connections say of their failure is for the test to set.
class PairConnector final : public Connector {
 public:
  explicit PairConnector(TlsServer* server) : server_(server) {}

  std::unique_ptr<Connected> connect() override {
    ++opened;
    ++alive;
    return std::make_unique<Way>(*this);
  }

  int opened = 0;
  int alive = 0;
  std::optional<ConnectionFailure> failure;

 private:
  struct Way final : Connected {
    explicit Way(PairConnector& by) : maker(by) {}
    ~Way() override { --maker.alive; }
    int take_socket() override { return maker.server_ != nullptr ? maker.server_->connect_pair() : -1; }
    std::optional<ConnectionFailure> failure() const override { return maker.failure; }
    PairConnector& maker;
  };

  TlsServer* server_;
};

/// A URL at which nothing listens: what arrives came through the connector.
Request through(Connector& connector, const TlsServer& server, const std::string& path = "/",
                ConnectionUse use = ConnectionUse::reused) {
  const std::string host = "127.0.0.1:1";
  Request request = get((server.options().tls ? "https://" : "http://") + host + path, use);
  request.connector = &connector;
  return request;
}

struct Tunnelled {
  explicit Tunnelled(ServerOptions options = {}) : server(authority, options), driven(authority.identity()) {}
  Transfer send(const std::string& path = "/", ConnectionUse use = ConnectionUse::reused) {
    return driven.send(through(connector, server, path, use));
  }

  Authority authority;
  TlsServer server;
  PairConnector connector{&server};
  Driven driven;
};

}  // namespace

TEST_CASE("requests go over the connector's connection, which is kept") {
  const bool tls = GENERATE(true, false);
  Tunnelled it({.tls = tls});
  const Transfer first = it.send();
  REQUIRE(first.reason.empty());
  CHECK(first.status == 200);
  CHECK(first.body == "body");
  CHECK(first.opened_connection);
  CHECK(first.http_version == (tls ? 2 : 1));
  CHECK(first.certificate_serial == (tls ? "abc1" : ""));
  const Transfer second = it.send();
  CHECK(second.status == 200);
  CHECK_FALSE(second.opened_connection);
  CHECK(second.certificate_serial == first.certificate_serial);
  CHECK(it.connector.opened == 1);
  CHECK(it.connector.alive == 1);
}

TEST_CASE("a fresh connection is made for each request, and let go with it") {
  const bool tls = GENERATE(true, false);
  Tunnelled it({.tls = tls});
  for (int i = 1; i <= 3; ++i) {
    CHECK(it.send("/", ConnectionUse::fresh).opened_connection);
    CHECK(it.connector.opened == i);
    CHECK(it.connector.alive == 0);
  }
}

TEST_CASE("names are not looked up for a connector, and certificates have to fit them") {
  Tunnelled it;
  Request request = through(it.connector, it.server);
  request.url = "https://no-such-host.invalid/";
  const Transfer transfer = it.driven.send(request);
  CHECK(transfer.ending == Ending::tls);  // reached, but its certificate is for 127.0.0.1
  CHECK(it.server.accepted() == 1);
}

TEST_CASE("many requests share the connector's connection") {
  Tunnelled it;
  REQUIRE(it.send().status == 200);
  std::vector<std::uint64_t> hanging;
  for (int i = 0; i < 20; ++i) hanging.push_back(it.driven.start(through(it.connector, it.server, "/hang")));
  it.driven.drive_until([&] { return it.server.requests() == 21; });
  CHECK(it.send("/release").status == 200);
  for (const auto id : hanging) CHECK(it.driven.wait(id).status == 200);
  CHECK(it.connector.opened == 1);
}

TEST_CASE("what a connection says of its failure counts, not what the socket showed") {
  const bool tls = GENERATE(true, false);
  Tunnelled it({.tls = tls});
  REQUIRE(it.send().status == 200);
  SECTION("nothing: the socket's truth") { CHECK(it.send("/drop").ending == Ending::reset); }
  SECTION("its own ending") {
    it.connector.failure = ConnectionFailure{Ending::blind, "the channel was lost"};
    const Transfer transfer = it.send("/drop");
    CHECK(transfer.ending == Ending::blind);
    CHECK(transfer.reason == "the channel was lost");
    CHECK_FALSE(transfer.opened_connection);
  }
  SECTION("of a timeout too") {
    it.connector.failure = ConnectionFailure{Ending::blind, "the channel is silent"};
    Request request = through(it.connector, it.server, "/hang");
    request.timeout = 50ms;
    CHECK(it.driven.send(request).ending == Ending::blind);
  }
  SECTION("not of what we ended ourselves") {
    it.connector.failure = ConnectionFailure{Ending::blind, "not asked"};
    Request request = through(it.connector, it.server);
    request.body_limit = 1;
    CHECK(it.driven.send(request).ending == Ending::body_too_large);
    const auto id = it.driven.start(through(it.connector, it.server, "/hang"));
    it.driven.engine().cancel(id);
    CHECK(it.driven.wait(id).reason == "cancelled");
  }
  it.connector.failure.reset();
  CHECK(it.send().status == 200);
}

TEST_CASE("a connection that is lost before it was used is refused as its connector says") {
  Tunnelled it({.reset_handshake = true});
  it.connector.failure = ConnectionFailure{Ending::refused, "refused at the far side"};
  const Transfer transfer = it.send();
  CHECK(transfer.ending == Ending::refused);
  CHECK(transfer.reason == "refused at the far side");
  CHECK(it.driven.send(through(it.connector, it.server)).ending == Ending::refused);
}

TEST_CASE("no connection at all is blind, or what its maker says") {
  const auto use = GENERATE(ConnectionUse::fresh, ConnectionUse::reused);
  const bool tls = GENERATE(true, false);
  const Authority authority;
  const TlsServer server(authority, {.tls = tls});
  PairConnector connector(nullptr);
  Driven driven(authority.identity());
  const Transfer blind = driven.send(through(connector, server, "/", use));
  CHECK(blind.ending == Ending::blind);
  CHECK_FALSE(blind.opened_connection);
  CHECK_FALSE(blind.reason.empty());
  connector.failure = ConnectionFailure{Ending::refused, "the pod is gone"};
  const Transfer told = driven.send(through(connector, server, "/", use));
  CHECK(told.ending == Ending::refused);
  CHECK(told.reason == "the pod is gone");
  CHECK(connector.opened == 2);
  CHECK(connector.alive == 0);
  CHECK(server.accepted() == 0);
}

TEST_CASE("a far side that never answers ends by the timeout, and another request does not wait for it") {
  // A pair whose other end nobody reads.
  struct Silent final : Connector, Connected {
    std::unique_ptr<Connected> connect() override { return std::make_unique<Silent>(); }
    int take_socket() override {
      REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
      return ends[0];
    }
    std::optional<ConnectionFailure> failure() const override { return std::nullopt; }
    ~Silent() override {
      if (ends[1] >= 0) close(ends[1]);
    }
    int ends[2] = {-1, -1};
  } silent;
  const Authority authority;
  const TlsServer server(authority);
  Driven driven(authority.identity());
  Request request = through(silent, server);
  request.timeout = kPatience;
  const auto first = driven.start(request);
  request.timeout = 50ms;
  CHECK(driven.send(request).ending == Ending::timeout);
  CHECK_FALSE(driven.finished(first));
  driven.engine().cancel(first);
  CHECK(driven.wait(first).reason == "cancelled");
}
