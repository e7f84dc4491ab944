#include "cluster/etcd_identity.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;

namespace {

std::string block(const std::string& what, const std::string& body) {
  return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
}

}  // namespace

TEST_CASE("authority, certificate and key are told apart by their order") {
  const std::string ca = block("CERTIFICATE", "ca");
  const std::string certificate = block("CERTIFICATE", "own");
  const std::string key = block("RSA PRIVATE KEY", "key");
  const auto identity = parse_etcd_identity("text before\n" + ca + certificate + key);
  REQUIRE(identity);
  CHECK(identity->ca_pem == ca);
  CHECK(identity->certificate_pem == certificate);
  CHECK(identity->key_pem == key);
}

TEST_CASE("anything else is no identity") {
  const std::string certificate = block("CERTIFICATE", "x");
  const std::string key = block("EC PRIVATE KEY", "k");
  CHECK_FALSE(parse_etcd_identity(""));
  CHECK_FALSE(parse_etcd_identity(certificate + key));
  CHECK_FALSE(parse_etcd_identity(certificate + key + certificate));
  CHECK_FALSE(parse_etcd_identity(certificate + certificate + certificate));
  CHECK_FALSE(parse_etcd_identity(certificate + certificate + "-----BEGIN PRIVATE KEY-----\ncut"));
}
