#include "certificates.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <catch2/catch.hpp>

namespace hadrill::test {
namespace {

constexpr long kHour = 3600;

template <typename Write>
std::string pem_of(Write write) {
  const http::OpenSslPtr<BIO> text(BIO_new(BIO_s_mem()));
  REQUIRE(write(text.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

void extend(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  REQUIRE(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Issued unsigned_certificate(const std::string& name, std::uint64_t serial, long valid_for_s) {
  Issued made{http::OpenSslPtr<X509>(X509_new()), http::OpenSslPtr<EVP_PKEY>(EVP_EC_gen("P-256"))};
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -kHour);
  X509_gmtime_adj(X509_getm_notAfter(certificate), valid_for_s);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return made;
}

}  // namespace

std::string Issued::certificate_pem() const {
  return pem_of([this](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); });
}

std::string Issued::key_pem() const {
  return pem_of(
      [this](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

Authority::Authority() : own_(unsigned_certificate("test authority", 1, kHour)) {
  X509* certificate = own_.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
  REQUIRE(X509_sign(certificate, own_.key.get(), EVP_sha256()) > 0);
}

Issued Authority::issue(const Wanted& wanted) const {
  Issued made = unsigned_certificate("test", wanted.serial, wanted.valid_for_s);
  X509* certificate = made.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(own_.certificate.get()));
  if (!wanted.address.empty()) extend(certificate, NID_subject_alt_name, "IP:" + wanted.address);
  REQUIRE(X509_sign(certificate, own_.key.get(), EVP_sha256()) > 0);
  return made;
}

http::TlsIdentity Authority::identity(const Issued* client) const {
  if (client == nullptr) return {pem(), "", ""};
  return {pem(), client->certificate_pem(), client->key_pem()};
}

}  // namespace hadrill::test
