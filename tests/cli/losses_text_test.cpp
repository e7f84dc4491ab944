#include "cli/losses_text.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using cli::losses_text;

namespace {

bool has(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

}  // namespace

TEST_CASE("a lost worker is counted, and the pods on it") {
  const std::vector<Loss> losses{{TargetRole::worker, "w"}, {TargetRole::kubelet, "w"}};
  CHECK(losses_text(losses, {}, {{"workers", 2, 1}, {"ready pods of web.shop", 6, 3}}) ==
        "  blast radius: worker, kubelet on w\n"
        "  workers: 1 of 2 remain\n"
        "  ready pods of web.shop: 3 of 6 remain\n");
}

TEST_CASE("a Service without a pod is told in capitals") {
  CHECK(has(losses_text({{TargetRole::pod, "w"}}, {}, {{"ready pods of web.shop", 6, 0}}),
            "  ready pods of web.shop: 0 of 6 remain: NOBODY ANSWERS until one is ready again\n"));
}

TEST_CASE("roles of the control plane are told with what they need") {
  RoleImpact etcd{TargetRole::etcd, 3, 3, 2, 2};
  CHECK(has(losses_text({{TargetRole::etcd, "cp1"}}, {etcd}, {}),
            "  etcd: 2 of 3 remain, 2 are needed: the rest goes on serving\n"));
  etcd.remaining = 1;
  const std::string broken = losses_text({{TargetRole::etcd, "cp1"}}, {etcd}, {});
  CHECK(has(broken, "NOT ENOUGH TO SERVE"));
  CHECK_FALSE(has(broken, "none is lost"));
}

TEST_CASE("where nothing that is counted is lost, what is counted is said, and not that users lose nothing") {
  for (const std::vector<Loss>& losses : {std::vector<Loss>{}, std::vector<Loss>{{TargetRole::kubelet, "w"}}}) {
    const std::string text = losses_text(losses, {}, {});
    CHECK(has(text, losses.empty() ? "nothing stops serving" : "kubelet on w"));
    CHECK(has(text, "none is lost of what is counted: etcd members,"));
    CHECK(has(text, "workers, ready pods of the Services"));
    CHECK(has(text, "(not: what is slow or hard to reach)"));
  }
}
