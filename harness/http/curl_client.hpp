// Owns single requests by libcurl.
#pragma once

#include <memory>

#include "http/client.hpp"
#include "http/engine.hpp"

namespace hadrill::http {

/// Keeps connections open between requests (ConnectionUse::reused) for as long as it lives.
class CurlClient final : public Client {
 public:
  explicit CurlClient(const TlsIdentity& identity);
  ~CurlClient() override;
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;
  Transfer send(const Request& request, const Interrupt& interrupt) override;

 private:
  std::unique_ptr<Engine> engine_;
  std::uint64_t next_id_ = 0;
};

}  // namespace hadrill::http
