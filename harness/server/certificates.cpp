#include "server/certificates.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>

#include "http/openssl.hpp"

namespace hadrill::server {
namespace {

using Key = http::OpenSslPtr<EVP_PKEY>;
using Certificate = http::OpenSslPtr<X509>;
using Memory = http::OpenSslPtr<BIO>;

/// What one certificate says.
struct Wanted {
  std::string name;
  std::uint64_t serial;
  const char* constraints;
  const char* usage;         ///< extendedKeyUsage; nullptr: none
  const char* alternatives;  ///< subjectAltName; nullptr: none
};

/// A key with its certificate.
struct Pair {
  Key key;
  Certificate certificate;
};

bool add_extension(X509* certificate, X509* issuer, int id, const char* value) {
  if (value == nullptr) return true;
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const http::OpenSslPtr<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// `issuer` nullptr: signed by itself. An empty Pair: OpenSSL could not.
Pair make_pair(const Wanted& wanted, const Pair* issuer) {
  constexpr long kVersion3 = 2;
  constexpr long kLeewaySeconds = 60L * 60;
  constexpr long kLifeSeconds = 24L * 60 * 60;
  Pair made{Key(EVP_EC_gen("P-256")), Certificate(X509_new())};
  X509* const certificate = made.certificate.get();
  if (!made.key || certificate == nullptr) return {};
  X509* const signer = issuer != nullptr ? issuer->certificate.get() : certificate;
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(wanted.name.c_str());  // NOLINT: what OpenSSL calls text
  const bool good = X509_set_version(certificate, kVersion3) == 1 &&
                    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), wanted.serial) == 1 &&
                    X509_gmtime_adj(X509_getm_notBefore(certificate), -kLeewaySeconds) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(certificate), kLifeSeconds) != nullptr &&
                    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
                    X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1 &&
                    X509_set_pubkey(certificate, made.key.get()) == 1 &&
                    add_extension(certificate, signer, NID_basic_constraints, wanted.constraints) &&
                    add_extension(certificate, signer, NID_ext_key_usage, wanted.usage) &&
                    add_extension(certificate, signer, NID_subject_alt_name, wanted.alternatives) &&
                    X509_sign(certificate, issuer != nullptr ? issuer->key.get() : made.key.get(), EVP_sha256()) > 0;
  return good ? std::move(made) : Pair{};
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string pem_of(X509* certificate) {
  const Memory memory(BIO_new(BIO_s_mem()));
  return memory && PEM_write_bio_X509(memory.get(), certificate) == 1 ? text_of(memory.get()) : std::string();
}

std::string pem_of(EVP_PKEY* key) {
  const Memory memory(BIO_new(BIO_s_mem()));
  const bool written =
      memory && PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  return written ? text_of(memory.get()) : std::string();
}

/// 63 bits: positive, as a serial number has to be.
std::uint64_t random_serial() {
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);  // NOLINT: bytes
  return (serial >> 1) | (1ULL << 62);
}

Error failed() {
  constexpr std::size_t kLongest = 256;
  std::string reason(kLongest, '\0');
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  return infrastructure_error("certificates", fmt::format("OpenSSL cannot make them: {}", reason.c_str()));
}

}  // namespace

Result<Certificates> make_certificates() {
  const std::uint64_t serial = random_serial();
  // Every CA has a name of its own: OpenSSL finds the issuer of a certificate by name.
  const std::string ca_name = fmt::format("hadrill local CA {:x}", random_serial());
  const Pair ca = make_pair({ca_name, random_serial(), "critical,CA:TRUE", nullptr, nullptr}, nullptr);
  if (!ca.key) return failed();
  const Pair server =
      make_pair({"hadrill local server", serial, "CA:FALSE", "serverAuth", "IP:127.0.0.1,DNS:localhost"}, &ca);
  const Pair client = make_pair({"hadrill client", random_serial(), "CA:FALSE", "clientAuth", nullptr}, &ca);
  if (!server.key || !client.key) return failed();
  const std::string trusted = pem_of(ca.certificate.get());
  return Certificates{{trusted, pem_of(server.certificate.get()), pem_of(server.key.get())},
                      {trusted, pem_of(client.certificate.get()), pem_of(client.key.get())},
                      fmt::format("{:x}", serial)};
}

}  // namespace hadrill::server
