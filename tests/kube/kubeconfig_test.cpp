#include "kube/kubeconfig.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace hadrill::kube;

TEST_CASE("base64 of RFC 4648, section 10") {
  CHECK(decode_base64("") == "");
  CHECK(decode_base64("Zg==") == "f");
  CHECK(decode_base64("Zm8=") == "fo");
  CHECK(decode_base64("Zm9v") == "foo");
  CHECK(decode_base64("Zm9vYmFy") == "foobar");
  for (const char* bad : {"Z", "Zg", "Zg=", "Zm9v=", "Z===", "====", "Zm 9", "Zm9v\n"}) {
    INFO(bad);
    CHECK(decode_base64(bad) == std::nullopt);
  }
}

TEST_CASE("the admin identity is read from a kubeconfig as kind writes it") {
  const auto identity = parse_kubeconfig(R"(
apiVersion: v1
clusters:
- cluster: {certificate-authority-data: Q0E=, server: "https://127.0.0.1:40809"}
  name: kind-x
users:
- name: kind-x
  user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
)",
                                         "kubeconfig");
  REQUIRE(identity.ok());
  CHECK(identity->ca_pem == "CA");
  CHECK(identity->certificate_pem == "CERT");
  CHECK(identity->key_pem == "KEY");
}

TEST_CASE("what is not a kubeconfig is an error that does not repeat secrets") {
  for (const char* text :
       {"", "a: [", "clusters: {}", "clusters: [{cluster: {certificate-authority-data: '%%%'}}]", "42"}) {
    INFO(text);
    const auto identity = parse_kubeconfig(text, "kubeconfig");
    REQUIRE_FALSE(identity.ok());
    CHECK(identity.error().where == "kubeconfig");
  }
}
