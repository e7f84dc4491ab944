// Owns what can be wrong with single answers of a server that works otherwise.
#pragma once

#include <functional>

#include "server/handler.hpp"

namespace hadrill::calibrate {

/// Hands on to `inner`, and its answers to `spoil`. On the server's thread, also when `spoil` is set.
class SpoiledHandler final : public server::Handler {
 public:
  explicit SpoiledHandler(server::Handler& inner) : inner_(inner) {}

  server::Response handle(const server::Request& request) override {
    server::Response response = inner_.handle(request);
    if (spoil) spoil(response);
    return response;
  }

  /// nullptr: nothing is wrong.
  std::function<void(server::Response&)> spoil;

 private:
  server::Handler& inner_;
};

}  // namespace hadrill::calibrate
