// Owns what an API answer comes to, in words and in brief.
#pragma once

#include <fmt/format.h>

#include <string>

#include "http/transfer.hpp"

namespace hadrill::kube {

/// A complete response with a 2xx status.
inline bool is_good(const http::Transfer& transfer) {
  return transfer.ending == http::Ending::response && http::is_success(transfer.status);
}

/// For an error message: "HTTP 403 {...", or why there was no response.
inline std::string describe(const http::Transfer& transfer) {
  constexpr std::size_t kMostOfBody = 200;
  if (transfer.ending != http::Ending::response) return transfer.reason;
  return fmt::format("HTTP {} {}", transfer.status, transfer.body.substr(0, kMostOfBody));
}

}  // namespace hadrill::kube
