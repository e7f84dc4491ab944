// Owns certificates for tests: an authority and what it issues, made when they are needed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "http/tls_material.hpp"

namespace hadrill::test {

/// A certificate and its key.
struct Issued {
  http::OpenSslPtr<X509> certificate;
  http::OpenSslPtr<EVP_PKEY> key;

  std::string certificate_pem() const;
  std::string key_pem() const;
};

/// What to certify. Valid from an hour before now until `valid_for_s` after.
struct Wanted {
  std::uint64_t serial = 1;
  std::string address = {};  ///< IP address of a server; empty: a client
  long valid_for_s = 3600;
};

class Authority {
 public:
  Authority();
  Issued issue(const Wanted& wanted) const;
  std::string pem() const { return own_.certificate_pem(); }
  X509* certificate() const { return own_.certificate.get(); }
  /// Trusts this authority; with `client`, presents it.
  http::TlsIdentity identity(const Issued* client = nullptr) const;

 private:
  Issued own_;
};

}  // namespace hadrill::test
