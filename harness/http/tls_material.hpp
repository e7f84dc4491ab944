// Owns a TlsIdentity in the form OpenSSL uses, parsed once for all connections of an engine.
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <vector>

#include "http/openssl.hpp"
#include "http/transfer.hpp"

namespace hadrill::http {

class TlsMaterial {
 public:
  explicit TlsMaterial(const TlsIdentity& identity);

  /// How long a server's certificate that was verified needs no verifying again: a fifth of what a new connection
  /// costs. The server still has to prove in each handshake that it holds the key, and libcurl still checks the name.
  static constexpr Duration kVerifiedFor = std::chrono::seconds(30);

  /// Puts trust, certificate and key into the context of a new connection. False when they cannot be used: problem().
  /// The material must outlive the connection's handshake.
  bool install(SSL_CTX* context);
  /// What is wrong with the identity, in words; empty when it can be used.
  const std::string& problem() const { return problem_; }

 private:
  /// A certificate that was found good, as bytes, and when.
  struct Verified {
    std::string certificate;
    Instant at;
  };

  static int verify(X509_STORE_CTX* chain, void* self);
  void read_trust(const std::string& pem);
  void read_certificates(const std::string& pem);
  void read_key(const std::string& pem);

  OpenSslPtr<X509_STORE> trust_;
  OpenSslPtr<X509> certificate_;
  std::vector<OpenSslPtr<X509>> intermediates_;
  OpenSslPtr<EVP_PKEY> key_;
  std::string problem_;
  std::vector<Verified> verified_;  ///< of the servers of a cluster: a few
};

}  // namespace hadrill::http
