#include "plan/notice.hpp"

#include <algorithm>

#include "plan/remains.hpp"

namespace hadrill {
namespace {

bool lost_at(const std::vector<Loss>& losses, TargetRole role, const std::string& node) {
  return std::any_of(losses.begin(), losses.end(),
                     [&](const Loss& loss) { return loss.role == role && loss.node == node; });
}

bool any_lost(const std::vector<Loss>& losses, std::initializer_list<TargetRole> roles) {
  return std::any_of(losses.begin(), losses.end(), [&roles](const Loss& loss) {
    return std::find(roles.begin(), roles.end(), loss.role) != roles.end();
  });
}

/// The pod that a prober for each pod asks: it is called after it, and reaches the node that the pod is on.
PodAddress pod_of(const PlannedProber& prober) {
  return {prober.name.substr(prober.spec.name.size() + 1), prober.endpoint, {}, 0};
}

bool asks(const PlannedProber& prober, const std::vector<Loss>& losses, const std::vector<ResolvedTarget>& targets) {
  switch (prober.spec.through) {
    case ProbePath::each_api_server:
      return lost_at(losses, TargetRole::apiserver, prober.endpoint);
    case ProbePath::each_etcd_member:
      return lost_at(losses, TargetRole::etcd, prober.endpoint);
    case ProbePath::each_node_port:
      return takes_node(losses, prober.endpoint);
    case ProbePath::each_pod:
      return takes_pod(losses, targets, prober.spec.service->namespace_, pod_of(prober));
    case ProbePath::controllers:
      return any_lost(losses, {TargetRole::controller_manager, TargetRole::scheduler});
    default:
      return false;
  }
}

bool goes_through(const PlannedProber& prober, const std::vector<Loss>& losses) {
  switch (prober.spec.through) {
    case ProbePath::load_balancer:
      return any_lost(losses, {TargetRole::apiserver, TargetRole::etcd, TargetRole::load_balancer});
    case ProbePath::cluster_ip:
      return any_lost(losses, {TargetRole::apiserver, TargetRole::etcd});
    case ProbePath::node_load_balancer:
      return any_lost(losses, {TargetRole::node_load_balancer, TargetRole::worker, TargetRole::pod});
    case ProbePath::service:
      return any_lost(losses, {TargetRole::worker, TargetRole::pod});
    default:
      return false;
  }
}

}  // namespace

std::vector<std::string> sure_to_notice(const std::vector<PlannedProber>& probers, const std::vector<Loss>& losses,
                                        const std::vector<ResolvedTarget>& targets) {
  std::vector<std::string> names;
  for (const PlannedProber& prober : probers) {
    if (asks(prober, losses, targets)) names.push_back(prober.name);
  }
  return names;
}

std::vector<std::string> may_notice(const std::vector<PlannedProber>& probers, const std::vector<Loss>& losses) {
  std::vector<std::string> names;
  for (const PlannedProber& prober : probers) {
    if (goes_through(prober, losses)) names.push_back(prober.name);
  }
  return names;
}

}  // namespace hadrill
