#include "fault/expired_certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <catch2/catch.hpp>

#include "http/openssl.hpp"

using namespace hadrill;

namespace {

using http::OpenSslPtr;

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// A key with a certificate, valid for a day, signed by `issuer` or by itself.
struct Pair {
  OpenSslPtr<EVP_PKEY> key;
  OpenSslPtr<X509> certificate{X509_new()};

  Pair(const char* name, int serial, const Pair* issuer, EVP_PKEY* own) : key(own) {
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
    const auto* text = reinterpret_cast<const unsigned char*>(name);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8, text, -1, -1, 0);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name((issuer ? issuer : this)->certificate.get()));
    X509_set_pubkey(certificate.get(), key.get());
    const OpenSslPtr<X509_EXTENSION> names(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:10.0.0.1"));
    X509_add_ext(certificate.get(), names.get(), -1);
    X509_sign(certificate.get(), (issuer ? issuer : this)->key.get(), EVP_sha256());
  }
  std::string certificate_pem() const {
    const OpenSslPtr<BIO> memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(memory.get(), certificate.get());
    return text_of(memory.get());
  }
  std::string key_pem() const {
    const OpenSslPtr<BIO> memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(memory.get());
  }
};

}  // namespace

TEST_CASE("the twin is right in every way but its time") {
  const bool rsa = GENERATE(false, true);  // kubeadm signs with RSA unless told otherwise
  const Pair ca("ca", 1, nullptr, rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
  const Pair server("server", 2, &ca, EVP_EC_gen("P-256"));
  REQUIRE(certificate_is_valid_now(server.certificate_pem()).ok());
  const auto twin =
      make_expired_twin(server.certificate_pem() + ca.certificate_pem(), ca.certificate_pem(), ca.key_pem());
  REQUIRE(twin.ok());
  const auto chain = http::certificates_in(*twin);
  REQUIRE(chain.size() == 2);
  X509* const made = chain.front().get();
  CHECK(X509_verify(made, ca.key.get()) == 1);
  CHECK(X509_check_private_key(made, server.key.get()) == 1);
  CHECK(X509_NAME_cmp(X509_get_subject_name(made), X509_get_subject_name(server.certificate.get())) == 0);
  CHECK(X509_NAME_cmp(X509_get_issuer_name(made), X509_get_subject_name(ca.certificate.get())) == 0);
  CHECK(X509_check_host(made, "localhost", 0, 0, nullptr) == 1);
  CHECK(X509_check_ip_asc(made, "10.0.0.1", 0) == 1);
  CHECK(ASN1_INTEGER_cmp(X509_get0_serialNumber(made), X509_get0_serialNumber(server.certificate.get())) != 0);
  CHECK(X509_cmp_current_time(X509_get0_notAfter(made)) < 0);
  CHECK(ASN1_TIME_compare(X509_get0_notBefore(made), X509_get0_notAfter(made)) < 0);
  CHECK(certificate_is_valid_now(*twin).error().message == "the certificate has expired");
}

TEST_CASE("no twin without the CA that signed the original") {
  const Pair ca("ca", 1, nullptr, EVP_EC_gen("P-256"));
  const Pair other("other", 2, nullptr, EVP_EC_gen("P-256"));
  const Pair server("server", 3, &ca, EVP_EC_gen("P-256"));
  CHECK(make_expired_twin(server.certificate_pem(), other.certificate_pem(), other.key_pem()).error().message ==
        "the certificate was not signed by this CA");
  CHECK(make_expired_twin(server.certificate_pem(), ca.certificate_pem(), other.key_pem()).error().message ==
        "the key is not that of the CA's certificate");
  CHECK_FALSE(make_expired_twin("", ca.certificate_pem(), ca.key_pem()).ok());
  CHECK_FALSE(make_expired_twin(server.certificate_pem(), "x", ca.key_pem()).ok());
  CHECK_FALSE(make_expired_twin(server.certificate_pem(), ca.certificate_pem(), "").ok());
}

TEST_CASE("bytes are written as base64") {
  CHECK(to_base64("").empty());
  CHECK(to_base64("f") == "Zg==");
  CHECK(to_base64("fooba") == "Zm9vYmE=");
  CHECK(to_base64(std::string("\xff\xef\x00", 3)) == "/+8A");
}
