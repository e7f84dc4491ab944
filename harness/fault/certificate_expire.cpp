// certificate.expire: one certificate of an API server or etcd member replaced by an expired one until healed. It is
// made here, where OpenSSL is; of the CA's key nothing but memory ever holds a copy.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "fault/agent_fault.hpp"
#include "fault/expired_certificate.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// An API server looks at its files at least once a minute.
constexpr auto kEffect = 100s;
constexpr auto kCommand = 10s;
constexpr const char* kName = "certificate.expire";

/// Where kubeadm has a certificate, below /etc/kubernetes/pki.
struct Place {
  TargetRole role;
  const char* certificate;  ///< parameter of the scenario
  const char* file;
  const char* ca;        ///< without ".crt" and ".key"
  std::uint16_t port;    ///< where a handshake shows it; 0: it is a client's
  const char* loopback;  ///< "127.0.0.1" when it is served there; nullptr: on the node's address only
};
constexpr std::array<Place, 5> kPlaces{{
    {TargetRole::apiserver, "serving", "apiserver.crt", "ca", 6443, "127.0.0.1"},
    {TargetRole::apiserver, "etcd-client", "apiserver-etcd-client.crt", "etcd/ca", 0, nullptr},
    {TargetRole::apiserver, "kubelet-client", "apiserver-kubelet-client.crt", "ca", 0, nullptr},
    {TargetRole::etcd, "serving", "etcd/server.crt", "etcd/ca", 2379, "127.0.0.1"},
    {TargetRole::etcd, "peer", "etcd/peer.crt", "etcd/ca", 2380, nullptr},
}};

std::string pki(const std::string& file) { return "/etc/kubernetes/pki/" + file; }

std::string certificate_name(const Json& parameters) { return json_text(parameters, "/certificate", "serving"); }

Result<Place> place_of(const ResolvedTarget& target, const Json& parameters) {
  const std::string wanted = certificate_name(parameters);
  std::string known;
  for (const Place& place : kPlaces) {
    if (place.role != target.role) continue;
    if (wanted == place.certificate) return place;
    known += (known.empty() ? "" : ", ") + std::string(place.certificate);
  }
  if (known.empty()) return usage_error(kName, "only targets of role apiserver and etcd have certificates to expire");
  return usage_error(kName, fmt::format("{} has no certificate \"{}\" but {}", to_string(target.role), wanted, known));
}

std::string url_of(const Place& place, const Node& node) {
  return fmt::format("https://{}:{}/", place.loopback != nullptr ? place.loopback : node.address, place.port);
}

class CertificateExpire final : public AgentFault {
 public:
  explicit CertificateExpire(const FaultDoors& doors) : AgentFault(doors.agents), docker_(doors.docker) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    const auto place = place_of(target, parameters);
    const std::string path = place.ok() ? pki(place->file) : certificate_name(parameters);
    return {
        fmt::format("replace {} on {} by one that expired a day ago, signed by the same CA", path, target.node.name),
        "move the original back"};
  }

  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& parameters) const override {
    const std::string certificate = certificate_name(parameters);
    // Nobody's requests but those for logs and exec go through this one.
    if (certificate == "kubelet-client") return {};
    // The API server beside a member is its client, and gets no new connection.
    if (target.role == TargetRole::etcd && certificate == "serving") return {TargetRole::etcd, TargetRole::apiserver};
    return {target.role};
  }

  Result<Json> prove_healed(const Injection& injection, const Json& /*injected*/, const Interrupt& interrupt) override {
    const auto place = place_of(injection.target, injection.parameters);
    if (!place.ok()) return place.error();
    const Node& node = injection.target.node;
    const auto certificate = read(node, pki(place->file), interrupt);
    if (!certificate.ok()) return certificate.error();
    if (const Status valid = certificate_is_valid_now(*certificate); !valid.ok()) return valid.error();
    Json evidence{{"file", pki(place->file)}, {"valid", true}};
    if (place->port == 0) return evidence;
    const std::string url = url_of(*place, node);
    std::vector<std::string> curl{"curl",     "--silent",  "--show-error",
                                  "--output", "/dev/null", "--max-time",
                                  "5",        "--cacert",  pki(std::string(place->ca) + ".crt")};
    if (injection.target.role == TargetRole::etcd) {
      for (const char* word : {"--cert", "/etc/kubernetes/pki/etcd/healthcheck-client.crt", "--key",
                               "/etc/kubernetes/pki/etcd/healthcheck-client.key"})
        curl.emplace_back(word);
    }
    curl.push_back(url);
    const auto met = docker_.exec(node.name, curl, {}, kCommand, interrupt);
    if (!met.ok()) return met.error();
    evidence["seenAt"] = url;
    return evidence;
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& parameters) const override {
    const auto place = place_of(target, parameters);
    if (!place.ok()) return place.error();
    AgentRequest out{"file.replace", {{"path", pki(place->file)}}, kEffect};
    if (place->port != 0)
      out.parameters["seenAt"] = {{"url", url_of(*place, target.node)}, {"ca", pki(std::string(place->ca) + ".crt")}};
    return out;
  }

  Result<AgentRequest> prepare(const Injection& injection, const Interrupt& interrupt) override {
    auto out = request(injection.target, injection.parameters);
    if (!out.ok()) return out;
    const auto place = place_of(injection.target, injection.parameters);
    if (!place.ok()) return place.error();
    const Node& node = injection.target.node;
    const auto certificate = read(node, pki(place->file), interrupt);
    if (!certificate.ok()) return certificate.error();
    const auto ca = read(node, pki(std::string(place->ca) + ".crt"), interrupt);
    if (!ca.ok()) return ca.error();
    const auto key = read(node, pki(std::string(place->ca) + ".key"), interrupt);
    if (!key.ok())
      return infrastructure_error(kName, fmt::format("{} has no key of the CA to sign an expired certificate with: {}",
                                                     node.name, key.error().message));
    const auto twin = make_expired_twin(*certificate, *ca, *key);
    if (!twin.ok()) return twin.error();
    out->parameters["content"] = to_base64(*twin);
    return out;
  }

 private:
  Result<std::string> read(const Node& node, const std::string& path, const Interrupt& interrupt) {
    auto said = docker_.exec(node.name, {"cat", path}, {}, kCommand, interrupt);
    if (!said.ok()) return said.error();
    return std::move(said->out);
  }

  Docker& docker_;
};

}  // namespace

std::unique_ptr<Fault> make_certificate_expire(const FaultDoors& doors) {
  return std::make_unique<CertificateExpire>(doors);
}

}  // namespace hadrill
