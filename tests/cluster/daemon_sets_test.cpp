#include "cluster/daemon_sets.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;

namespace {

Json static_pod() {
  return Json::parse(R"({
    "metadata": {"name": "kube-scheduler-cp1", "labels": {"component": "kube-scheduler"}},
    "spec": {
      "nodeName": "cp1", "hostNetwork": true, "priorityClassName": "system-node-critical", "restartPolicy": "Always",
      "containers": [{"name": "kube-scheduler", "image": "i", "command": ["kube-scheduler", "--leader-elect=true"],
        "ports": [{"containerPort": 10259, "hostPort": 10259, "name": "probe-port"}],
        "livenessProbe": {"httpGet": {"port": "probe-port", "path": "/livez", "scheme": "HTTPS"}},
        "volumeMounts": [{"name": "kubeconfig", "mountPath": "/etc/kubernetes/scheduler.conf"},
                         {"name": "kube-api-access-x1", "mountPath": "/var/run/secrets"}]}],
      "volumes": [{"name": "kubeconfig", "hostPath": {"path": "/etc/kubernetes/scheduler.conf"}},
                  {"name": "kube-api-access-x1", "projected": {}}]}})");
}

}  // namespace

TEST_CASE("a DaemonSet runs on every control plane what the static pod runs on one") {
  const auto made = daemon_set_of(static_pod(), "kube-scheduler");
  REQUIRE(made.ok());
  const Json& spec = made->at("/spec/template/spec"_json_pointer);
  CHECK(made->at("kind") == "DaemonSet");
  CHECK(made->at("/metadata/namespace"_json_pointer) == "kube-system");
  CHECK(made->at("/spec/selector/matchLabels"_json_pointer) == made->at("/spec/template/metadata/labels"_json_pointer));
  CHECK(spec.at("hostNetwork") == true);
  CHECK(spec.at("nodeSelector").contains("node-role.kubernetes.io/control-plane"));
  CHECK(spec.at("tolerations").at(0).at("operator") == "Exists");
  CHECK_FALSE(spec.contains("nodeName"));
  const Json& container = spec.at("containers").at(0);
  CHECK(container.at("command") == static_pod().at("/spec/containers/0/command"_json_pointer));
  // A declared port would keep the pod from a node whose static pod still has it.
  CHECK_FALSE(container.contains("ports"));
  CHECK(container.at("/livenessProbe/httpGet/port"_json_pointer) == 10259);
  // What admission added for the one pod is not for the others.
  CHECK(container.at("volumeMounts").size() == 1);
  CHECK(spec.at("volumes").size() == 1);
}

TEST_CASE("what is no such static pod makes no DaemonSet") {
  CHECK_FALSE(daemon_set_of(Json::object(), "kube-scheduler").ok());
  CHECK_FALSE(daemon_set_of(static_pod(), "etcd").ok());
}
