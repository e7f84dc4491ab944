#include "http/tls_material.hpp"

#include <openssl/err.h>

#include <algorithm>

namespace hadrill::http {
namespace {

std::string bytes_of(const X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  std::string text;
  if (size > 0) text.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return text;
}

}  // namespace

TlsMaterial::TlsMaterial(const TlsIdentity& identity) : trust_(X509_STORE_new()) {
  read_trust(identity.ca_pem);
  if (!identity.certificate_pem.empty()) {
    read_certificates(identity.certificate_pem);
    read_key(identity.key_pem);
  }
  if (problem_.empty() && certificate_ && X509_check_private_key(certificate_.get(), key_.get()) != 1)
    problem_ = "the key does not belong to the client certificate";
  ERR_clear_error();
}

void TlsMaterial::read_trust(const std::string& pem) {
  const auto authorities = certificates_in(pem);
  if (authorities.empty() && !pem.empty()) problem_ = "no certificate in the PEM text of the CA";
  for (const auto& authority : authorities) X509_STORE_add_cert(trust_.get(), authority.get());
  // As libcurl has it: an intermediate authority may be trusted without its root.
  X509_STORE_set_flags(trust_.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
}

void TlsMaterial::read_certificates(const std::string& pem) {
  auto chain = certificates_in(pem);
  if (chain.empty()) {
    problem_ = "no certificate in the PEM text of the client certificate";
    return;
  }
  certificate_ = std::move(chain.front());
  for (std::size_t i = 1; i < chain.size(); ++i) intermediates_.push_back(std::move(chain[i]));
}

void TlsMaterial::read_key(const std::string& pem) {
  key_ = key_in(pem);
  if (!key_) problem_ = "no private key in the PEM text of the key";
}

int TlsMaterial::verify(X509_STORE_CTX* chain, void* self) {
  auto& verified = static_cast<TlsMaterial*>(self)->verified_;
  const std::string certificate = bytes_of(X509_STORE_CTX_get0_cert(chain));
  const Instant now = MonotonicClock().now();
  std::erase_if(verified, [now](const Verified& one) { return now - one.at >= kVerifiedFor; });
  const bool known = !certificate.empty() && std::any_of(verified.begin(), verified.end(), [&](const Verified& one) {
    return one.certificate == certificate;
  });
  if (known) {
    X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
  }
  const int good = X509_verify_cert(chain);
  if (good == 1) verified.push_back({certificate, now});
  return good;
}

bool TlsMaterial::install(SSL_CTX* context) {
  if (!problem_.empty()) return false;
  SSL_CTX_set_cert_verify_callback(context, &TlsMaterial::verify, this);
  SSL_CTX_set1_cert_store(context, trust_.get());
  if (!certificate_) return true;
  // Sent as it was given, as clients written in Go do: else OpenSSL looks for its issuers, and verifies it, every time.
  SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
  if (SSL_CTX_use_certificate(context, certificate_.get()) != 1) return false;
  if (SSL_CTX_use_PrivateKey(context, key_.get()) != 1) return false;
  return std::all_of(intermediates_.begin(), intermediates_.end(), [context](const auto& intermediate) {
    return SSL_CTX_add1_chain_cert(context, intermediate.get()) == 1;
  });
}

}  // namespace hadrill::http
