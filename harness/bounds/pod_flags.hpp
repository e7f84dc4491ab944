// Owns reading a component's flags from its pod: a static-pod manifest, a Pod, or a DaemonSet. Pure.
#pragma once

#include <string_view>

#include "bounds/cluster_flags.hpp"

namespace hadrill::bounds {

/// Whether a container of that object runs `component`; false for what is no such object.
bool runs_component(std::string_view text, const std::string& component);

/// The needed flags of the container that runs `component`, from the YAML or JSON of a Pod or of an object with a pod
/// template. Words of `command` and of `args` count, "--name=value" and "--name value" alike; the last of several wins,
/// as in the components. Error (infrastructure): no YAML, no such container, a value that the shell or the kubelet
/// would still expand ("$(NAME)"), `--config` of a scheduler and the like, `--config-file` of etcd (with it, etcd heeds
/// no other flag), or an environment (`env`, `envFrom`) that etcd may take needed flags from: behind those, flags lie
/// that cannot be seen here.
Result<FlagSource> read_pod_flags(std::string_view text, const std::string& component, const std::string& node,
                                  const std::string& source);

}  // namespace hadrill::bounds
