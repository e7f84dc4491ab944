// What a server calls itself: outside input, so only a name that can be one is taken.
#include "http/response.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace hadrill::http;

namespace {

std::string name_after(const std::vector<std::string>& lines) {
  Response response;
  Delivery delivery;
  response.begin(1, Request{}, Instant{});
  for (const std::string& line : lines) CHECK(response.take_header(line, delivery));
  Transfer transfer;
  response.move_to(transfer);
  return transfer.server_name;
}

std::string named(const std::string& line) { return name_after({"HTTP/1.1 200 OK\r\n", line + "\r\n", "\r\n"}); }

}  // namespace

TEST_CASE("a server that says who it is, is known by that") {
  CHECK(named("Hadrill-Server: web-0 on worker") == "web-0 on worker");
  CHECK(named("hadrill-server:web-0") == "web-0");
  CHECK(named("HADRILL-SERVER: \t web-0 \t") == "web-0");
  CHECK(named("Server: nginx").empty());
  CHECK(named("X-Hadrill-Server: web-0").empty());
}

TEST_CASE("what cannot be a name is none") {
  CHECK(named("Hadrill-Server:").empty());
  CHECK(named("Hadrill-Server: ").empty());
  CHECK(named("Hadrill-Server: " + std::string(128, 'x')).size() == 128);
  CHECK(named("Hadrill-Server: " + std::string(129, 'x')).empty());
  CHECK(named("Hadrill-Server: a\x01z").empty());
  CHECK(named("Hadrill-Server: \xc3\xa4").empty());
  // Without a whole header nothing was answered yet.
  CHECK(name_after({"HTTP/1.1 200 OK\r\n", "Hadrill-Server: web-0\r\n"}).empty());
}
