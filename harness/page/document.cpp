#include "page/document.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

namespace hadrill {
namespace {

/// "'sha256-...'", by which the policy knows a part.
std::string policy_hash(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE * 2> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(length));
  return fmt::format("'sha256-{}'", std::string(encoded.begin(), encoded.begin() + size));
}

void add_source(std::string& policy, std::string_view name, const std::vector<std::string_view>& parts) {
  if (parts.empty()) return;
  policy.append("; ").append(name);
  for (const std::string_view part : parts) policy.append(" ").append(policy_hash(part));
}

std::string filled(std::string_view name, const std::vector<std::pair<std::string_view, std::string>>& parts) {
  for (const auto& [key, value] : parts) {
    if (key == name) return value;
  }
  return fmt::format("@{}@", name);
}

}  // namespace

std::string page_policy(const PageParts& parts) {
  std::string policy = "default-src 'none'";
  add_source(policy, "script-src", parts.scripts);
  add_source(policy, "style-src", parts.styles);
  return policy + "; base-uri 'none'; form-action 'none'";
}

std::string fill_template(std::string_view text, const std::vector<std::pair<std::string_view, std::string>>& parts) {
  std::string out;
  for (;;) {
    const std::size_t begin = text.find('@');
    const std::size_t end = begin == std::string_view::npos ? begin : text.find('@', begin + 1);
    if (end == std::string_view::npos) return out.append(text);
    out.append(text.substr(0, begin)).append(filled(text.substr(begin + 1, end - begin - 1), parts));
    text.remove_prefix(end + 1);
  }
}

}  // namespace hadrill
