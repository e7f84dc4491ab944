#include "http/openssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace hadrill::http {
namespace {

OpenSslPtr<BIO> reader_of(const std::string& text) {
  return OpenSslPtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Instead of OpenSSL's question on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return 0; }

}  // namespace

std::vector<OpenSslPtr<X509>> certificates_in(const std::string& pem) {
  std::vector<OpenSslPtr<X509>> certificates;
  const auto text = reader_of(pem);
  while (X509* certificate = PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr))
    certificates.emplace_back(certificate);
  ERR_clear_error();  // the end of the text is an error to OpenSSL, and libcurl reads this queue too
  return certificates;
}

OpenSslPtr<EVP_PKEY> key_in(const std::string& pem) {
  return OpenSslPtr<EVP_PKEY>(PEM_read_bio_PrivateKey(reader_of(pem).get(), nullptr, &no_passphrase, nullptr));
}

}  // namespace hadrill::http
