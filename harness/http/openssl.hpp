// Owns how objects of OpenSSL are held and read from PEM text.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

namespace hadrill::http {

/// Gives an object of OpenSSL back.
struct OpenSslDelete {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* session) const { SSL_free(session); }
};

template <typename T>
using OpenSslPtr = std::unique_ptr<T, OpenSslDelete>;

/// Every certificate of `pem`, in its order. Leaves OpenSSL's error queue empty.
std::vector<OpenSslPtr<X509>> certificates_in(const std::string& pem);
/// The private key in `pem`; nullptr when there is none, or when it is encrypted.
OpenSslPtr<EVP_PKEY> key_in(const std::string& pem);

}  // namespace hadrill::http
