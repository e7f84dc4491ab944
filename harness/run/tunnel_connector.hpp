// Owns how a prober's connections start inside the cluster: each is a stream of a tunnel.
#pragma once

#include "http/connector.hpp"
#include "tunnel/tunnel.hpp"

namespace hadrill {

class TunnelConnector final : public http::Connector {
 public:
  /// `tunnel` must outlive it. `blind_after`: a request that got no answer while the tunnel's channel had been silent
  /// for this long was not seen by anybody; less than that, and it failed in the time that was seen.
  TunnelConnector(tunnel::Tunnel& tunnel, agent::Destination destination, Duration blind_after)
      : tunnel_(tunnel), destination_(std::move(destination)), blind_after_(blind_after) {}

  std::unique_ptr<http::Connected> connect() override;

 private:
  tunnel::Tunnel& tunnel_;
  agent::Destination destination_;
  Duration blind_after_;
};

/// What a stream's report says about a request that failed over it. Apart from the connection, for tests.
std::optional<http::ConnectionFailure> failure_of(const tunnel::StreamReport& report, Duration blind_after);

}  // namespace hadrill
