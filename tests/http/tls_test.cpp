// Who is trusted, what a failed handshake is called, and which server a connection leads to.
#include "driving.hpp"
#include "local_server.hpp"
#include "tls_server.hpp"

using namespace hadrill;
using namespace hadrill::http;
using namespace hadrill::test;

namespace {

constexpr long kLongAgo = -60;

}  // namespace

TEST_CASE("a trusted server answers over HTTP/2, and every transfer names its certificate") {
  const Authority authority;
  const TlsServer server(authority, {.serial = 0xAFED1});
  Driven driven(authority.identity());
  const Transfer first = driven.send(get(server.url()));
  REQUIRE(first.reason == "");
  CHECK(first.ending == Ending::response);
  CHECK(first.status == 200);
  CHECK(first.http_version == 2);
  CHECK(first.body == "body");
  CHECK(first.opened_connection);
  CHECK(first.certificate_serial == "0afed1");
  const Transfer second = driven.send(get(server.url()));
  CHECK_FALSE(second.opened_connection);
  CHECK(second.certificate_serial == "0afed1");
  CHECK(driven.send(get(server.url(), ConnectionUse::fresh)).certificate_serial == "0afed1");
  CHECK(server.accepted() == 2);
}

TEST_CASE("an HTTP/1-only server answers, one request at a time per connection") {
  const Authority authority;
  const TlsServer server(authority, {.http2 = false});
  Driven driven(authority.identity());
  CHECK(driven.send(get(server.url())).http_version == 1);
  CHECK_FALSE(driven.send(get(server.url())).opened_connection);
  const auto hanging = driven.start(get(server.url("/hang")));
  const Transfer other = driven.send(get(server.url()));
  CHECK(other.status == 200);
  CHECK(other.opened_connection);
  CHECK(other.certificate_serial == "abc1");
  CHECK_FALSE(driven.finished(hanging));
  driven.engine().cancel(hanging);
  CHECK(driven.wait(hanging).reason == "cancelled");
  CHECK(driven.send(get(server.url())).opened_connection);
}

TEST_CASE("a server that is not to be trusted fails by TLS") {
  const Authority authority;
  const Authority stranger;
  const auto use = GENERATE(ConnectionUse::fresh, ConnectionUse::reused);
  Transfer transfer;
  SECTION("of another authority") {
    const TlsServer server(stranger);
    transfer = Driven(authority.identity()).send(get(server.url(), use));
  }
  SECTION("with nobody trusted") {
    const TlsServer server(authority);
    transfer = Driven().send(get(server.url(), use));
  }
  SECTION("for another address") {
    const TlsServer server(authority, {.address = "127.0.0.2"});
    transfer = Driven(authority.identity()).send(get(server.url(), use));
  }
  SECTION("that does not speak TLS") {
    const LocalServer server(Manner::answer);
    transfer = Driven(authority.identity()).send(get("https" + server.url().substr(4), use));
  }
  CHECK(transfer.ending == Ending::tls);
  CHECK_FALSE(transfer.reason.empty());
  CHECK(transfer.status == 0);
  CHECK(transfer.opened_connection);
}

TEST_CASE("a certificate that was found good vouches for no other, nor for another address") {
  const Authority authority;
  const Authority stranger;
  const TlsServer good(authority, {.serial = 7});
  const TlsServer unknown(stranger, {.serial = 7});
  const TlsServer elsewhere(authority, {.serial = 7, .address = "127.0.0.2"});
  Driven driven(authority.identity());
  for (int i = 0; i < 2; ++i) {
    CHECK(driven.send(get(good.url(), ConnectionUse::fresh)).ending == Ending::response);
    CHECK(driven.send(get(unknown.url(), ConnectionUse::fresh)).ending == Ending::tls);
    CHECK(driven.send(get(elsewhere.url(), ConnectionUse::fresh)).ending == Ending::tls);
  }
  // What one engine has verified is not known to another, which trusts somebody else.
  CHECK(Driven(stranger.identity()).send(get(good.url(), ConnectionUse::fresh)).ending == Ending::tls);
}

TEST_CASE("a client certificate is presented, and its refusal is a failure of TLS") {
  const Authority authority;
  const TlsServer server(authority, {.client_authority = &authority});
  const auto use = GENERATE(ConnectionUse::fresh, ConnectionUse::reused);
  SECTION("good") {
    const Issued client = authority.issue({});
    CHECK(Driven(authority.identity(&client)).send(get(server.url(), use)).status == 200);
  }
  SECTION("expired") {
    const Issued client = authority.issue({.valid_for_s = kLongAgo});
    const Transfer transfer = Driven(authority.identity(&client)).send(get(server.url(), use));
    CHECK(transfer.ending == Ending::tls);
    CHECK_THAT(transfer.reason, Catch::Contains("expired"));
  }
  SECTION("of somebody else") {
    const Authority stranger;
    const Issued client = stranger.issue({});
    CHECK(Driven({authority.pem(), client.certificate_pem(), client.key_pem()}).send(get(server.url(), use)).ending ==
          Ending::tls);
  }
  SECTION("missing") { CHECK(Driven(authority.identity()).send(get(server.url(), use)).ending == Ending::tls); }
}

TEST_CASE("an identity that cannot be used fails every request by TLS and says why") {
  const Authority authority;
  const TlsServer server(authority);
  const Issued client = authority.issue({});
  const Issued other = authority.issue({});
  const auto reason = [&](const TlsIdentity& identity) {
    const Transfer transfer = Driven(identity).send(get(server.url()));
    CHECK(transfer.ending == Ending::tls);
    return transfer.reason;
  };
  CHECK(reason({"no PEM", "", ""}) == "no certificate in the PEM text of the CA");
  CHECK(reason({authority.pem(), "no PEM", client.key_pem()}) ==
        "no certificate in the PEM text of the client certificate");
  CHECK(reason({authority.pem(), client.certificate_pem(), ""}) == "no private key in the PEM text of the key");
  CHECK(reason({authority.pem(), client.certificate_pem(), other.key_pem()}) ==
        "the key does not belong to the client certificate");
}

TEST_CASE("a connection reset or closed in the middle of its handshake is a reset, not a failure of TLS") {
  const Authority authority;
  SECTION("reset") {
    const TlsServer server(authority, {.reset_handshake = true});
    const Transfer transfer = Driven(authority.identity()).send(get(server.url()));
    CHECK(transfer.ending == Ending::reset);
    CHECK_FALSE(transfer.reason.empty());
  }
  SECTION("closed") {
    const LocalServer server(Manner::close_at_once);
    CHECK(Driven(authority.identity()).send(get("https" + server.url().substr(4))).ending == Ending::reset);
  }
}
