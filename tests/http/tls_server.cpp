#include "tls_server.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>

#include "tls_peer.hpp"

namespace hadrill::test {
namespace {

int choose_http2(SSL* /*ssl*/, const unsigned char** out, unsigned char* size, const unsigned char* in,
                 unsigned int in_size, void* /*self*/) {
  static const unsigned char wanted[] = "\x02h2";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, wanted, 3, in, in_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsServer::TlsServer(const Authority& authority, ServerOptions options)
    : options_(std::move(options)), issued_(authority.issue({options_.serial, options_.address})) {
  std::signal(SIGPIPE, SIG_IGN);
  context_ = SSL_CTX_new(TLS_server_method());
  REQUIRE(SSL_CTX_use_certificate(context_, issued_.certificate.get()) == 1);
  REQUIRE(SSL_CTX_use_PrivateKey(context_, issued_.key.get()) == 1);
  SSL_CTX_set_mode(context_,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  if (options_.http2) SSL_CTX_set_alpn_select_cb(context_, &choose_http2, nullptr);
  if (options_.client_authority != nullptr) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), options_.client_authority->certificate());
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  REQUIRE(pipe2(pairs_, O_CLOEXEC | O_NONBLOCK) == 0);
  thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

TlsServer::~TlsServer() {
  thread_.request_stop();
  const int none = -1;
  static_cast<void>(!write(pairs_[1], &none, sizeof none));  // wakes the thread
  thread_.join();
  peers_.clear();
  close(pairs_[0]);
  close(pairs_[1]);
  SSL_CTX_free(context_);
}

std::string TlsServer::url(const std::string& path) const {
  return (options_.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(listener_.port()) + path;
}

int TlsServer::connect_pair() {
  int ends[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
  REQUIRE(write(pairs_[1], &ends[1], sizeof ends[1]) == sizeof ends[1]);
  return ends[0];
}

void TlsServer::accept(int client) {
  if (client < 0) return;
  const int on = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ++accepted_;
  peers_.push_back(std::make_unique<TlsPeer>(*this, context_, client));
}

void TlsServer::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::vector<pollfd> entries{{listener_.get(), POLLIN, 0}, {pairs_[0], POLLIN, 0}};
    for (const auto& peer : peers_) {
      const int events = POLLIN | (peer->wants_to_write() ? POLLOUT : 0);
      entries.push_back({peer->socket(), static_cast<short>(events), 0});
    }
    poll(entries.data(), entries.size(), -1);
    for (std::size_t i = entries.size(); i-- > 2;) {
      if (entries[i].revents == 0 || peers_[i - 2]->go_on()) continue;
      peers_.erase(peers_.begin() + static_cast<std::ptrdiff_t>(i - 2));
    }
    if (entries[0].revents != 0) accept(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    int pair = -1;
    if (entries[1].revents != 0 && read(pairs_[0], &pair, sizeof pair) == sizeof pair) accept(pair);
  }
}

}  // namespace hadrill::test
