// Owns how a certificate is turned into an expired one that is right in every other way.
#pragma once

#include <string>

#include "base/result.hpp"

namespace hadrill {

/// `certificate_pem` with its first certificate replaced by a twin: same subject, names, usages and key, but another
/// serial number and an end in the past, signed by the CA. Nothing of it touches a disk. Error (infrastructure): one of
/// the three is no PEM, or the CA did not sign the original.
Result<std::string> make_expired_twin(const std::string& certificate_pem, const std::string& ca_pem,
                                      const std::string& ca_key_pem);

/// Whether the first certificate of `pem` is valid now. Error: why not, in words.
Status certificate_is_valid_now(const std::string& pem);

/// Standard base64 with padding.
std::string to_base64(const std::string& bytes);

}  // namespace hadrill
