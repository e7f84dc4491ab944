#include "server/tls.hpp"

#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace hadrill::server {
namespace {

/// Every certificate of `pem`, which holds at least one.
bool trust(SSL_CTX* context, const std::string& pem) {
  const auto authorities = http::certificates_in(pem);
  return std::count_if(authorities.begin(), authorities.end(), [context](const auto& authority) {
           return X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) == 1;
         }) > 0;
}

bool present(SSL_CTX* context, const http::TlsIdentity& identity) {
  const auto certificates = http::certificates_in(identity.certificate_pem);
  const auto key = http::key_in(identity.key_pem);
  return !certificates.empty() && key && SSL_CTX_use_certificate(context, certificates.front().get()) == 1 &&
         SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

int choose_http2(SSL* /*session*/, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                 unsigned int offered_length, void* /*context*/) {
  static constexpr std::array<unsigned char, 3> kHttp2{2, 'h', '2'};
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, length, kHttp2.data(), kHttp2.size(), offered, offered_length) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Result<TlsContext> TlsContext::make(const http::TlsIdentity& identity) {
  TlsContext made(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const context = made.get();
  if (context == nullptr || !present(context, identity) || !trust(context, identity.ca_pem))
    return infrastructure_error("local server", "OpenSSL does not take its certificates");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_alpn_select_cb(context, &choose_http2, nullptr);
  return made;
}

TlsSocket::TlsSocket(const TlsContext& context, Descriptor socket)
    : socket_(std::move(socket)), session_(SSL_new(context.get())) {
  if (!session_) return;
  SSL_set_fd(session_.get(), socket_.get());
  SSL_set_accept_state(session_.get());
}

TlsSocket::Progress TlsSocket::after(int result) {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_WRITE:
      wants_write_ = true;
      return Progress::blocked;
    case SSL_ERROR_WANT_READ:
      return Progress::blocked;
    default:
      return Progress::over;
  }
}

TlsSocket::Progress TlsSocket::read(std::string& bytes) {
  if (!session_) return Progress::over;
  constexpr std::size_t kPiece = 16UL * 1024;
  std::array<char, kPiece> piece{};
  wants_write_ = false;
  for (;;) {
    ERR_clear_error();
    const int count = SSL_read(session_.get(), piece.data(), static_cast<int>(piece.size()));
    if (count <= 0) return after(count);
    bytes.append(piece.data(), static_cast<std::size_t>(count));
  }
}

TlsSocket::Progress TlsSocket::write(std::string& bytes) {
  if (!session_) return Progress::over;
  constexpr std::size_t kMost = 64UL * 1024;
  std::size_t sent = 0;
  Progress progress = Progress::done;
  wants_write_ = false;
  while (sent < bytes.size() && progress == Progress::done) {
    ERR_clear_error();
    const int count =
        SSL_write(session_.get(), bytes.data() + sent, static_cast<int>(std::min(kMost, bytes.size() - sent)));
    if (count <= 0) {
      progress = after(count);
    } else {
      sent += static_cast<std::size_t>(count);
    }
  }
  bytes.erase(0, sent);
  return progress;
}

void TlsSocket::reset_on_close() { make_reset_on_close(socket_.get()); }

void make_reset_on_close(int socket) {
  const linger at_once{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace hadrill::server
