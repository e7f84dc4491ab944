#include "fault/expired_certificate.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <cstdint>
#include <vector>

#include "http/openssl.hpp"

namespace hadrill {
namespace {

constexpr const char* kWhere = "certificate.expire";
/// An end that no clock error makes a future one, and a life before it that is no nonsense.
constexpr long kEndedSecondsAgo = 24L * 60 * 60;
constexpr long kBegunSecondsAgo = 2 * kEndedSecondsAgo;

Error failed(const std::string& what) {
  ERR_clear_error();
  return infrastructure_error(kWhere, what);
}

std::string pem_of(X509* certificate) {
  const http::OpenSslPtr<BIO> memory(BIO_new(BIO_s_mem()));
  char* data = nullptr;
  if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1) return {};
  const long size = BIO_get_mem_data(memory.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

/// 63 bits: positive, as a serial number has to be.
std::uint64_t random_serial() {
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);  // NOLINT: bytes
  return (serial >> 1) | (1ULL << 62);
}

/// Ed25519 has its digest built in.
const EVP_MD* digest_for(const EVP_PKEY* key) {
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
}

}  // namespace

Result<std::string> make_expired_twin(const std::string& certificate_pem, const std::string& ca_pem,
                                      const std::string& ca_key_pem) {
  const auto chain = http::certificates_in(certificate_pem);
  const auto authority = http::certificates_in(ca_pem);
  const auto key = http::key_in(ca_key_pem);
  if (chain.empty()) return failed("the certificate is no PEM certificate");
  if (authority.empty() || !key) return failed("the CA's certificate or key cannot be read as PEM");
  if (X509_check_private_key(authority.front().get(), key.get()) != 1)
    return failed("the key is not that of the CA's certificate");
  if (X509_verify(chain.front().get(), key.get()) != 1) return failed("the certificate was not signed by this CA");
  const http::OpenSslPtr<X509> twin(X509_dup(chain.front().get()));
  const bool made = twin && ASN1_INTEGER_set_uint64(X509_get_serialNumber(twin.get()), random_serial()) == 1 &&
                    X509_gmtime_adj(X509_getm_notBefore(twin.get()), -kBegunSecondsAgo) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(twin.get()), -kEndedSecondsAgo) != nullptr &&
                    X509_sign(twin.get(), key.get(), digest_for(key.get())) > 0;
  if (!made) return failed("OpenSSL cannot sign the expired certificate");
  std::string out = pem_of(twin.get());
  for (std::size_t i = 1; i < chain.size(); ++i) out += pem_of(chain[i].get());
  return out;
}

Status certificate_is_valid_now(const std::string& pem) {
  const auto chain = http::certificates_in(pem);
  if (chain.empty()) return failed("no PEM certificate");
  if (X509_cmp_current_time(X509_get0_notAfter(chain.front().get())) <= 0) return failed("the certificate has expired");
  if (X509_cmp_current_time(X509_get0_notBefore(chain.front().get())) >= 0)
    return failed("the certificate is not valid yet");
  return Ok{};
}

std::string to_base64(const std::string& bytes) {
  std::vector<unsigned char> text(4 * ((bytes.size() + 2) / 3) + 1);
  const int size = EVP_EncodeBlock(text.data(), reinterpret_cast<const unsigned char*>(bytes.data()),  // NOLINT: bytes
                                   static_cast<int>(bytes.size()));
  return {text.begin(), text.begin() + size};
}

}  // namespace hadrill
