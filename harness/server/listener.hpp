// Owns a port on 127.0.0.1: kept for as long as it lives, listened on or not.
#pragma once

#include <cstdint>
#include <optional>

#include "base/descriptor.hpp"
#include "base/result.hpp"

namespace hadrill::server {

class Listener {
 public:
  /// Takes a free port and listens on it. Error: infrastructure.
  static Result<Listener> open();

  std::uint16_t port() const { return port_; }
  /// Readable when somebody has come; -1 while it is stopped.
  int descriptor() const { return listening_.get(); }
  /// From here on connections are refused; those not accepted yet are reset. Nobody else can take the port.
  void stop() { listening_.reset(); }
  /// The same port again. Error: infrastructure.
  Status listen_again();
  /// A non-blocking socket; nullopt: nobody is there.
  std::optional<Descriptor> accept() const;

 private:
  Descriptor reserved_;  ///< bound, never listening: a port nobody is bound to could become a client's
  Descriptor listening_;
  std::uint16_t port_ = 0;
};

}  // namespace hadrill::server
