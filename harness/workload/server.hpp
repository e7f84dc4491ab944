// Owns the network side of the workload: HTTP/1.1 on one port, one thread, and how it ends.
#pragma once

#include <chrono>
#include <cstdint>

#include "workload/application.hpp"

namespace hadrill::workload {

struct ServerOptions {
  std::uint16_t port = 8080;  ///< 0: any that is free; it is told on the standard output
  /// How long it goes on serving after SIGTERM, not ready and closing connections with each answer, so that everybody
  /// who sends requests here can notice. 0: it ends at once, with whatever is in flight.
  std::chrono::milliseconds drain{};
};

/// Serves until SIGTERM or SIGINT, then as the options say. The exit code of the process: 0, or 1 when the port cannot
/// be had (told on the standard error output).
int serve(Application& application, const ServerOptions& options);

}  // namespace hadrill::workload
