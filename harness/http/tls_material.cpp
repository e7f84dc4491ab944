#include "http/tls_material.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace hadrill::http {
namespace {

std::vector<OpenSslPtr<X509>> certificates_in(const std::string& pem) {
  std::vector<OpenSslPtr<X509>> certificates;
  const OpenSslPtr<BIO> text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  while (X509* certificate = PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr))
    certificates.emplace_back(certificate);
  ERR_clear_error();  // the end of the text is an error to OpenSSL, and libcurl reads this queue too
  return certificates;
}

/// Instead of OpenSSL's question on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return 0; }

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
  const OpenSslPtr<BIO> text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  key_.reset(PEM_read_bio_PrivateKey(text.get(), nullptr, &no_passphrase, nullptr));
  if (!key_) problem_ = "no private key in the PEM text of the key";
}

bool TlsMaterial::install(SSL_CTX* context) const {
  if (!problem_.empty()) return false;
  SSL_CTX_set1_cert_store(context, trust_.get());
  if (!certificate_) return true;
  if (SSL_CTX_use_certificate(context, certificate_.get()) != 1) return false;
  if (SSL_CTX_use_PrivateKey(context, key_.get()) != 1) return false;
  for (const auto& intermediate : intermediates_) {
    if (SSL_CTX_add1_chain_cert(context, intermediate.get()) != 1) return false;
  }
  return true;
}

}  // namespace hadrill::http
