// Owns reading how a load balancer tells that a backend is dead, from its configuration file. Pure.
//
// Values, where the program has them: program (haproxy, nginx, envoy), path (of the health check), interval,
// fast-interval (while a backend is about to be left out), fall, check-timeout, connect-timeout, retries (of a
// connection, on the same backend), next-upstream; of nginx, with passive checks only, max-fails, fail-timeout,
// processes (that count failures each on their own). Times are written as Go does, so that one reader does for all.
#pragma once

#include <string_view>

#include "bounds/cluster_flags.hpp"

namespace hadrill::bounds {

/// haproxy.cfg. The one section that has servers counts; what it does not say is taken from `defaults`, and from
/// haproxy where that is a default. Error (infrastructure): no servers or servers in several sections, a server without
/// `check`, servers that differ, spread-checks, a time that is not understood.
Result<FlagSource> read_haproxy_config(std::string_view text, const std::string& source);

/// nginx.conf with the stream module. Error (infrastructure): no stream server that passes to an upstream, several that
/// differ, an include within stream (what it holds is not seen), broken syntax.
Result<FlagSource> read_nginx_config(std::string_view text, const std::string& source);

/// Envoy's cluster discovery file as kind writes it (cds.yaml). Error (infrastructure): no cluster with exactly one
/// health check, or clusters that differ.
Result<FlagSource> read_envoy_config(std::string_view text, const std::string& source);

}  // namespace hadrill::bounds
