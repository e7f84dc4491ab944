#include "http/connection.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <string_view>

namespace hadrill::http {
namespace {

std::string hex_serial(const X509* certificate) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  std::string text;
  for (int i = 0; i < serial->length; ++i) {
    text += kDigits[serial->data[i] >> 4U];
    text += kDigits[serial->data[i] & 0xFU];
  }
  return text;
}

bool ends_in_order(int alert) { return alert == SSL_AD_CLOSE_NOTIFY || alert == SSL_AD_USER_CANCELLED; }

}  // namespace

Connection* Connection::behind(const SSL* session) {
  return static_cast<Connection*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(session)));
}

bool Connection::mark_open() {
  open_ = true;
  if (!waiting_socket_.open()) return false;
  dup3(waiting_socket_.get(), socket_, O_CLOEXEC);
  waiting_socket_.reset();
  return true;
}

void Connection::watch(SSL_CTX* context) {
  // libcurl makes a context for each connection, and frees it before it closes the socket.
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_set_info_callback(context, &Connection::on_tls_event);
}

void Connection::on_tls_event(const SSL* session, int where, int value) {
  Connection* self = behind(session);
  if (self == nullptr || !self->tls_problem_.empty()) return;
  if ((where & SSL_CB_ALERT) != 0) {
    constexpr int kFatal = 2;
    const bool fatal = (value >> 8) == kFatal || SSL_version(session) >= TLS1_3_VERSION;
    if (!fatal || ends_in_order(value & 0xFF)) return;
    const char* teller = (where & SSL_CB_READ) != 0 ? "TLS alert from the server: " : "TLS alert to the server: ";
    self->tls_problem_ = std::string(teller) + SSL_alert_desc_string_long(value);
  } else if (where == SSL_CB_CONNECT_EXIT && value <= 0) {
    // An error in the queue is the protocol's. A connection that broke leaves none, or that of an early end.
    const unsigned long error = ERR_peek_error();
    if (ERR_GET_LIB(error) != ERR_LIB_SSL || ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING) return;
    self->tls_problem_ = std::string("TLS handshake: ") + ERR_reason_error_string(error);
  }
}

void Connection::read_session(const SSL* session) {
  if (const X509* certificate = SSL_get0_peer_certificate(session)) serial_ = hex_serial(certificate);
  const unsigned char* protocol = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(session, &protocol, &size);
  multiplexed_ = std::string_view(reinterpret_cast<const char*>(protocol), size) == "h2";
}

}  // namespace hadrill::http
