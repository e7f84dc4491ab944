#include "workload/server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <csignal>
#include <cstdio>

namespace hadrill::workload {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

/// A connection on which nothing is asked for so long is closed.
constexpr auto kIdle = std::chrono::minutes(2);
/// A hanging request is let go after this: longer than anybody who asks waits.
constexpr auto kLongestHang = std::chrono::minutes(10);
constexpr std::uint64_t kLargestBody = 64 * 1024;
/// Connections that the kernel keeps for us while we are busy.
constexpr int kBacklog = 1024;

using In = http::request<http::string_body>;
using Out = http::response<http::string_body>;

Request request_of(const In& in) {
  const std::string target(in.target());
  return {std::string(in.method_string()), target.substr(0, target.find('?')), in.body()};
}

Out response_to(const In& in, const Reply& reply, const Identity& identity) {
  Out out(static_cast<http::status>(reply.status), in.version());
  out.set(http::field::content_type, "application/json");
  out.set("Hadrill-Server", identity.pod + " on " + identity.node);
  out.keep_alive(in.keep_alive() && !reply.close);
  out.body() = reply.body;
  out.prepare_payload();
  return out;
}

/// Answers one request after the other. Ends when the other side does, or with an answer that closes.
asio::awaitable<void> converse(beast::tcp_stream stream, Application& application) {
  beast::flat_buffer buffer;
  boost::system::error_code failed;
  auto token = asio::redirect_error(asio::use_awaitable, failed);
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(kLargestBody);
    stream.expires_after(kIdle);
    co_await http::async_read(stream, buffer, parser, token);
    if (failed) break;
    const Reply reply = application.handle(request_of(parser.get()), Clock::now());
    if (reply.hang) {
      asio::steady_timer timer(stream.get_executor(), kLongestHang);
      co_await timer.async_wait(token);
      break;
    }
    const Out out = response_to(parser.get(), reply, application.identity());
    co_await http::async_write(stream, out, token);
    if (failed || !out.keep_alive()) break;
  }
  stream.socket().shutdown(tcp::socket::shutdown_send, failed);
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, Application& application) {
  const auto executor = co_await asio::this_coro::executor;
  for (;;) {
    boost::system::error_code failed;
    tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
    if (!acceptor.is_open()) co_return;
    if (failed) {
      // Out of descriptors, most likely: not a reason to spin.
      asio::steady_timer timer(executor, std::chrono::milliseconds(10));
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, failed));
      continue;
    }
    asio::co_spawn(executor, converse(beast::tcp_stream(std::move(socket)), application), asio::detached);
  }
}

asio::awaitable<void> end_on_signal(asio::signal_set& signals, Application& application,
                                    std::chrono::milliseconds drain, asio::io_context& context) {
  co_await signals.async_wait(asio::use_awaitable);
  if (drain > drain.zero()) {
    application.drain();
    asio::steady_timer timer(context, drain);
    co_await timer.async_wait(asio::use_awaitable);
  }
  context.stop();
}

bool listen(tcp::acceptor& acceptor, std::uint16_t port, boost::system::error_code& failed) {
  const tcp::endpoint endpoint(tcp::v4(), port);
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed) acceptor.listen(kBacklog, failed);
  return !failed;
}

}  // namespace

int serve(Application& application, const ServerOptions& options) {
  asio::io_context context(1);
  // Before anybody is told that it listens: from then on it may be told to end.
  asio::signal_set signals(context, SIGTERM, SIGINT);
  tcp::acceptor acceptor(context);
  boost::system::error_code failed;
  if (!listen(acceptor, options.port, failed)) {
    std::fprintf(stderr, "port %u: %s\n", unsigned{options.port}, failed.message().c_str());
    return 1;
  }
  std::printf("listening on %u\n", unsigned{acceptor.local_endpoint().port()});
  std::fflush(stdout);
  asio::co_spawn(context, accept_all(acceptor, application), asio::detached);
  asio::co_spawn(context, end_on_signal(signals, application, options.drain, context), asio::detached);
  context.run();
  return 0;
}

}  // namespace hadrill::workload
