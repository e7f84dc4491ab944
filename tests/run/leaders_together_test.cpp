// The way of all leaders onto one node: one step after the other, none where nobody knows who leads, and none where
// they cannot be together.
#include "run/leaders_together.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;

namespace {

Topology control_planes(bool external = false) {
  Topology topology;
  for (const char* name : {"cp1", "cp2", "cp3"}) {
    Node node;
    node.name = name;
    node.role = NodeRole::control_plane;
    topology.nodes.push_back(node);
  }
  if (!external) return topology;
  Node member;
  member.name = "etcd1";
  member.role = NodeRole::etcd;
  topology.nodes.push_back(member);
  return topology;
}

std::string next(const Leadership& leadership) {
  const auto move = next_move(leadership, control_planes());
  if (!move.ok()) return "error: " + move.error().message;
  return *move ? to_string(**move) : "together";
}

}  // namespace

TEST_CASE("everybody comes to where the controller manager leads, etcd first") {
  CHECK(next({"cp1", "cp2", "cp3"}) == "etcd's leadership from cp1 to cp2");
  CHECK(next({"cp2", "cp2", "cp3"}) == "scheduler's leadership from cp3 to cp2");
  CHECK(next({"cp1", "cp2", "cp2"}) == "etcd's leadership from cp1 to cp2");
  CHECK(next({"cp2", "cp2", "cp2"}) == "together");
}

TEST_CASE("a leader that nobody knows is waited for, not guessed") {
  for (const Leadership& unknown : {Leadership{std::nullopt, "cp2", "cp2"}, Leadership{"cp2", std::nullopt, "cp2"},
                                    Leadership{"cp2", "cp2", std::nullopt}}) {
    const auto move = next_move(unknown, control_planes());
    REQUIRE_FALSE(move.ok());
    CHECK(move.error().kind == ErrorKind::infrastructure);
  }
}

TEST_CASE("leaders that cannot be on one node are refused, with what would do") {
  const auto move = next_move({"etcd1", "cp2", "cp2"}, control_planes(true));
  REQUIRE_FALSE(move.ok());
  CHECK(move.error().kind == ErrorKind::usage);
  CHECK(move.error().message.find("stacked etcd") != std::string::npos);
}
