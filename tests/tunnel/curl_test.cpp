// That libcurl, given a stream's socket, sees of a far server what it sees of a near one; and what it cannot see, the
// stream's report tells.
#include "bench.hpp"
#include "curl_over_tunnel.hpp"
#include "http/local_server.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::tunnel;

namespace {

struct Answer {
  CURLcode code = CURLE_OK;
  long status = 0;
  std::string body;
};

std::size_t append(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

class Browser {
 public:
  /// Directly when `tunnel` is nullptr.
  Browser(Tunnel* tunnel, const std::string& address) : handle_(curl_easy_init()), url_("http://" + address + "/") {
    connector_.open = [tunnel, address] { return open_stream(*tunnel, address); };
    if (tunnel != nullptr) use_tunnel(handle_, connector_);
    curl_easy_setopt(handle_, CURLOPT_PROXY, "");
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &append);
  }
  ~Browser() { curl_easy_cleanup(handle_); }
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  /// Over HTTP/2 without TLS. (`new_connection`: libcurl 7.88 stumbles over a prior knowledge it was told already.)
  Answer get_http2(bool new_connection) {
    const long version = new_connection ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_2TLS;
    curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, version);
    return get();
  }
  Answer get(long timeout_ms = kPatienceMs) {
    Answer answer;
    curl_easy_setopt(handle_, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, timeout_ms);
    answer.code = curl_easy_perform(handle_);
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &answer.status);
    return answer;
  }
  int socket() const {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(handle_, CURLINFO_ACTIVESOCKET, &socket);
    return socket;
  }
  StreamReport report() const { return connector_.stream->report(); }
  int opened() const { return connector_.opened; }

 private:
  CURL* handle_;
  std::string url_;
  CurlConnector connector_;
};

std::string address_of(const LocalServer& server) {
  const std::string url = server.url();
  return url.substr(7, url.size() - 8);
}

/// As little of an HTTP/2 server (RFC 9113) as answers requests without a body, as long as `go_on` says after each.
void serve_http2(int client, const std::function<bool()>& go_on) {
  const auto frame = [](int type, int flags, int stream, const std::string& payload) {
    const std::string header{
        0, 0, static_cast<char>(payload.size()), static_cast<char>(type), static_cast<char>(flags), 0,
        0, 0, static_cast<char>(stream)};
    return header + payload;
  };
  constexpr int kData = 0;
  constexpr int kHeaders = 1;
  constexpr int kSettings = 4;
  constexpr std::size_t kPreface = 24;
  read_exactly(client, kPreface);
  write_all(client, frame(kSettings, 0, 0, ""));
  while (true) {
    const std::string header = read_exactly(client, 9);
    if (header.size() < 9) return;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(header[at]); };
    read_exactly(client, static_cast<std::size_t>(byte(0) << 16 | byte(1) << 8 | byte(2)));
    if (byte(3) == kSettings && byte(4) == 0) write_all(client, frame(kSettings, 1, 0, ""));
    if (byte(3) != kHeaders) continue;
    // ":status: 200" is entry 8 of HPACK's static table.
    write_all(client, frame(kHeaders, 4, byte(8), "\x88") + frame(kData, 1, byte(8), "body"));
    if (!go_on()) return;
  }
}

/// An HTTP server of one answer without a length: where the body ends is for the connection to say.
FarServer unbounded_answer(bool in_order) {
  return FarServer([in_order](int client) {
    read_some(client);
    write_all(client, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf");
    if (!in_order) arm_reset(client);
  });
}

}  // namespace

TEST_CASE("a server answers through the tunnel as it does directly") {
  const LocalServer server(Manner::answer);
  const auto tunnel = started(local_agent());
  Browser browser(tunnel.get(), address_of(server));
  for (int i = 1; i <= 3; ++i) {
    const Answer answer = browser.get();
    REQUIRE(answer.code == CURLE_OK);
    CHECK(answer.status == 200);
    CHECK(answer.body == "body");
    // A limit of libcurl 7.88: it takes an HTTP/1.1 connection whose peer's name prints as nothing for one not yet
    // resolved.
    CHECK(browser.opened() == i);
  }
  CHECK(browser.report().phase == Phase::open);
}

TEST_CASE("an HTTP/2 connection is reused until the far side closes it, and then replaced") {
  std::atomic<int> answers = 0;
  const FarServer server([&](int client) { serve_http2(client, [&] { return ++answers != 3; }); });
  const auto tunnel = started(local_agent());
  Browser browser(tunnel.get(), server.address());
  for (int i = 1; i <= 3; ++i) {
    const Answer answer = browser.get_http2(i == 1);
    REQUIRE(answer.code == CURLE_OK);
    CHECK(answer.body == "body");
    CHECK(browser.opened() == 1);
  }
  // The server closes after the third: libcurl looks before it uses the connection again.
  REQUIRE(wait_for(browser.socket(), POLLRDHUP));
  for (int i = 4; i <= 6; ++i) {
    REQUIRE(browser.get_http2(i == 4).code == CURLE_OK);
    CHECK(browser.opened() == 2);
  }
  CHECK(server.accepted() == 2);
}

TEST_CASE("each way to fail gives libcurl's code as it would directly, and the report has the cause") {
  const auto tunnel = started(local_agent());
  const auto both = [&](const std::string& address, long timeout_ms = kPatienceMs) {
    Browser direct(nullptr, address);
    Browser through(tunnel.get(), address);
    const CURLcode expected = direct.get(timeout_ms).code;
    const CURLcode got = through.get(timeout_ms).code;
    REQUIRE(eventually([&] { return through.report().phase != Phase::opening; }));
    return std::tuple(expected, got, through.report());
  };
  SECTION("closed without a word") {
    const LocalServer server(Manner::close_at_once);
    const auto [expected, got, report] = both(address_of(server));
    // A server that closes with the request unread resets: either code means that, directly too.
    CHECK((expected == CURLE_GOT_NOTHING || expected == CURLE_RECV_ERROR));
    CHECK((got == CURLE_GOT_NOTHING || got == CURLE_RECV_ERROR));
    CHECK_FALSE(says_nothing_of_destination(report.cause));
  }
  SECTION("the body ends early") {
    const LocalServer server(Manner::cut_body);
    const auto [expected, got, report] = both(address_of(server));
    CHECK(expected == CURLE_PARTIAL_FILE);
    CHECK(got == CURLE_PARTIAL_FILE);
  }
  SECTION("no answer in time") {
    const LocalServer server(Manner::silent);
    const auto [expected, got, report] = both(address_of(server), 100);
    CHECK(expected == CURLE_OPERATION_TIMEDOUT);
    CHECK(got == CURLE_OPERATION_TIMEDOUT);
  }
  SECTION("refused: the one code that differs, and the report that says so") {
    const auto [expected, got, report] = both("127.0.0.1:" + std::to_string(dead_port()));
    CHECK(expected == CURLE_COULDNT_CONNECT);
    // The near connection stood before the far one was tried; what libcurl tells depends on how far it had come.
    CHECK((got == CURLE_COULDNT_CONNECT || got == CURLE_RECV_ERROR || got == CURLE_SEND_ERROR ||
           got == CURLE_GOT_NOTHING));
    CHECK(report.cause == Cause::refused);
    CHECK(report.error_number == ECONNREFUSED);
  }
}

TEST_CASE("a body without a length ends in order or by a reset, and only one of them is an answer") {
  const auto tunnel = started(local_agent());
  SECTION("in order") {
    const FarServer server = unbounded_answer(true);
    Browser browser(tunnel.get(), server.address());
    const Answer answer = browser.get();
    CHECK(answer.code == CURLE_OK);
    CHECK(answer.body == "half");
  }
  SECTION("by a reset") {
    const FarServer server = unbounded_answer(false);
    Browser browser(tunnel.get(), server.address());
    CHECK(browser.get().code == CURLE_RECV_ERROR);
    CHECK(browser.report().cause == Cause::reset);
  }
  SECTION("by the loss of the channel") {
    const FarServer server([](int client) {
      read_some(client);
      write_all(client, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf");
      read_to_end(client);
    });
    Browser browser(tunnel.get(), server.address());
    const std::jthread killer([&] {
      eventually([&] { return server.accepted() == 1; });
      MonotonicClock().wait_until(MonotonicClock().now() + std::chrono::milliseconds(50), Interrupt::never());
      kill(agent_pid(), SIGKILL);
    });
    CHECK(browser.get().code == CURLE_RECV_ERROR);
    CHECK(browser.report().cause == Cause::channel_lost);
  }
}

TEST_CASE("without a channel libcurl cannot connect, and the report says that it is ours") {
  const LocalServer server(Manner::answer);
  TunnelOptions options = local_agent();
  const TemporaryFolder folder;
  options.command.argv = {
      "sh", "-c", "mkdir \"$1\" && exec \"$2\" tunnel", "sh", (folder.path / "once").string(), HADRILL_AGENT};
  const auto once = started(options);
  Browser lost(once.get(), address_of(server));
  REQUIRE(lost.get().code == CURLE_OK);
  REQUIRE(kill(agent_pid(), SIGKILL) == 0);
  REQUIRE(eventually([&] { return !once->connected(); }));
  CHECK(lost.get().code == CURLE_COULDNT_CONNECT);
  CHECK(lost.report().cause == Cause::channel_lost);
  CHECK(server.accepted() == 1);
}
