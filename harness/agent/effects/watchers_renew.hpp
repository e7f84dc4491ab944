// Owns what watchers.renew reads of others; pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/trouble.hpp"

namespace hadrill::agent {

/// The revision of a list that an API server answered with. Error: it is none.
Result<std::uint64_t> read_list_revision(const std::string& text);
/// UIDs of the pods of kube-system among the kubelet's folders NAMESPACE_NAME_UID.
std::vector<std::string> system_pods(const std::vector<std::string>& folders);

}  // namespace hadrill::agent
