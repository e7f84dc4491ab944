// Owns the certificates of a server on this machine: a CA of its own, one for the server, one for its clients. Made in
// memory, gone with the process.
#pragma once

#include <string>

#include "base/result.hpp"
#include "http/transfer.hpp"

namespace hadrill::server {

struct Certificates {
  http::TlsIdentity server;  ///< for "127.0.0.1" and "localhost"; `ca_pem` is what its clients must be signed by
  http::TlsIdentity client;
  std::string serial;  ///< of the server's, as http::Transfer::certificate_serial has it
};

/// New keys (P-256) and certificates, valid for a day. Error: infrastructure.
Result<Certificates> make_certificates();

}  // namespace hadrill::server
