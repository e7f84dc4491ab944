#include <set>

#include "cluster.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

using Kind = Selector::Kind;

Selector by(Kind kind, int count = 1, std::string node = {}) { return {kind, count, std::move(node)}; }

Result<std::vector<ResolvedTarget>> resolve(TargetRole role, Selector select,
                                            const Topology& topology = paper_cluster(),
                                            const Leadership& leadership = kLeaders, std::uint64_t seed = 1) {
  return resolve_target({role, std::move(select)}, "kill", topology, {leadership}, seed);
}

const Target kDnsPods{TargetRole::pod, {}, "kube-system", {{"k8s-app", "kube-dns"}}};

/// Three pods of cluster DNS, as the API may list them.
LiveState dns_live() {
  LiveState live;
  live.pods = {{{"dns-c", "kube-system", "3"}, "drill-worker"},
               {{"dns-b", "kube-system", "2"}, "drill-control-plane2"},
               {{"dns-a", "kube-system", "1"}, "drill-worker"}};
  return live;
}

Names shown(const std::vector<ResolvedTarget>& targets) {
  Names out;
  for (const ResolvedTarget& target : targets) out.push_back(to_string(target));
  return out;
}

std::string error_of(const Result<std::vector<ResolvedTarget>>& result) {
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().kind == ErrorKind::usage);
  return result.error().text();
}

const std::string kInstances = "drill-control-plane, drill-control-plane2, drill-control-plane3)";

}  // namespace

TEST_CASE("all, a node, and the leader of each role") {
  const auto all = resolve(TargetRole::apiserver, by(Kind::all));
  CHECK(names_of(all.value()) == Names{"drill-control-plane", "drill-control-plane2", "drill-control-plane3"});
  CHECK(names_of(resolve(TargetRole::etcd, by(Kind::node, 1, "drill-control-plane3")).value()) ==
        Names{"drill-control-plane3"});
  CHECK(names_of(resolve(TargetRole::etcd, by(Kind::leader)).value()) == Names{"drill-control-plane2"});
  CHECK(names_of(resolve(TargetRole::controller_manager, by(Kind::leader)).value()) == Names{"drill-control-plane3"});
  CHECK(names_of(resolve(TargetRole::scheduler, by(Kind::leader)).value()) == Names{"drill-control-plane"});
}

TEST_CASE("targets know whether they lead") {
  const auto all = resolve(TargetRole::etcd, by(Kind::all)).value();
  CHECK_FALSE(all[0].leads);
  CHECK(all[1].leads);
  CHECK_FALSE(all[2].leads);
  CHECK(all[1].role == TargetRole::etcd);
  CHECK(all[1].node.container_id == "id-drill-control-plane2");
  for (const ResolvedTarget& target : resolve(TargetRole::apiserver, by(Kind::all)).value()) CHECK_FALSE(target.leads);
}

TEST_CASE("random choices: the seed decides, every instance can be hit, followers never lead") {
  std::set<std::string> hit;
  std::set<std::string> followers;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto one = resolve(TargetRole::apiserver, by(Kind::one), paper_cluster(), kLeaders, seed).value();
    CHECK(names_of(one) == names_of(resolve(TargetRole::apiserver, by(Kind::one), paper_cluster(), {}, seed).value()));
    REQUIRE(one.size() == 1);
    hit.insert(one[0].node.name);
    const auto follower = resolve(TargetRole::etcd, by(Kind::follower), paper_cluster(), kLeaders, seed).value();
    REQUIRE(follower.size() == 1);
    CHECK_FALSE(follower[0].leads);
    followers.insert(follower[0].node.name);
    CHECK(resolve(TargetRole::etcd, by(Kind::fixed, 2), paper_cluster(), kLeaders, seed).value().size() == 2);
  }
  CHECK(hit.size() == 3);
  CHECK(followers == std::set<std::string>{"drill-control-plane", "drill-control-plane3"});
}

TEST_CASE("a fixed number is in the order of the cluster and without repetition") {
  CHECK(names_of(resolve(TargetRole::etcd, by(Kind::fixed, 3)).value()) ==
        Names{"drill-control-plane", "drill-control-plane2", "drill-control-plane3"});
}

TEST_CASE("what cannot be resolved says what there is") {
  CHECK(error_of(resolve(TargetRole::etcd, by(Kind::fixed, 4))) ==
        "step kill: \"fixed: 4\" needs 4 to choose from, there are 3 (instances of etcd: " + kInstances);
  CHECK(error_of(resolve(TargetRole::etcd, by(Kind::node, 1, "drill-worker"))) ==
        "step kill: no etcd runs on node \"drill-worker\" (instances of etcd: " + kInstances);
  CHECK(error_of(resolve(TargetRole::etcd, by(Kind::leader), paper_cluster(), {})) ==
        "step kill: no leader of etcd is known (instances of etcd: " + kInstances);
  CHECK(error_of(resolve(TargetRole::etcd, by(Kind::follower), paper_cluster(), {})) ==
        "step kill: no leader of etcd is known (instances of etcd: " + kInstances);
  CHECK(
      error_of(resolve(TargetRole::scheduler, by(Kind::leader), paper_cluster(), {{}, {}, "elsewhere"})) ==
      "step kill: the leader of scheduler is on \"elsewhere\", which is not of this cluster (instances of scheduler: " +
          kInstances);
  CHECK(error_of(resolve(TargetRole::etcd, by(Kind::follower), paper_cluster(1), {"drill-control-plane", {}, {}})) ==
        "step kill: \"follower\" needs 1 that do not lead, there are 0 (instances of etcd: drill-control-plane)");
  CHECK(error_of(resolve(TargetRole::apiserver, by(Kind::leader))) ==
        "step kill: API servers have no leader, all of them serve (instances of apiserver: " + kInstances);
  CHECK(error_of(resolve(TargetRole::apiserver, by(Kind::one), paper_cluster(0))) ==
        "step kill: no apiserver to target (instances of apiserver: none)");
}

TEST_CASE("kubelets and containerds run on every node but the load balancer, node roles are the nodes") {
  const Names nodes{"drill-control-plane", "drill-control-plane2", "drill-control-plane3", "drill-worker",
                    "drill-worker2"};
  CHECK(names_of(resolve(TargetRole::kubelet, by(Kind::all)).value()) == nodes);
  CHECK(names_of(resolve(TargetRole::containerd, by(Kind::all)).value()) == nodes);
  CHECK(names_of(resolve(TargetRole::control_plane, by(Kind::fixed, 3)).value()) ==
        Names(nodes.begin(), nodes.end() - 2));
  CHECK(names_of(resolve(TargetRole::worker, by(Kind::all)).value()) == Names(nodes.end() - 2, nodes.end()));
  CHECK(names_of(resolve(TargetRole::load_balancer, by(Kind::one)).value()) == Names{"drill-external-load-balancer"});
  CHECK(names_of(resolve(TargetRole::worker, by(Kind::node, 1, "drill-worker2")).value()) == Names{"drill-worker2"});
  CHECK(shown(resolve(TargetRole::worker, by(Kind::node, 1, "drill-worker2")).value()) ==
        Names{"worker drill-worker2"});
  CHECK(shown(resolve(TargetRole::kubelet, by(Kind::node, 1, "drill-worker")).value()) ==
        Names{"kubelet on drill-worker"});
  for (const ResolvedTarget& target : resolve(TargetRole::kubelet, by(Kind::all)).value()) {
    CHECK_FALSE(target.leads);
    CHECK_FALSE(target.pod);
  }
  CHECK(error_of(resolve(TargetRole::worker, by(Kind::node, 1, "drill-control-plane"))) ==
        "step kill: \"drill-control-plane\" is no worker (instances of worker: drill-worker, drill-worker2)");
  CHECK(error_of(resolve(TargetRole::control_plane, by(Kind::leader))) ==
        "step kill: a control-plane has no leader (instances of control-plane: " + kInstances);
}

TEST_CASE("the node of a Lease's holder, for everything a node runs once") {
  LiveState live;
  live.lease_holders = {{"kube-scheduler", "drill-control-plane3"}, {"addon", "addon-5d4"}};
  const auto held_by = [&live](TargetRole role, const std::string& lease) {
    return resolve_target({role, {Kind::holder, 1, "", lease}}, "kill", paper_cluster(), live, 1);
  };
  for (const TargetRole role : {TargetRole::etcd, TargetRole::kubelet, TargetRole::control_plane}) {
    CHECK(names_of(held_by(role, "kube-scheduler").value()) == Names{"drill-control-plane3"});
  }
  CHECK(error_of(held_by(TargetRole::etcd, "kube-schedulr")) ==
        "step kill: no Lease \"kube-schedulr\" is held in kube-system; held are: addon, kube-scheduler (instances of "
        "etcd: " +
            kInstances);
  CHECK(error_of(held_by(TargetRole::etcd, "addon")) ==
        "step kill: the holder of Lease \"addon\" is \"addon-5d4\", which is no node of this cluster (instances of "
        "etcd: " +
            kInstances);
  CHECK(error_of(held_by(TargetRole::worker, "kube-scheduler")) ==
        "step kill: \"drill-control-plane3\" is no worker (instances of worker: drill-worker, drill-worker2)");
  CHECK(error_of(held_by(TargetRole::load_balancer, "kube-scheduler")) ==
        "step kill: a Lease's holder tells no load-balancer (instances of load-balancer: "
        "drill-external-load-balancer)");
}

TEST_CASE("pods in the order of nodes and names, whatever the API's order") {
  const auto select = [](Selector selector, std::uint64_t seed = 1) {
    Target target = kDnsPods;
    target.select = std::move(selector);
    return resolve_target(target, "kill", paper_cluster(), dns_live(), seed);
  };
  const auto all = select(by(Kind::all)).value();
  CHECK(shown(all) ==
        Names{"pod dns-b on drill-control-plane2", "pod dns-a on drill-worker", "pod dns-c on drill-worker"});
  CHECK(all[1].pod == PodRef{"dns-a", "kube-system", "1"});
  CHECK(all[1].node.container_id == "id-w");
  CHECK(shown(select(by(Kind::node, 1, "drill-worker")).value()) ==
        Names{"pod dns-a on drill-worker", "pod dns-c on drill-worker"});
  std::set<std::string> hit;
  for (std::uint64_t seed = 0; seed < 60; ++seed) hit.insert(select(by(Kind::one), seed).value().at(0).pod->name);
  CHECK(hit.size() == 3);
  const std::string pods = "dns-b on drill-control-plane2, dns-a on drill-worker, dns-c on drill-worker)";
  CHECK(error_of(select(by(Kind::fixed, 4))) ==
        "step kill: \"fixed: 4\" needs 4 to choose from, there are 3 (instances of pod: " + pods);
  CHECK(error_of(select(by(Kind::node, 1, "drill-worker2"))) ==
        "step kill: no pod runs on node \"drill-worker2\" (instances of pod: " + pods);
  CHECK(error_of(resolve_target(kDnsPods, "kill", paper_cluster(), {}, 1)) ==
        "step kill: no running pod of namespace \"kube-system\" has the labels {k8s-app: kube-dns} (instances of pod: "
        "none)");
}

TEST_CASE("a control plane component is not hurt in the disguise of a pod") {
  LiveState live = dns_live();
  live.pods.push_back({{"etcd-drill-control-plane2", "kube-system", "4"}, "drill-control-plane2"});
  CHECK(error_of(resolve_target(kDnsPods, "kill", paper_cluster(), live, 1)) ==
        "step kill: pod etcd-drill-control-plane2 is the etcd of node drill-control-plane2; write {role: etcd, select: "
        "{node: drill-control-plane2}} (instances of pod: dns-b on drill-control-plane2, etcd-drill-control-plane2 on "
        "drill-control-plane2, dns-a on drill-worker, dns-c on drill-worker)");
  live.pods.back().pod.namespace_ = "tenant";
  CHECK(resolve_target(kDnsPods, "kill", paper_cluster(), live, 1).ok());
}

TEST_CASE("of nodes that are told by their pods, only those that run one are there to choose from") {
  const auto with_dns = [](TargetRole role, Selector select, const LiveState& live, std::uint64_t seed = 1) {
    Target target = kDnsPods;
    target.role = role;
    target.select = std::move(select);
    return resolve_target(target, "kill", paper_cluster(), live, seed);
  };
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto one = with_dns(TargetRole::worker, by(Kind::one), dns_live(), seed).value();
    CHECK(names_of(one) == Names{"drill-worker"});
    CHECK_FALSE(one[0].pod);
  }
  for (Selector select : {by(Kind::all), by(Kind::fixed, 1), by(Kind::nth, 1), by(Kind::node, 1, "drill-worker")})
    CHECK(names_of(with_dns(TargetRole::worker, select, dns_live()).value()) == Names{"drill-worker"});
  CHECK(names_of(with_dns(TargetRole::control_plane, by(Kind::all), dns_live()).value()) ==
        Names{"drill-control-plane2"});
  CHECK(error_of(with_dns(TargetRole::worker, by(Kind::nth, 2), dns_live())) ==
        "step kill: \"nth: 2\" is beyond the last of them (instances of worker: drill-worker)");
  CHECK(error_of(with_dns(TargetRole::worker, by(Kind::node, 1, "drill-worker2"), dns_live())) ==
        "step kill: \"drill-worker2\" is no worker with a running pod of namespace \"kube-system\" with the labels "
        "{k8s-app: kube-dns} (instances of worker: drill-worker)");
  LiveState elsewhere = dns_live();
  elsewhere.pods.erase(elsewhere.pods.begin() + 2);
  elsewhere.pods.erase(elsewhere.pods.begin());
  CHECK(
      error_of(with_dns(TargetRole::worker, by(Kind::one), elsewhere)) ==
      "step kill: no worker has a running pod of namespace \"kube-system\" with the labels {k8s-app: kube-dns}; nodes "
      "that have: drill-control-plane2 (instances of worker: none)");
  CHECK(error_of(with_dns(TargetRole::worker, by(Kind::one), {})).find("nodes that have: none") != std::string::npos);
}

TEST_CASE("only what a target needs is asked for") {
  CHECK(live_needs({TargetRole::apiserver, by(Kind::one)}) == LiveNeeds{});
  CHECK(live_needs({TargetRole::worker, by(Kind::all)}) == LiveNeeds{});
  CHECK(live_needs({TargetRole::etcd, by(Kind::one)}) == LiveNeeds{true, false});
  CHECK(live_needs({TargetRole::scheduler, {Kind::holder, 1, "", "x"}}) == LiveNeeds{true, true});
  CHECK(live_needs({TargetRole::kubelet, {Kind::holder, 1, "", "x"}}) == LiveNeeds{false, true});
  CHECK(live_needs(kDnsPods) == LiveNeeds{false, false, PodSelection{"kube-system", {{"k8s-app", "kube-dns"}}}});
  CHECK(live_needs({TargetRole::worker, by(Kind::one), "shop", {{"app", "web"}}}) ==
        LiveNeeds{false, false, PodSelection{"shop", {{"app", "web"}}}});
}

TEST_CASE("one is told by its place in the order of names") {
  CHECK(names_of(resolve(TargetRole::etcd, by(Kind::nth, 1)).value()) == Names{"drill-control-plane"});
  CHECK(names_of(resolve(TargetRole::etcd, by(Kind::nth, 3)).value()) == Names{"drill-control-plane3"});
  CHECK(error_of(resolve(TargetRole::etcd, by(Kind::nth, 4))) ==
        "step kill: \"nth: 4\" is beyond the last of them (instances of etcd: " + kInstances);
}

TEST_CASE("members of an etcd with nodes of its own are there and nowhere else") {
  Topology topology = paper_cluster();
  topology.nodes.push_back({"drill-etcd", NodeRole::etcd, "e1", "172.30.1.21", std::nullopt});
  topology.nodes.push_back({"drill-etcd2", NodeRole::etcd, "e2", "172.30.1.22", std::nullopt});
  CHECK(names_of(resolve(TargetRole::etcd, by(Kind::all), topology).value()) == Names{"drill-etcd", "drill-etcd2"});
  CHECK(resolve(TargetRole::apiserver, by(Kind::all), topology).value().size() == 3);
  // They are no nodes of Kubernetes.
  for (const ResolvedTarget& target : resolve(TargetRole::kubelet, by(Kind::all), topology).value())
    CHECK(target.node.role != NodeRole::etcd);
}
