// Owns how we get at a cluster's API: the admin credentials from the kubeconfig kind wrote for us, kept in memory.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/transfer.hpp"

namespace hadrill::kube {

/// Reads cluster CA and client certificate of the first context entry. Error: infrastructure, naming what is missing.
Result<http::TlsIdentity> parse_kubeconfig(std::string_view yaml, const std::string& where);

/// RFC 4648 base64 with padding; nullopt for anything else.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace hadrill::kube
