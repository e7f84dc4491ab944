#include "kube/kubeconfig.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <boost/archive/iterators/binary_from_base64.hpp>
#include <boost/archive/iterators/transform_width.hpp>

namespace hadrill::kube {
namespace {

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/// The base64 member `key` of list entry 0 under `list`/`kind`, decoded.
std::optional<std::string> secret(const YAML::Node& document, const char* list, const char* kind, const char* key) {
  const YAML::Node entries = document[list];
  if (!entries || !entries.IsSequence() || entries.size() == 0) return std::nullopt;
  const YAML::Node value = entries[0][kind][key];
  if (!value || !value.IsScalar()) return std::nullopt;
  return decode_base64(value.Scalar());
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  namespace it = boost::archive::iterators;
  using Decoder = it::transform_width<it::binary_from_base64<std::string_view::const_iterator>, 8, 6>;
  if (text.size() % 4 != 0) return std::nullopt;
  std::string_view digits = text;
  while (!digits.empty() && digits.back() == '=' && text.size() - digits.size() < 2) digits.remove_suffix(1);
  if (!std::all_of(digits.begin(), digits.end(), is_base64)) return std::nullopt;
  // The decoder reads whole groups: pad with zero digits and drop the bytes they make.
  std::string padded(digits);
  padded.append(text.size() - digits.size(), 'A');
  const std::string_view view = padded;
  std::string out(Decoder(view.begin()), Decoder(view.end()));
  out.resize(out.size() - (text.size() - digits.size()));
  return out;
}

Result<http::TlsIdentity> parse_kubeconfig(std::string_view yaml, const std::string& where) {
  try {
    const YAML::Node document = YAML::Load(std::string(yaml));
    const auto ca = secret(document, "clusters", "cluster", "certificate-authority-data");
    const auto certificate = secret(document, "users", "user", "client-certificate-data");
    const auto key = secret(document, "users", "user", "client-key-data");
    if (!ca || !certificate || !key) {
      return infrastructure_error(where, "not a kubeconfig with embedded CA, client certificate and client key");
    }
    return http::TlsIdentity{*ca, *certificate, *key};
  } catch (const YAML::Exception& failure) {
    return infrastructure_error(where, std::string("not a kubeconfig: ") + failure.what());
  }
}

}  // namespace hadrill::kube
